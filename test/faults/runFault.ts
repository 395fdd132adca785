import { textLog } from '../../src/report/textLog';
import { markdown } from '../../src/report/markdown';
import type { Diagnosis } from '../../src/model/diagnosis';
import { Problem } from '../../src/base/problem';
import { assertForPeople } from '../support/problems';
import type { Random } from '../support/random';
import { checkAt, sourcesAt, type Bench } from './bench';
import type { Attack, Fault, Seen } from './fault';
import { tracked, untracked } from './residue';

/** A row of the table, and what was wrong with it. */
export interface Row {
  readonly fault: string;
  /** The sentence, without what differs from run to run. */
  readonly sees: string;
  readonly left: string;
  readonly milliseconds: number;
  /** Empty when all is as it must be. */
  readonly violations: readonly string[];
}

const WITHIN_MS = 15_000;
/** A driver may need a moment to let go of a socket. */
const CLOSING_MS = 5000;

/** Makes one fault, checks into it, and checks again after it. Throws only when the bench itself is broken. */
export async function runFault(fault: Fault, bench: Bench, random: Random): Promise<Row> {
  const violations: string[] = [];
  const attack = await fault.inject(bench, random);
  let seen: Seen = { texts: [] };
  let left: string[] = [];
  const start = performance.now();
  let milliseconds = 0;
  try {
    const check = tracked(() => attempt(bench, attack));
    seen = await within(check.done, fault.within ?? WITHIN_MS);
    milliseconds = performance.now() - start;
    left = await settled(check.left);
  } catch (error) {
    violations.push(error instanceof Error ? error.message : String(error));
  } finally {
    await attack.heal?.();
  }
  left = [...left, ...(await bench.leftOnServers())];
  violations.push(...judge(fault, seen, bench), ...leaks(seen, [...bench.secrets, ...(attack.secrets ?? [])]));
  if (left.length > 0) violations.push(`left behind: ${left.join('; ')}`);
  violations.push(...(await nextCheck(bench)));
  return {
    fault: fault.name,
    sees: plain(sentences(fault, seen), bench),
    left: left.length === 0 ? 'nothing' : plain(left.map((one) => one.split('\n')[0]).join('; '), bench),
    milliseconds,
    violations,
  };
}

async function attempt(bench: Bench, attack: Attack): Promise<Seen> {
  const sources = () => sourcesAt({ ...bench.good, ...attack });
  if (attack.run) return await attack.run(sources);
  const stop = new AbortController();
  const texts: string[] = [];
  const beside = untracked(() => attack.meanwhile?.(stop));
  // Awaited below; until then a failure must not end the process.
  beside?.catch(() => undefined);
  let seen: Seen;
  try {
    const diagnosis = await checkAt(sources(), {
      signal: stop.signal,
      onProgress: (event) => {
        texts.push(event.label);
        untracked(() => attack.onProgress?.(event, stop));
      },
      ...(attack.table === undefined ? {} : { table: attack.table }),
    });
    seen = { diagnosis, texts };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    seen = { problem: error, texts };
  }
  await beside;
  return seen;
}

function judge({ expected }: Fault, seen: Seen, bench: Bench): string[] {
  const wrong: string[] = [];
  const say = (condition: boolean, text: string): void => {
    if (!condition) wrong.push(text);
  };
  const outcome = describe(seen);
  const sentence = seen.problem?.message;
  if (sentence !== undefined) wrong.push(...asSentence(sentence));
  for (const source of seen.diagnosis?.sources ?? [])
    if (source.state === 'unavailable') {
      wrong.push(...asSentence(`${source.detail}.`));
      say(!source.detail.endsWith('.'), `the words of ${source.name} end a sentence that goes on: ${source.detail}`);
    }
  if (seen.diagnosis) wrong.push(...incomplete(seen.diagnosis));
  switch (expected.ends) {
    case 'problem':
      say(
        seen.problem?.kind === expected.kind && !seen.diagnosis,
        `expected the problem ${expected.kind}, got ${outcome}`,
      );
      say(expected.says.test(sentence ?? ''), `expected ${String(expected.says)}, got ${outcome}`);
      break;
    case 'cancelled':
      say((seen.problem?.kind === 'cancelled') !== (seen.diagnosis !== undefined), `expected a cancel, got ${outcome}`);
      break;
    case 'partial': {
      const bad = unavailable(seen.diagnosis);
      const names = bad.map(({ name }) => name);
      say(
        same(names, expected.unavailable),
        `expected ${expected.unavailable.join()} to be unavailable, got ${outcome}`,
      );
      say(
        bad.some(({ detail }) => expected.says.test(detail)),
        `expected ${String(expected.says)}, got ${outcome}`,
      );
      if (names.includes('broker') || names.includes('workers'))
        say(lost(seen.diagnosis) === 0, 'rows are called lost');
      break;
    }
    case 'unbounded': {
      const broker = seen.diagnosis?.sources.find(({ name }) => name === 'broker');
      say(broker?.state === 'partial', `expected a broker that was read in part, got ${String(broker?.state)}`);
      say(expected.says.test(broker?.detail ?? ''), `expected ${String(expected.says)}, got ${String(broker?.detail)}`);
      say(lost(seen.diagnosis) === 0, 'rows are called lost');
      say(seen.diagnosis?.taskTypes.every(({ bounds }) => bounds === undefined) ?? false, 'a type has bounds');
      break;
    }
    case 'whole':
    case 'whole, and a sentence':
      say(seen.diagnosis !== undefined, `expected a result, got ${outcome}`);
      say(unavailable(seen.diagnosis).length === 0, `a source is unavailable: ${outcome}`);
      say(lost(seen.diagnosis) > 0, 'with all sources there some rows are lost, and none is called so');
      if (expected.ends === 'whole') say(!seen.problem, `expected no problem, got ${outcome}`);
      else say(expected.says.test(sentence ?? ''), `expected ${String(expected.says)}, got ${outcome}`);
  }
  return wrong.map((text) => plain(text, bench));
}

