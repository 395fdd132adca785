/** A repository on github.com. */
export interface GithubRepository {
  readonly owner: string;
  readonly name: string;
}

const OWNER = /^[a-z\d](?:[a-z\d-]{0,38})$/i;
const NAME = /^[\w.-]{1,100}$/;

/**
 * Of a Git configuration, the repository on github.com that the remote `origin` names. Also of a fork: it is the repository that one works in.
 * @param config text of `.git/config` (git-config(1))
 * @returns undefined where there is none
 */
export function originOnGithub(config: string): GithubRepository | undefined {
  let inOrigin = false;
  let found: GithubRepository | undefined;
  for (const line of config.split(/\r?\n/)) {
    const section = /^\s*\[\s*([^\]\s"]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]/.exec(line);
    if (section) inOrigin = section[1]?.toLowerCase() === 'remote' && section[2] === 'origin';
    const [, url] = /^(?:\s*\[[^\]]*\])?\s*url\s*=\s*"?([^"#;]*?)"?\s*(?:[#;].*)?$/i.exec(line) ?? [];
    // Of several URLs, Git fetches from the first.
    if (inOrigin && url !== undefined) found ??= repositoryOf(url);
  }
  return found;
}

/** `https://github.com/a/b.git`, `git@github.com:a/b`, `ssh://git@ssh.github.com:443/a/b.git`; undefined for every other place. */
export function repositoryOf(url: string): GithubRepository | undefined {
  const [, path = ''] =
    /^(?:https?|ssh|git|git\+ssh):\/\/(?:[^@/\s]*@)?(?:www\.|ssh\.)?github\.com(?::\d+)?\/(.+)$/i.exec(url) ??
    /^(?:[^@/\s]*@)?(?:ssh\.)?github\.com:(?!\/\/)\/?(.+)$/i.exec(url) ??
    [];
  const [owner = '', name = '', ...more] = path.replace(/\/+$/, '').split('/');
  const bare = name.replace(/\.git$/i, '');
  if (more.length > 0 || !OWNER.test(owner) || !NAME.test(bare) || /^\.+$/.test(bare)) return undefined;
  return { owner, name: bare };
}

/** GitHub refuses addresses that are much longer. */
const MOST_BYTES = 6000;
const MOST_URL = 8000;

/** Stands in the new issue in place of a text that is too long for an address. */
export const PASTE_HERE = 'The report is on the clipboard: paste it here.';

export interface NewIssue {
  /** The page on which a person creates the issue. */
  readonly url: string;
  /** Whether the text is not in `url`, and has to be on the clipboard. */
  readonly paste: boolean;
}

/**
 * The page on github.com that begins a new issue. Its address is in histories and logs: only what is meant for the public may be in it.
 * @param text the report as Markdown; its first heading becomes the title
 */
export function newIssue({ owner, name }: GithubRepository, text: string): NewIssue {
  const title = titleOf(text);
  const url = (body: string): string =>
    `https://github.com/${owner}/${name}/issues/new?title=${encodeURIComponent(title)}&body=${encodeURIComponent(body)}`;
  const body = text.replace(/^# [^\n]*\n+/, '');
  // A lone half of a pair, which a text cut by somebody may have, cannot be in an address.
  const whole = new TextEncoder().encode(body).length > MOST_BYTES ? null : url(wellFormed(body));
  if (whole === null || whole.length > MOST_URL) return { url: url(PASTE_HERE), paste: true };
  return { url: whole, paste: false };
}

const MOST_TITLE = 200;

function titleOf(text: string): string {
  const heading = /^# ([^\n]*)/m.exec(text)?.[1] ?? 'Stuck Celery tasks';
  // As plain text: a title is no Markdown.
  const title = heading.replace(/\\([\\`*_{}[\]<>#|~&!$])/g, '$1').trim();
  return wellFormed(title.length > MOST_TITLE ? `${title.slice(0, MOST_TITLE - 1)}…` : title);
}

function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD');
}
