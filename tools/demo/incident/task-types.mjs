// @ts-check
/** The task types of an invented school platform that uses the task-manager library. */
import { EXTERNAL_APPS, NAMES, NOUNS, VERBS } from './task-names.mjs';

/**
 * @typedef {object} TaskType
 * @property {string} module
 * @property {string} name
 * @property {number} shape of its arguments, see rows.sql
 * @property {number} priority
 * @property {string} queue
 * @property {number} pages more than one: the task works page by page
 * @property {boolean} external it calls other services through a circuit breaker
 * @property {string | null} reverse name of its reverse function
 * @property {number} race of 1,000 finished rows, how many lost their task_id to the library's race
 */

/** Shapes of arguments that ordinary types draw from; 16 is for paged types. */
const COMMON_SHAPES = [6, 6, 7, 7, 8, 9, 9, 10, 11, 12, 13, 14, 15, 17, 18];

/** The largest types have code in the demo's project: their arguments are those of its functions. */
const SHAPES = {
  20: `assessment.async_close_userassessment assessment.async_regenerate_userassessment assignments.student_task_notification
    assignments.teacher_task_notification events.persist_organization_events events.async_export_event_to_eventbrite
    freelance.async_repository_issue_github marketing.add_event_slug_as_acp marketing.add_cohort_slug_as_acp
    mentorship.async_calendly_webhook payments.renew_subscription scheduling.build_week_calendar activity.get_attendancy_log
    admissions.delete_certificates authenticate.async_validate_email_invite career.fetch_open_positions
    certificate.remove_screenshot certificate.reset_screenshot feedback.send_survey_group`,
  21: 'activity.add_activity',
  22: 'commons.clean_task',
  23: 'admissions.build_cohort_user',
  24: 'feedback.send_cohort_survey',
  25: 'authenticate.set_user_group_permissions',
  26: 'career.async_run_spider monitoring.monitor_app',
  27: 'registry.async_pull_from_github',
  28: 'media.process_google_webhook',
  29: 'provisioning.async_gitpod_activity',
};
const SHAPE_OF = new Map(
  Object.entries(SHAPES).flatMap(([shape, text]) => text.split(/\s+/).map((name) => [name, Number(shape)])),
);

/** The types that the story names, with fixed shapes. Their order is that of `FINISHED_WEIGHT`. */
const NAMED = [
  { module: 'task_manager.django.tasks', name: 'execute_signal', shape: 0, priority: 6, queue: 'celery', race: 17 },
  { module: 'breathecode.notify.tasks', name: 'async_deliver_hook', shape: 1, priority: 5, queue: 'hooks', race: 12 },
  {
    module: 'breathecode.assignments.tasks',
    name: 'async_learnpack_webhook',
    shape: 2,
    priority: 5,
    queue: 'celery',
    race: 21,
  },
  {
    module: 'breathecode.assignments.tasks',
    name: 'set_cohort_user_assignments',
    shape: 3,
    priority: 5,
    queue: 'celery',
    race: 15,
  },
  {
    module: 'breathecode.admissions.tasks',
    name: 'build_profile_academy',
    shape: 4,
    priority: 8,
    queue: 'celery',
    race: 9,
  },
  { module: 'breathecode.monitoring.tasks', name: 'fix_issue', shape: 5, priority: 2, queue: 'celery', race: 4 },
];

/**
 * @param {number} count how many types
 * @returns {TaskType[]} the named ones first; the same list for the same count
 */
export function taskTypes(count) {
  /** @type {TaskType[]} */
  const types = NAMED.map((type) => ({
    ...type,
    pages: 1,
    external: type.name === 'async_deliver_hook',
    reverse: null,
  }));
  const seen = new Set(types.map(({ module, name }) => `${module}.${name}`));
  for (const [app, name] of names()) {
    if (types.length >= count) break;
    const module = `breathecode.${app}.tasks`;
    if (seen.has(`${module}.${name}`)) continue;
    seen.add(`${module}.${name}`);
    types.push(ordinary(app, module, name));
  }
  return types.slice(0, count);
}

/**
 * @param {string} app
 * @param {string} module
 * @param {string} name
 * @returns {TaskType}
 */
function ordinary(app, module, name) {
  const hash = hashText(`${module}.${name}`);
  const paged = /^(sync|bulk|export|recalculate|import)_/.test(name);
  let shape = COMMON_SHAPES[hash % COMMON_SHAPES.length] ?? 6;
  if (/email|invite|password|welcome/.test(name)) shape = 10;
  if (paged) shape = 16;
  shape = SHAPE_OF.get(`${app}.${name}`) ?? shape;
  return {
    module,
    name,
    shape,
    priority: [5, 5, 5, 5, 0, 1, 3, 8, 10][(hash >> 4) % 9] ?? 5,
    queue: (hash >> 8) % 4 === 0 ? 'reports' : 'celery',
    pages: paged ? 3 + ((hash >> 10) % 7) : 1,
    external: EXTERNAL_APPS.includes(app),
    reverse: /^(build|create|add|grant|assign)_/.test(name) ? `reverse_${name}` : null,
    race: 2 + ((hash >> 12) % 30),
  };
}

/** @returns {Generator<[string, string]>} app and task name: the written ones, then combinations */
function* names() {
  // Round by round through the apps, so that a short list still has types of every app.
  const lists = Object.entries(NAMES).map(([app, text]) => /** @type {const} */ ([app, text.trim().split(/\s+/)]));
  const longest = Math.max(...lists.map(([, list]) => list.length));
  for (let round = 0; round < longest; round++) {
    for (const [app, list] of lists) if (list[round] !== undefined) yield [app, list[round] ?? ''];
  }
  const more = lists.flatMap(([app]) =>
    VERBS.flatMap((verb) => NOUNS.map((noun) => /** @type {[string, string]} */ ([app, `${verb}_${noun}`]))),
  );
  const order = new Map(more.map((pair) => [pair, hashText(pair.join('.'))]));
  yield* more.sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
}

/** @param {string} text */
function hashText(text) {
  let hash = 2_166_136_261;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 16_777_619) >>> 0;
  return (hash ^ (hash >>> 15)) >>> 1;
}
