/** Holds rules to what is true: how often each decided and was right, and what was wrong, with a trace of the first of each kind. */
import { ABOUT } from '../../../src/causes/about';
import type { Rule } from '../../../src/causes/claim';
import { judge, type Judgement } from '../../../src/verdicts/judge';
import type { Verdict } from '../../../src/model/verdict';
import type { Case, Look } from './observe';
import type { World } from './world';

interface Score {
  /** Rows of which it claimed something that is true, or only things that are not. */
  truly: number;
  falsely: number;
  /** Rows that it may speak of, and of which it claimed nothing. */
  silent: number;
  /** Rows that its claim decided. */
  right: number;
  wrong: number;
}

interface Kind {
  count: number;
  /** The shortest: the fewer events, the clearer. */
  trace: readonly string[];
}

export class Ledger {
  rows = 0;
  /** Rows that were decided, by confidence, and how many of them wrongly; `unknown` ones count as `possible`, wrong without the truth among their readings. */
  readonly counts = {
    proven: { rows: 0, wrong: 0 },
    likely: { rows: 0, wrong: 0 },
    possible: { rows: 0, wrong: 0 },
  };
  /** The pairs `verdict/cause` that decided a row and whose cause does not say what follows for that verdict. */
  readonly undeclared = new Set<string>();
  private readonly scores = new Map<string, Score>();
  private readonly kinds = new Map<string, Kind>();

  constructor(private readonly rules: readonly Rule[]) {
    for (const { name } of rules) this.scores.set(name, { truly: 0, falsely: 0, silent: 0, right: 0, wrong: 0 });
  }

  /** @param which the world's number, which makes it again */
  add(of: Case, which: string, world: World, look: Look): void {
    this.rows++;
    const { facts, known } = of;
    const truth = withRecorded(of);
    const judged = judge(facts, known, this.rules);
    const { verdict, cause, confidence, readings } = judged;
    if (cause !== undefined && ABOUT[cause].verdicts[verdict] === undefined) this.undeclared.add(`${verdict}/${cause}`);
    const isUnknown = verdict === 'unknown';
    const isTrue = isUnknown ? readings.some((reading) => truth.has(reading.verdict)) : truth.has(verdict);
    const decider = this.scoreRules({ ...of, truth }, judged, isTrue);
    const count = this.counts[isUnknown ? 'possible' : confidence];
    count.rows++;
    if (isTrue) return;
    count.wrong++;
    const said = isUnknown
      ? `unknown (${sorted(readings.map((one) => one.verdict))})`
      : `${verdict}/${cause ?? '-'} ${confidence}`;
    const kind = [
      `${said}, but ${sorted(truth)}`,
      ...(decider === undefined ? [] : [`by ${decider}`]),
      facts.row.status,
      `status_message ${facts.row.message ?? '?'}`,
      ...whatIsSpecial(of, world, look),
    ].join('; ');
    const trace = [which, JSON.stringify(look), ...told(of), JSON.stringify(judged), ...world.trace(of.story)];
    const before = this.kinds.get(kind);
    const shorter = before === undefined || trace.length < before.trace.length;
    this.kinds.set(kind, { count: (before?.count ?? 0) + 1, trace: shorter ? trace : before.trace });
  }

  /** @returns the rule that decided: the first one whose claim has the verdict and the confidence of the judgement */
  private scoreRules({ facts, known, truth }: Case, judged: Judgement, isTrue: boolean): string | undefined {
    let decider: string | undefined;
    for (const rule of this.rules) {
      const claimed = rule.apply(facts, known);
      const claims = claimed === undefined ? [] : [claimed].flat();
      const score = this.scores.get(rule.name)!;
      if (claims.length === 0) score.silent++;
      else if (claims.some(({ verdict }) => truth.has(verdict))) score.truly++;
      else score.falsely++;
      if (judged.verdict === 'unknown' || decider !== undefined) continue;
      if (claims.some(({ verdict, confidence }) => verdict === judged.verdict && confidence === judged.confidence)) {
        decider = rule.name;
        score[isTrue ? 'right' : 'wrong']++;
      }
    }
    return decider;
  }

  /** Rules that were never met where they speak truly, or where they must be silent. */
  notExercised(): string[] {
    return [...this.scores].flatMap(([name, { truly, silent }]) =>
      truly === 0 ? [`${name} never spoke truly`] : silent === 0 ? [`${name} was never silent`] : [],
    );
  }

