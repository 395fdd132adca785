import { throwIfCancelled } from '../base/problem';
import { argumentsAt, chainAt, isCalled, stringOf, writtenAs } from './expressions';
import type { CodePlace, SourceFiles } from './model';
import { LARGEST_FILE, readPython, type PythonFile } from './pythonFile';
import type { Span } from './statements';

/** Where a project says which broker its workers use. Read as text: nothing is run. */
export interface BrokerSetting {
  readonly place: CodePlace;
  /** As it is written: `CELERY_BROKER_URL`, `app.conf.broker_url`, `broker`. */
  readonly name: string;
  /** Variables of the environment that it is taken from, in the order in which they stand there. */
  readonly variables: readonly string[];
  /** The URL that is written there, itself or as the default of a variable. May hold a password. */
  readonly url?: string;
}

/** `CELERY_BROKER_URL` of Django, `broker_url` of a Celery module, `BROKER_URL` of Celery 3, a namespace of one's own. */
const SETTING = /^(?:[A-Z][A-Z0-9]*_)*BROKER(?:_READ)?_URL$|^broker_url$/;
const VARIABLE = /^[A-Z][A-Z0-9_]{2,80}$/;
/** Functions and mappings of the environment: `os.environ`, `os.getenv`, `env.str`, `config` of decouple. */
const ENVIRONMENT = /env|config|secret|getvar/i;
const CLASS = 'Celery';
/** Names that lead to another name: `CELERY_BROKER_URL = SHARED_URL`. */
const MAX_STEPS = 4;

/** Files that usually say it, the most likely first. */
const LIKELY: readonly RegExp[] = [
  /(^|\/)settings\.py$/i,
  /(^|\/)celery(_?app|_?config|config)?\.py$/i,
  /(^|\/)(settings|config|conf)\/[^/]*\.py$/i,
  /(settings|celery|config)[^/]*\.py$/i,
];
const MAX_FILES = 60;
const AT_A_TIME = 8;

/**
 * Looks for the broker's URL in the files that usually name it: settings and the module of the Celery app.
 * @returns what was found, the most likely first: a setting that names a variable or a URL before one that says neither
 * @throws Problem `cancelled`
 */
export async function findBrokerSetting(files: SourceFiles, signal: AbortSignal): Promise<BrokerSetting | undefined> {
  const names = await files.python(signal);
  const likely = names
    .map((file) => ({ file, rank: LIKELY.findIndex((pattern) => pattern.test(file)) }))
    .filter(({ rank }) => rank >= 0)
    // Tests have settings of their own.
    .sort((a, b) => Number(isTest(a.file)) - Number(isTest(b.file)) || a.rank - b.rank)
    .slice(0, MAX_FILES)
    .map(({ file }) => file);
  const found: BrokerSetting[] = [];
  for (let at = 0; at < likely.length; at += AT_A_TIME) {
    throwIfCancelled(signal);
    const some = likely.slice(at, at + AT_A_TIME);
    const texts = await Promise.all(some.map((file) => files.read(file).catch(() => undefined)));
    texts.forEach((text, index) => {
      const file = some[index];
      if (text !== undefined && file !== undefined) found.push(...brokerSettings(text, file));
    });
    const telling = found.find(tells);
    if (telling) return telling;
  }
  return found[0];
}

/** Every place of a file that sets the broker's URL. Never throws. */
export function brokerSettings(text: string, file: string): BrokerSetting[] {
  if (text.length > LARGEST_FILE || !/broker/i.test(text)) return [];
  const py = readPython(text, file);
  return [...assigned(py), ...passed(py)].sort((a, b) => a.place.line - b.place.line);
}

function isTest(file: string): boolean {
  return /(^|\/)tests?(\/|[^/]*\.py$)/i.test(file);
}

function tells({ variables, url }: BrokerSetting): boolean {
  return variables.length > 0 || url !== undefined;
}

