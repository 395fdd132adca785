import { sameServer, type ConnectionProfile, type ProfileEntry } from '../../connect/profile';
import type { CheckResult } from './checkState';

/** A result of a large incident takes some tens of megabytes. */
const MOST = 8;

/** The last result of each connection, for this session. Those that were asked for longest ago are forgotten first. */
export class LastResults {
  private readonly byId = new Map<string, CheckResult>();

  /** @returns undefined where there is none, and where the connection means another server by now */
  of(profile: ConnectionProfile): CheckResult | undefined {
    const result = this.byId.get(profile.id);
    return result && sameServer(result.profile, profile) ? result : undefined;
  }

  /** The same by the connection's id alone, whichever server it meant. */
  ofId(id: string): CheckResult | undefined {
    return this.byId.get(id);
  }

  keep(result: CheckResult): void {
    const { id } = result.profile;
    // What is put in again stands last.
    this.byId.delete(id);
    this.byId.set(id, result);
    for (const oldest of this.byId.keys()) {
      if (this.byId.size <= MOST) return;
      this.byId.delete(oldest);
    }
  }

  /** Forgets all others. */
  keepOnly(named: readonly Pick<ProfileEntry, 'id'>[]): void {
    const ids = new Set(named.map(({ id }) => id));
    for (const id of this.byId.keys()) if (!ids.has(id)) this.byId.delete(id);
  }
}
