import type { CheckCost, ServerCost } from '../model/diagnosis';
import { count, number } from '../base/numbers';

/** What the log's line begins with; no other line of a log does. */
export const COST = 'Cost: ';

/** `Cost: PostgreSQL 7 queries, 1,234 rows, 0.4 MB, 1.21 s; Redis 153 commands, 12.3 MB, 0.84 s` */
export function costLine(cost: CheckCost): string {
  return `${COST}${costParts(cost).join('; ')}`;
}

/** What was asked of each kind of server, in words; the seconds are those in which an answer was waited for. */
export function costParts({ postgres, redis, rabbitmq }: CheckCost): string[] {
  return [
    `PostgreSQL ${count(postgres.queries, 'query', 'queries')}, ${count(postgres.rows, 'row')}${line(postgres)}`,
    ...(redis ? [`Redis ${count(redis.commands, 'command')}${line(redis)}`] : []),
    ...(rabbitmq ? [`RabbitMQ ${count(rabbitmq.commands, 'request')}${line(rabbitmq)}`] : []),
  ];
}

function line({ receivedBytes, waitedMs }: ServerCost): string {
  return `${receivedBytes === null ? '' : `, ${size(receivedBytes)}`}, ${seconds(waitedMs)}`;
}

/** `0.4 MB`, decimal. */
function size(bytes: number): string {
  return bytes < 100_000 ? `${number(Math.ceil(bytes / 1000))} kB` : `${number(Math.round(bytes / 1e5) / 10)} MB`;
}

/** `1.21 s` */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