/** Types, counts and samples, as `bench.ts` made them. */
function incomplete({ taskTypes, otherStatuses }: Diagnosis): string[] {
  const found = taskTypes.map(
    (type) => `${type.taskModule}.${type.taskName} ${String(type.count)} ${String(type.samples.length)}`,
  );
  const wrong: string[] = [];
  if (!same(found, ['shop.tasks.send 30 5', 'shop.tasks.bill 5 5'])) wrong.push(`wrong types: ${found.join()}`);
  const others = otherStatuses.map(({ status, count }) => `${status} ${String(count)}`);
  if (!same(others, ['PAUSED 1'])) wrong.push(`wrong other statuses: ${others.join()}`);
  for (const { count, verdicts = {}, taskName } of taskTypes) {
    const judged = Object.values(verdicts).reduce((sum, rows) => sum + rows, 0);
    if (judged !== count) wrong.push(`${String(judged)} of ${String(count)} rows of ${taskName} have a verdict`);
  }
  return wrong;
}

function leaks(seen: Seen, secrets: readonly string[]): string[] {
  const { diagnosis, problem, texts } = seen;
  const all = [
    ...texts,
    problem?.message ?? '',
    ...(diagnosis ? [JSON.stringify(diagnosis), textLog(diagnosis), markdown(diagnosis, null)] : []),
  ].join('\n');
  return secrets.some((secret) => all.includes(secret)) ? ['a password is shown'] : [];
}

async function nextCheck(bench: Bench): Promise<string[]> {
  try {
    const diagnosis = await within(checkAt(sourcesAt(bench.good)), WITHIN_MS);
    const wrong = [...incomplete(diagnosis), ...unavailable(diagnosis).map(({ name, detail }) => `${name}: ${detail}`)];
    if (lost(diagnosis) === 0) wrong.push('nothing is lost');
    return [...wrong, ...(await bench.leftOnServers())].map((text) => `the next check: ${plain(text, bench)}`);
  } catch (error) {
    return [`the next check failed: ${plain(String(error), bench)}`];
  }
}

function sentences({ expected }: Fault, { diagnosis, problem }: Seen): string {
  const sources = unavailable(diagnosis).map(({ name, detail }) => [name, `${detail}.`] as const);
  const byText = new Map<string, string[]>();
  for (const [name, text] of sources) byText.set(text, [...(byText.get(text) ?? []), name]);
  const parts = [...byText].map(([text, names]) => `${names.join(', ')}: ${text}`);
  if (problem) parts.push(problem.message);
  if (parts.length > 0) return parts.join(' ');
  return diagnosis ? `the ${expected.ends === 'cancelled' ? 'whole ' : ''}result` : '(nothing)';
}

function describe(seen: Seen): string {
  const { diagnosis, problem } = seen;
  const sources = unavailable(diagnosis).map(({ name, detail }) => `${name}: ${detail}`);
  return [problem ? `${problem.kind}: ${problem.message}` : '', diagnosis ? 'a result' : '', ...sources]
    .filter((text) => text !== '')
    .join('; ');
}

function unavailable(diagnosis: Diagnosis | undefined): { name: string; detail: string }[] {
  return (diagnosis?.sources ?? []).filter(({ state }) => state === 'unavailable');
}

function lost(diagnosis: Diagnosis | undefined): number {
  return (diagnosis?.taskTypes ?? []).reduce((sum, { verdicts }) => sum + (verdicts?.lost ?? 0), 0);
}

function asSentence(text: string): string[] {
  try {
    assertForPeople(text);
    return /\bat .*\.[jt]s:\d+|node:internal/.test(text) ? [`a stack is shown: ${text}`] : [];
  } catch (error) {
    return [`not one sentence: ${(error as Error).message}`];
  }
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Ports and random names out, so that two runs print the same table. */
function plain(text: string, bench: Bench): string {
  return text
    .replaceAll(bench.database.name, 'shop')
    .replace(/\brole_[0-9a-f]{12}/g, 'reader')
    .replace(/(127\.0\.0\.1|localhost|no-such-host\.invalid):\d{2,5}/g, '$1:port')
    .replace(/for port \d+/g, 'for port n')
    .replace(/(?<![:/\w])\/[\w./-]*\/([\w.-]+)/g, '…/$1');
}

async function settled(left: () => string[]): Promise<string[]> {
  const deadline = performance.now() + CLOSING_MS;
  while (left().length > 0 && performance.now() < deadline) await new Promise((done) => setTimeout(done, 20));
  return left();
}

async function within<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, failed) => {
    timer = setTimeout(() => {
      failed(new Error(`no end after ${String(milliseconds)} ms`));
    }, milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
