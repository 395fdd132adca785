import type { EffectRule } from '../model/effectRule';

/**
 * Five tasks of the platform that this tool was first made for (breatheco-de/apiv2 374aa3c, default Django table names), each with
 * the strength of proof that its source code allows. Times are compared because most of these rows outlive one task: what was so
 * before the task's row was made is no effect of it.
 */
export const BUILT_IN_EFFECTS: readonly EffectRule[] = [
  // assignments/tasks.py, services/learnpack/client.py: every end of the body saves the webhook, which stamps updated_at.
  {
    task: 'breathecode.assignments.tasks.async_learnpack_webhook',
    table: 'assignments_learnpackwebhook',
    find: { id: ['args[0]', 'kwargs.webhook_id'] },
    outcomes: [
      {
        when: [
          { column: 'status', in: ['DONE', 'IGNORED'] },
          { column: 'updated_at', atOrAfter: 'created_at' },
        ],
        says: 'executed',
        strength: 'proven',
        text: 'Webhook {id} is {status} since {updated_at}.',
      },
      {
        when: [
          { column: 'status', equals: 'ERROR' },
          { column: 'updated_at', atOrAfter: 'created_at' },
        ],
        says: 'failed',
        strength: 'proven',
        text: 'Webhook {id} is ERROR since {updated_at}: {status_text}',
      },
      {
        // The administration can send a webhook again, and its status stays until then.
        when: [
          { column: 'status', in: ['DONE', 'IGNORED', 'ERROR'] },
          { column: 'updated_at', before: 'created_at' },
        ],
        says: 'cannot-say',
        text: 'Webhook {id} was {status} at {updated_at} already, before this task was made.',
      },
      {
        when: [{ column: 'status', equals: 'PENDING' }],
        says: 'not-executed',
        text: 'Webhook {id} is still PENDING: the task did not run, or it died inside.',
      },
    ],
    noRow: {
      says: 'cannot-say',
      text: 'There is no webhook {id}: it was deleted, or the task was retried because it was not there yet.',
    },
  },
  // notify/tasks.py: the hook keeps only its newest answer, and one hook serves many deliveries.
  {
    task: 'breathecode.notify.tasks.async_deliver_hook',
    table: 'notify_hook',
    find: { id: ['kwargs.hook_id', 'args[2]'] },
    outcomes: [
      {
        when: [{ column: 'last_call_at', null: true }],
        says: 'not-executed',
        text: 'Hook {id} never got an answer: this delivery did not either.',
      },
      {
        when: [{ column: 'last_call_at', before: 'created_at' }],
        says: 'not-executed',
        text: 'Hook {id} got its last answer at {last_call_at}, before this task was made: this delivery got none.',
      },
      {
        when: [
          { column: 'last_call_at', atOrAfter: 'created_at' },
          { column: 'last_response_code', from: 200, to: 299 },
        ],
        says: 'executed',
        text: 'Hook {id} was answered with {last_response_code} at {last_call_at}, after this task was made; it may have been another delivery of this hook.',
      },
      {
        when: [
          { column: 'last_call_at', atOrAfter: 'created_at' },
          { column: 'last_response_code', null: false },
        ],
        says: 'failed',
        text: 'Hook {id} was refused with {last_response_code} at {last_call_at}, after this task was made; it may have been another delivery of this hook.',
      },
    ],
    noRow: {
      says: 'cannot-say',
      text: 'There is no hook {id}: it was deleted, which the answer 410 to a delivery also does.',
    },
    noArguments: 'It was sent without hook_id, and then nothing of the delivery is recorded.',
  },
  // admissions/tasks.py: get_or_create, and an existing profile is made active, which leaves its created_at. build_cohort_user makes
  // the very same profile at nearly the same time, so a new one is a sign and no proof.
  {
    task: 'breathecode.admissions.tasks.build_profile_academy',
    table: 'authenticate_profileacademy',
    find: {
      academy_id: ['args[0]', 'kwargs.academy_id'],
      user_id: ['args[1]', 'kwargs.user_id'],
      role_id: { from: ['args[2]', 'kwargs.role'], default: 'student' },
    },
    outcomes: [
      {
        when: [
          { column: 'status', equals: 'ACTIVE' },
          { column: 'created_at', atOrAfter: 'created_at' },
        ],
        says: 'executed',
        text: 'The {role_id} profile of user {user_id} in academy {academy_id} is ACTIVE and was made at {created_at}, after this task.',
      },
      {
        when: [
          { column: 'status', equals: 'ACTIVE' },
          { column: 'created_at', before: 'created_at' },
        ],
        says: 'cannot-say',
        text: 'The {role_id} profile of user {user_id} in academy {academy_id} is ACTIVE, but it was made at {created_at}, before this task.',
      },
      {
        when: [{ column: 'status', equals: 'INVITED' }],
        says: 'not-executed',
        text: 'The {role_id} profile of user {user_id} in academy {academy_id} is still INVITED: the task did not run, or it was aborted.',
      },
    ],
    noRow: {
      says: 'not-executed',
      text: 'User {user_id} has no {role_id} profile in academy {academy_id}: the task did not run, or it was aborted.',
    },
  },
  // monitoring/tasks.py saves ran_at, attempts and fixed together at its end. The supervisor moves ran_at too when it sees the
  // issue again (utils/decorators/supervisor.py), so that a time alone proves nothing.
  {
    task: 'breathecode.monitoring.tasks.fix_issue',
    table: 'monitoring_supervisorissue',
    find: { id: ['args[0]', 'kwargs.issue_id'] },
    outcomes: [
      {
        when: [
          { column: 'ran_at', atOrAfter: 'created_at' },
          { column: 'fixed', equals: true },
        ],
        says: 'executed',
        text: 'Issue {id} is fixed, with ran_at {ran_at}, after this task was made.',
      },
      {
        when: [
          { column: 'ran_at', atOrAfter: 'created_at' },
          { column: 'fixed', equals: false },
        ],
        says: 'executed',
        text: 'Issue {id} was tried and is not fixed, with ran_at {ran_at}, after this task was made.',
      },
      {
        when: [
          { column: 'ran_at', atOrAfter: 'created_at' },
          { column: 'fixed', null: true },
        ],
        says: 'cannot-say',
        text: 'Issue {id} has ran_at {ran_at}, after this task was made, but no answer: the supervisor saw it again, or the repair gave none.',
      },
      {
        when: [{ column: 'ran_at', before: 'created_at' }],
        says: 'not-executed',
        text: 'Issue {id} has ran_at {ran_at}, before this task was made: it was not tried since, or the repair died inside.',
      },
      {
        when: [{ column: 'ran_at', null: true }],
        says: 'not-executed',
        text: 'Issue {id} was never tried, or the repair died inside.',
      },
    ],
    noRow: { says: 'cannot-say', text: 'There is no issue {id}: old ones are deleted after a week.' },
  },
  // assignments/tasks.py puts the assignment's id into the list that its status names. The lists carry no time: another task for
  // the same assignment leaves the same.
  {
    task: 'breathecode.assignments.tasks.set_cohort_user_assignments',
    table: 'assignments_task',
    find: { id: ['args[0]', 'kwargs.task_id'] },
    join: {
      table: 'admissions_cohortuser',
      on: { user_id: 'user_id', cohort_id: 'cohort_id' },
      where: { role: 'STUDENT' },
    },
    outcomes: [
      {
        when: [{ column: 'joined.user_id', null: true }],
        says: 'cannot-say',
        text: 'The user of assignment {id} is no student of its cohort now, and then the task has nowhere to write.',
      },
      ...(
        [
          ['PENDING', 'pending_assignments'],
          ['DONE', 'delivered_assignments'],
        ] as const
      ).flatMap(([status, list]): EffectRule['outcomes'] => {
        const there = [
          { column: 'task_status', equals: status },
          { column: 'joined.history_log', list: [list], hasObject: { id: 'id' } },
        ];
        return [
          {
            when: [...there, { column: 'joined.updated_at', atOrAfter: 'created_at' }],
            says: 'executed',
            text: `Assignment {id} is {task_status} and in the student's ${list}, which were saved at {joined.updated_at}, after this task was made.`,
          },
          {
            when: there,
            says: 'cannot-say',
            text: `Assignment {id} is {task_status} and in the student's ${list}, but so it was before this task was made.`,
          },
        ];
      }),
      {
        when: [
          { column: 'task_status', in: ['PENDING', 'DONE'] },
          { column: 'updated_at', before: 'created_at' },
        ],
        says: 'not-executed',
        text: "Assignment {id} is {task_status}, and the student's lists do not say so: the task did not run since the assignment's last change.",
      },
      {
        when: [{ column: 'task_status', in: ['PENDING', 'DONE'] }],
        says: 'cannot-say',
        text: "Assignment {id} is {task_status}, and the student's lists do not say so, but it was saved again at {updated_at}, after this task was made.",
      },
    ],
    noRow: { says: 'cannot-say', text: 'There is no assignment {id}: it was deleted, or the task was aborted.' },
  },
];
