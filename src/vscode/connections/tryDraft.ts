import { isBroken, profilesFromSettings, secretKeys, type ConnectionProfile } from '../../connect/profile';
import { entryOf, heldPasswords, type ConnectionDraft } from './connectionDraft';
import { references, type Connections, type HeldPasswords } from './connections';
import { tryBroker, tryDatabase, type TestAnswer } from './testConnection';

/** The connection that a draft makes as far as it was entered, with the passwords of its servers. @throws Problem */
export function profileOf(
  draft: ConnectionDraft,
  rest: object = {},
): { readonly profile: ConnectionProfile; readonly held: HeldPasswords } {
  const [entry] = profilesFromSettings([{ ...rest, ...entryOf(draft) }], references());
  if (!entry) throw new TypeError('One entry makes one connection.');
  if (isBroken(entry)) throw entry.problem;
  const keys = new Set(Object.values(secretKeys(entry)));
  const held = new Map([...heldPasswords(draft)].filter(([key]) => keys.has(key)));
  return { profile: entry, held };
}

/** What does not work of the database, in a sentence; undefined where it works. */
export type TryDraft = (draft: ConnectionDraft, signal: AbortSignal) => Promise<string | undefined>;

/** What the broker answers, or why it does not. */
export type TryBroker = (draft: ConnectionDraft, signal: AbortSignal) => Promise<TestAnswer>;

/** @param rest fields of the settings entry that are not asked for, such as its table */
export function triesOf(
  connections: Connections,
  rest: object = {},
): { readonly database: TryDraft; readonly broker: TryBroker } {
  const attempt =
    (part: typeof tryDatabase): TryBroker =>
    async (draft, signal) => {
      const { profile, held } = profileOf(draft, rest);
      return await part(connections, profile, signal, held);
    };
  const database = attempt(tryDatabase);
  return {
    database: async (draft, signal) => (await database(draft, signal)).problem?.message,
    broker: attempt(tryBroker),
  };
}