  table(): string {
    const lines = [...this.scores].map(([name, { right, wrong, truly, falsely, silent }]) =>
      [name.padEnd(20), ...[right, wrong, truly, falsely, silent].map((number) => String(number).padStart(9))].join(
        ' ',
      ),
    );
    const head = [
      'rule'.padEnd(20),
      ...['right', 'wrong', 'truly', 'falsely', 'silent'].map((word) => word.padStart(9)),
    ].join(' ');
    const counts = Object.entries(this.counts).map(
      ([name, { rows, wrong }]) => `${name} ${rows}, ${wrong} of them wrong`,
    );
    return [`${this.rows} rows: ${counts.join('; ')}`, head, ...lines].join('\n');
  }

  /** What was wrong, most rows first, each with its trace. */
  report(most = Infinity): string {
    return [...this.kinds]
      .sort(([, a], [, b]) => b.count - a.count)
      .slice(0, most)
      .map(([kind, { count, trace }]) => [`${count} x ${kind}`, ...trace.map((line) => `    ${line}`)].join('\n'))
      .join('\n\n');
  }

  /** The same without traces, in few words. */
  kindsInShort(): string {
    const short = new Map<string, number>();
    for (const [kind, { count }] of this.kinds) {
      const [said = ''] = kind.split('; ');
      short.set(said, (short.get(said) ?? 0) + count);
    }
    return [...short]
      .sort(([, a], [, b]) => b - a)
      .map(([said, count]) => `${String(count).padStart(6)} ${said}`)
      .join('\n');
  }
}

/** A row that says how it ended is right about that, also where another delivery of its message is about to be thrown away or to run. */
function withRecorded({ facts: { row }, truth }: Case): ReadonlySet<Verdict> {
  const failed = ['ERROR', 'ABORTED'].includes(row.status) && row.exception === true && row.message !== 'empty';
  return failed ? new Set([...truth, 'failed']) : truth;
}

/** What may explain a wrong verdict. */
function whatIsSpecial(
  { facts, known, story }: Case,
  { application, redis, copied, workers }: World,
  look: Look,
): string[] {
  const type = application.typeOfRow(facts.row);
  const running = workers.filter(({ children }) => [...children].some((child) => child.story === story));
  const { effect, result, messages, tasks } = facts;
  const special: [boolean, string][] = [
    [copied !== null, 'rows copied beside another Redis'],
    [look.wrongRedis, 'another Redis is looked at'],
    [application.brokers.get(type) !== redis, 'a second broker'],
    [application.eager, 'eager'],
    [type.celeryName !== `shop.tasks.${type.name}`, 'name='],
    [messages.some(({ task }) => task !== type.celeryName), "another application's message"],
    [tasks.some(({ taskId }) => taskId.startsWith('4')), "another application's task"],
    [application.layout.unacked !== 'unacked', 'renamed unacked'],
    [effect !== null, `effect ${effect?.says ?? ''} ${effect?.strength ?? ''}`],
    [effect !== null && type.rule?.builtIn === false, "a user's rule"],
    [type.othersWriteIt, 'others leave that effect too'],
    [type.effect === 'in the middle', 'the effect comes before the end'],
    [type.arguments === 2, 'same arguments'],
    [type.pages > 1, 'pages'],
    [type.cleaned, 'effects are removed'],
    [result !== null, `result ${result?.state ?? ''} ${result?.exceptionType ?? ''}`],
    [messages.length > 0, `message ${messages.map(({ place }) => place).join('+')}`],
    [known.workers.none, 'no worker seen'],
    [!known.workers.settled, 'workers not settled'],
    [story.resumed, 'resumed'],
    [
      running.length > 0,
      `run by a worker that is ${running.map(({ state, connected }) => (connected ? state : 'cut off')).join('+')}`,
    ],
  ];
  return special.filter(([is]) => is).map(([, what]) => what);
}

function told({ facts, known, story }: Case): string[] {
  const { row, ...others } = facts;
  const { now, workers, broker, losses, elsewhere } = known;
  const { says, none, settled, deaf } = workers;
  return [
    `left: ${story.left}${story.done ? ', done' : ''}`,
    `row ${JSON.stringify(row)}`,
    `facts ${JSON.stringify(others)}`,
    `world ${JSON.stringify({ now, says, none, settled, deaf, elsewhere, contents: broker.contents, because: broker.incompleteBecause, losses })}`,
  ];
}

function sorted(verdicts: Iterable<string>): string {
  return [...new Set(verdicts)].sort().join('|');
}
