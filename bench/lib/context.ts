import { incident, type Incident, type IncidentSize } from './incident';
import type { Measured } from './measured';
import type { Options } from './options';
import { Servers } from './servers';

/** What a row of the table may use. */
export interface Context {
  readonly options: Options;
  readonly servers: Servers;
  readonly say: (line: string) => void;
  /** The incident on one PostgreSQL; 245 types unless said otherwise. */
  readonly incident: (major: number, size: Partial<IncidentSize> & { readonly rows: number }) => Promise<Incident>;
  /** Takes of a measurement over so many rows. */
  readonly runs: (rows: number) => number;
}

/** One row of the table, or a few of one kind. */
export interface Bench {
  readonly name: string;
  readonly run: (context: Context) => Promise<readonly Measured[]>;
}

/** As many as the incident has. */
export const TYPES = 245;

export function createContext(options: Options, say: (line: string) => void): Context {
  const servers = new Servers(say);
  const made = new Set<string>();
  return {
    options,
    servers,
    say,
    incident: async (major, size) => {
      const whole = { types: TYPES, stuckShare: options.stuckShare, ...size };
      const key = JSON.stringify([major, whole]);
      // Once a run, also with --fresh.
      const fresh = options.fresh && !made.has(key);
      made.add(key);
      return await incident(await servers.postgres(major), whole, fresh, say);
    },
    runs: (rows) => options.runs ?? (rows <= 2_000_000 ? 9 : 7),
  };
}
