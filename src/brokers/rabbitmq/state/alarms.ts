import { fieldsOf, objects, textOf } from './fields';

/** Why publishers may wait, so that a message is in no queue yet. Null: it is not known whether they do. */
export type Blocking = readonly string[] | null;

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
  const alarms = [...(health ? alarmsOf(health) : []), ...nodeAlarms(nodes)];
  const blocked = objects(connections).filter(({ state }) => state === 'blocked' || state === 'blocking');
  const words = [...new Set(alarms)].map((resource) => `a ${resource} alarm blocks all publishers`);
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

function alarmsOf({ status, body }: { readonly status: number; readonly body: unknown }): readonly string[] {
  if (status === 200) return [];
  const resources = objects(fieldsOf(body).alarms).map((alarm) => textOf(alarm, 'resource') || 'resource');
  return resources.length === 0 ? ['resource'] : resources;
}

function nodeAlarms(nodes: unknown): readonly string[] {
  return objects(nodes).flatMap(({ mem_alarm: memory, disk_free_alarm: disk }) => [
    ...(memory === true ? ['memory'] : []),
    ...(disk === true ? ['disk'] : []),
  ]);
}