/** `CELERY_BROKER_URL = …`, `app.conf.broker_url = …`. */
function* assigned(py: PythonFile): Generator<BrokerSetting> {
  for (const { from, to } of py.statements) {
    const chain = chainAt(py.tokens, from);
    const name = chain?.parts.at(-1);
    if (!chain || name === undefined || !SETTING.test(name)) continue;
    const equals = assignmentIn(py, { from: chain.to, to });
    if (equals !== undefined) yield settingOf(py, from, chain.parts.join('.'), { from: equals + 1, to });
  }
}

/** `Celery('shop', broker=…)`, `app.conf.update(broker_url=…)`. */
function* passed(py: PythonFile): Generator<BrokerSetting> {
  for (let at = 0; at < py.tokens.length; at += 1) {
    const chain = chainAt(py.tokens, at);
    if (chain === undefined) continue;
    at = chain.to - 1;
    if (!isCalled(py.tokens, chain)) continue;
    const makesApp = chain.parts.at(-1) === CLASS;
    const updates = chain.parts.at(-1) === 'update' && chain.parts.includes('conf');
    if (!makesApp && !updates) continue;
    for (const { name, at: place, value } of argumentsAt(py.tokens, chain.to, py.tokens.length).keywords)
      if (SETTING.test(name) || (makesApp && name === 'broker')) yield settingOf(py, place, name, value);
  }
}

/** The `=` of `NAME = …` and `NAME: str = …`. */
function assignmentIn({ tokens }: PythonFile, { from, to }: Span): number | undefined {
  if (tokens[from]?.text === '=') return from;
  if (tokens[from]?.text !== ':') return undefined;
  for (let at = from + 1; at < to; at += 1) if (tokens[at]?.text === '=') return at;
  return undefined;
}

function settingOf(py: PythonFile, at: number, name: string, value: Span): BrokerSetting {
  const { variables, url } = takenFrom(py, value, MAX_STEPS);
  return { place: py.place(at), name, variables: [...new Set(variables)], ...(url === undefined ? {} : { url }) };
}

interface Taken {
  readonly variables: readonly string[];
  readonly url: string | undefined;
}

/** What an expression takes from the environment, and the URL that is in it. */
function takenFrom(py: PythonFile, span: Span, steps: number): Taken {
  const whole = stringOf(py.tokens, span);
  if (whole !== undefined) return { variables: [], url: whole.includes(':') ? whole : undefined };
  const variables: string[] = [];
  let url: string | undefined;
  for (let at = span.from; at < span.to; at += 1) {
    const value = py.tokens[at]?.value;
    if (value !== undefined) {
      if (value.includes('://')) url ??= value;
      else if (VARIABLE.test(value) && isFromEnvironment(py, at)) variables.push(value);
      continue;
    }
    const chain = chainAt(py.tokens, at);
    if (chain === undefined) continue;
    at = chain.to - 1;
    const [name, ...rest] = chain.parts;
    if (name === undefined || rest.length > 0 || isCalled(py.tokens, chain) || steps === 0) continue;
    const other = valueOf(py, name);
    if (other === undefined || (other.from <= span.from && span.from < other.to)) continue;
    const taken = takenFrom(py, other, steps - 1);
    variables.push(...taken.variables);
    url ??= taken.url;
  }
  return { variables, url };
}

/** Whether a string is the name that something of the environment is asked for: `os.environ['X']`, `env('X')`. */
function isFromEnvironment({ tokens, source }: PythonFile, at: number): boolean {
  const bracket = tokens[at - 1]?.text;
  if (bracket !== '(' && bracket !== '[') return false;
  let from = at - 1;
  while (from > 0 && (tokens[from - 1]?.kind === 'name' || tokens[from - 1]?.text === '.')) from -= 1;
  return ENVIRONMENT.test(writtenAs(source, tokens, { from, to: at - 1 }));
}

/** What is assigned to a name of the module last. */
function valueOf(py: PythonFile, name: string): Span | undefined {
  let value: Span | undefined;
  for (const { from, to } of py.statements) {
    if (py.tokens[from]?.text !== name || py.scopeAt(from) !== -1) continue;
    const equals = assignmentIn(py, { from: from + 1, to });
    if (equals !== undefined) value = { from: equals + 1, to };
  }
  return value;
}
