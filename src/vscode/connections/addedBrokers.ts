import type * as vscode from 'vscode';
import { withAddedBroker, type AddedUrls } from '../../connect/addedBroker';
import { isBroken, profileDescription, type ConnectionProfile, type ProfileEntry } from '../../connect/profile';

const KEY = 'celeryTasks.addedBrokers';

/** A broker that a person added to a connection; its URLs are without passwords. */
interface AddedBroker extends AddedUrls {
  /** Whose database it was added to: a file that is rewritten may name another one, of which nothing was said. */
  readonly of: string;
}

/**
 * The brokers that a person added to connections of files and of the environment. They are kept in the state of the workspace, by the
 * connection's id, because the files are the person's own and may be shared.
 */
export class AddedBrokers {
  constructor(private readonly state: vscode.Memento) {}

  /** The connection with its broker, where one was added. */
  withBroker(entry: ProfileEntry): ProfileEntry {
    if (isBroken(entry)) return entry;
    const added = this.all()[entry.id];
    return added?.of === profileDescription(entry) ? withAddedBroker(entry, added) : entry;
  }

  /** @param urls without passwords; undefined: none any more */
  async keep(profile: ConnectionProfile, urls: AddedUrls | undefined): Promise<void> {
    const others = Object.entries(this.all()).filter(([id]) => id !== profile.id);
    const own = urls === undefined ? [] : [[profile.id, { ...urls, of: profileDescription(profile) }] as const];
    await this.state.update(KEY, Object.fromEntries([...others, ...own]));
  }

  private all(): Readonly<Record<string, AddedBroker>> {
    return this.state.get<Record<string, AddedBroker>>(KEY) ?? {};
  }
}
