import { profileDescription, type ConnectionProfile } from '../../connect/profile';
import { COMMANDS } from '../shared/contributions';
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

const LONGEST = 40;

/**
 * The connection that the next check will use: at a glance, and before it is used.
 * @param current undefined while none is known; a Problem when the chosen one cannot be used
 * @returns undefined when there is nothing to say
 */
export function connectionStatus(
  trusted: boolean,
  current: ConnectionProfile | Problem | undefined,
): ConnectionStatus | undefined {
  if (!trusted) {
    return {
      text: '$(shield) Celery: Restricted',
      tooltip: 'Celery Tasks connects to nothing in Restricted Mode.\nClick to manage workspace trust.',
      spoken: 'Celery Tasks: restricted, connects to nothing',
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
  const short = (name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name).replaceAll('$(', '$\u2060(');
  const where = escapeUnsafe(`${profileDescription(current)}, ${foundIn(current)}`);
  return {
    text: current.production ? `$(warning) PRODUCTION: ${short}` : `$(database) ${short}`,
    tooltip: `Celery Tasks checks ${name}${current.production ? ', which is PRODUCTION' : ''}.\n${where}.\nIt is only read. Click to select another connection.`,
    spoken: `Celery Tasks connection: ${current.production ? 'production, ' : ''}${name}`,
    command: COMMANDS.selectConnection,
    background: current.production ? 'error' : undefined,
  };
}

/** What to call the connection beside results: production in words, and first, where nothing cuts it off. */
export function connectionLabel({ name, production }: Pick<ConnectionProfile, 'name' | 'production'>): string {
  return production ? `PRODUCTION: ${name}` : name;
}

function foundIn({ foundIn: place }: ConnectionProfile): string {
  return place === undefined ? 'from the setting celeryTasks.connections' : `from ${place}`;
}
