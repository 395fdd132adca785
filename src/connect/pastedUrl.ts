import { bareUrl } from './postgres/bareUrl';

/** A shell's prompt, variables set for one command, and the client: `$ PGPASSWORD=… psql -d URL -c "select 1"`. */
const CLIENT =
  /^(?:[$>%#]\s+)?(?:sudo\s+(?:-u\s+\S+\s+)?)?(?:[A-Za-z_]\w*=\S*\s+)*(?:psql|pgcli|pg_dump|pg_isready|redis-cli|valkey-cli|iredis|celery)\s+(?:.*?\s)?(?:--?[\w-]+[= ])?(?=["']?[a-z][a-z0-9+.-]{0,30}:\/\/)/i;
/** No URL is longer (urlParts.ts). */
const MAX_TEXT = 10_000;

/**
 * The URL in what a person pasted: of a line of a `.env` file or a shell, with or without `export`, quotes, a `;` or a comment behind it
 * (bareUrl.ts), and of the command line of a client such as `psql` or `redis-cli`. Any other text stays as it is.
 */
export function pastedUrl(text: string): string {
  const bare = bareUrl(text);
  if (bare.length > MAX_TEXT) return bare;
  const [client] = CLIENT.exec(bare) ?? [];
  return client === undefined ? bare : bareUrl(firstWord(bare.slice(client.length)));
}

/** A shell's first word, with the quotes that it is in. */
function firstWord(text: string): string {
  const [quoted] = /^(?:"[^"]*"|'[^']*')/.exec(text) ?? [];
  return quoted ?? text.split(/\s/, 1)[0] ?? '';
}
