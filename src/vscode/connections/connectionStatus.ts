import { profileDescription, type ConnectionProfile } from '../../connect/profile';
import { COMMANDS } from '../shared/contributions';
import { count } from '../../base/numbers';
import type { Problem } from '../../base/problem';
import { escapeUnsafe } from '../../base/unsafeText';

/** What the status bar says of the connection in use. */
export interface ConnectionStatus {
  /** `$(…)` in it is an icon. */
  readonly text: string;
  readonly tooltip: string;
  /** For screen readers, which get no icons and no colour. */
  readonly spoken: string;
  readonly command: string;
  /** Production is in the strongest colour there is; a connection that cannot be used in the next one. */
  readonly background: 'error' | 'warning' | undefined;
}

/** What the status bar says of the check of that connection. */
export interface CheckedStatus {
  readonly running?: boolean;
  /** Stuck tasks of its latest result. */
  readonly stuck?: number;
}

const LONGEST = 30;

/**
 * The connection that the next check will use, and its latest check: at a glance.
 * @param current undefined while none is known; a Problem when the chosen one cannot be used
 * @returns undefined when there is nothing to say
 */
export function connectionStatus(
  trusted: boolean,
  current: ConnectionProfile | Problem | undefined,
  { running = false, stuck }: CheckedStatus = {},
): ConnectionStatus | undefined {
  if (!trusted) {
    return {
      text: '$(shield) Celery: Restricted',
      tooltip: "Celery Tasks doesn't connect in Restricted Mode.\nClick to manage workspace trust.",
      spoken: 'Celery Tasks: restricted, not connected',
      command: 'workbench.trust.manage',
      background: undefined,
    };
  }
  if (current === undefined) return undefined;
  if (!('database' in current)) {
    return {
      text: '$(error) Celery: Connection',
      tooltip: `${escapeUnsafe(current.message)}\nClick to select another connection.`,
      spoken: `Celery Tasks: the connection cannot be used. ${escapeUnsafe(current.message)}`,
      command: COMMANDS.selectConnection,
      background: 'warning',
    };
  }
  const name = escapeUnsafe(current.name);
  // Nearly always there is one file of that name: the tooltip says which.
  const plain = current.origin === 'env-file' ? name.replace(/ \(\.env\)$/, '') : name;
  const short = (plain.length > LONGEST ? `${plain.slice(0, LONGEST - 1)}…` : plain).replaceAll('$(', '$\u2060(');
  const where = escapeUnsafe(`${profileDescription(current)}, ${foundIn(current)}`);
  const icon = running ? 'sync~spin' : current.production ? 'warning' : 'database';
  const called = current.production ? `Celery PRODUCTION: ${short}` : `Celery: ${short}`;
  const found = running || stuck === undefined ? [] : [stuck === 0 ? 'none stuck' : `${roughly(stuck)} stuck`];
  const spoken = [
    `Celery connection: ${current.production ? 'production, ' : ''}${name}`,
    running ? 'checking' : stuck === undefined ? '' : count(stuck, 'stuck task'),
  ];
  return {
    text: [`$(${icon}) ${called}`, ...found].join(' · '),
    tooltip: `Celery connection: ${name}${current.production ? ' (PRODUCTION)' : ''}\n${where}.\n${running ? 'Checking…\n' : stuck === undefined ? '' : `${count(stuck, 'stuck task')} in its last check.\n`}Read-only. Click to select another connection.`,
    spoken: spoken.filter(Boolean).join(', '),
    command: COMMANDS.selectConnection,
    background: current.production ? 'error' : undefined,
  };
}

/** `950`, `14k`, `3.2M`: rounded down, so that it never says more than there are. */
function roughly(value: number): string {
  if (value < 1000) return String(value);
  if (value < 1e6) return `${String(Math.floor(value / 1000))}k`;
  return `${String(Math.floor(value / 1e5) / 10)}M`;
}

/** What to call the connection beside results: production in words, and first, where nothing cuts it off. */
export function connectionLabel({ name, production }: Pick<ConnectionProfile, 'name' | 'production'>): string {
  return production ? `PRODUCTION: ${name}` : name;
}

function foundIn({ foundIn: place }: ConnectionProfile): string {
  return place === undefined ? 'from the setting celeryTasks.connections' : `from ${place}`;
}
