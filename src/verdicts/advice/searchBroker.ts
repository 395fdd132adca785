import type { BrokerView } from '../../model/facts';
import type { GapKind } from '../../model/sources';
import { LINKS } from './links';
import { about, aboutRows, type Advice, type MatchingRows } from './advice';

/** One reason why the broker was not searched completely, and its cure. Sentences are those of `about`. */
interface Case {
  readonly title: string;
  readonly actions: readonly string[];
}

const NOT_NAMED: Case = {
  title: "Add the Redis URL of Celery's broker: {tasks} cannot be judged without it",
  actions: [
    'In VS Code, run "Celery Tasks: Add Broker…", or write CELERY_BROKER_URL=redis://host:6379/0 into the .env of the project',
    'On the command line, pass --broker-url redis://host:6379/0',
    'Check again',
  ],
};
const CAPPED: Case = {
  title: 'Raise maxQueueScan: the search ended before {tasks} could be judged',
  actions: ['Raise celeryTasks.maxQueueScan (--max-queue-scan) above the number of messages in the queues'],
};
const FORBIDDEN: Case = {
  title: 'Give access to the whole broker: {tasks} cannot be judged without it',
  actions: ['Let the Redis user of the connection read every key of the broker: ACL SETUSER <user> %R~* +@read'],
};
const REFUSED: Case = {
  title: 'Correct the user or password of the broker: {tasks} cannot be judged without it',
  actions: ['Run "Celery Tasks: Test Connection" after each change: it says whether the broker answers'],
};
const UNREACHABLE: Case = {
  title: 'Let the check reach the broker: {tasks} cannot be judged without it',
  actions: [
    'Check the host, the port, the firewall and the VPN',
    'Run "Celery Tasks: Test Connection", then check again',
  ],
};
const UNREADABLE: Case = {
  title: 'Name a broker that this check can read: {tasks} cannot be judged without it',
  actions: ["Compare the broker's URL with the one that the project uses (CELERY_BROKER_URL, broker_url)"],
};
const ELSEWHERE: Case = {
  title: 'Name the server that Celery uses: {tasks} cannot be judged by this one alone',
  actions: ['Give the URL of the primary that the workers are connected to'],
};
const OTHER: Case = {
  title: 'Give access to the whole broker: {tasks} cannot be judged while a part of it stays unread',
  actions: ['Read what the source "broker" says: it names each part that was not read'],
};

const CASES: Readonly<Partial<Record<GapKind, Case>>> = {
  'not-named': NOT_NAMED,
  forbidden: FORBIDDEN,
  authentication: REFUSED,
  unreachable: UNREACHABLE,
  'connection-lost': UNREACHABLE,
  timeout: UNREACHABLE,
  invalid: UNREADABLE,
  'failover-unread': ELSEWHERE,
  replica: ELSEWHERE,
  cluster: ELSEWHERE,
};

/** What would let the whole broker be read, by the first reason why it was not. @param group rows that this keeps undecided */
export function searchBroker(group: MatchingRows, { report, incompleteBecause }: BrokerView): Advice {
  const { title, actions } = caseOf(report);
  return {
    id: 'search-broker',
    ...aboutRows(group),
    title: about(group, title),
    why: about(
      group,
      `{tasks} cannot be judged while {its|their} message may be in a queue that was not read: ${incompleteBecause ?? report.detail}.`,
    ),
    evidence: [report.detail],
    actions: [...actions],
    links: [LINKS.redisBroker],
  };
}

function caseOf({ state, gaps = [] }: BrokerView['report']): Case {
  if (state === 'not-configured') return NOT_NAMED;
  if (gaps.some(({ setting }) => setting === 'celeryTasks.maxQueueScan')) return CAPPED;
  const known = gaps.map(({ kind }) => CASES[kind]).find((one) => one !== undefined);
  return known ?? OTHER;
}
