import { fieldsOf, objects, textOf } from './fields';

/** Why publishers may wait, so that a message is in no queue yet. Null: it is not known whether they do. */
export type Blocking = readonly string[] | null;

/** A node that is out of memory or of room on its disk. Since when, no answer says. */
export interface Alarm {
  /** memory, disk, or what else the server calls it. */
  readonly resource: string;
  /** Null: the server does not say. */
  readonly node: string | null;
}

/**
 * @param health of `/health/checks/alarms` (since RabbitMQ 3.8.10), with its status; undefined where the server has none
 * @param nodes of `/nodes`; undefined where this user may not see them
 * @param connections of `/connections`; undefined where none are shown
 * @returns clauses for people; none where publishing works
 */
export function blockingOf(
  health: { readonly status: number; readonly body: unknown } | undefined,
  nodes: unknown,
  connections: unknown,
): Blocking {
  const blocked = objects(connections).filter(({ state }) => state === 'blocked' || state === 'blocking');
  const resources = new Set(alarmsOf(health, nodes).map(({ resource }) => resource));
  const words = [...resources].map((resource) => `a ${resource} alarm blocks all publishers`);
  if (words.length === 0 && blocked.length > 0) words.push('the server blocks connections that publish');
  const told = health !== undefined || objects(nodes).some((node) => typeof node.mem_alarm === 'boolean');
  return words.length === 0 && !told ? null : words;
}

/** Nodes of a cluster that do not run, or do not see each other: queues there may hold messages that nobody counts. */
export function nodesDown(nodes: unknown): readonly string[] {
  return objects(nodes).flatMap((node) => {
    const name = textOf(node, 'name');
    if (node.running === false) return [`node ${name} isn't running`];
    return Array.isArray(node.partitions) && node.partitions.length > 0 ? [`node ${name} is partitioned`] : [];
  });
}

/** The alarms, each once. @param health and @param nodes as in `blockingOf` */
export function alarmsOf(
  health: { readonly status: number; readonly body: unknown } | undefined,
  nodes: unknown,
): readonly Alarm[] {
  const told = health && health.status !== 200 ? healthAlarms(health.body) : [];
  const seen = nodeAlarms(nodes);
  // A health check that names nothing says no more than that there is one.
  const all = [...told.filter(({ node }) => node !== null || seen.length === 0), ...seen];
  return all.filter((alarm, place) => all.findIndex((other) => isSame(alarm, other)) === place);
}

function isSame(one: Alarm, other: Alarm): boolean {
  return one.resource === other.resource && one.node === other.node;
}

function healthAlarms(body: unknown): readonly Alarm[] {
  const alarms = objects(fieldsOf(body).alarms).map((alarm) => ({
    resource: textOf(alarm, 'resource') || 'resource',
    node: textOf(alarm, 'node') || null,
  }));
  return alarms.length === 0 ? [{ resource: 'resource', node: null }] : alarms;
}

function nodeAlarms(nodes: unknown): readonly Alarm[] {
  return objects(nodes).flatMap((fields) => {
    const node = textOf(fields, 'name') || null;
    return [
      ...(fields.mem_alarm === true ? [{ resource: 'memory', node }] : []),
      ...(fields.disk_free_alarm === true ? [{ resource: 'disk', node }] : []),
    ];
  });
}
