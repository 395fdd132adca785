/** `check-task-status rules test` and `rules draft`. */
import { readFile, stat } from 'node:fs/promises';
import { count } from '../base/numbers';
import { Problem } from '../base/problem';
import { echo } from '../base/quoteInput';
import { redact } from '../base/redact';
import { escapeUnsafe } from '../base/unsafeText';
import { diagnose } from '../check/diagnose';
import { draftRules, MOST_TYPES } from '../check/draftRules';
import { addRules } from '../effects/addRules';
import { openCode } from '../effects/drafts/openCode';
import { hiddenRows } from '../model/hidden';
import { taskTypeName, type Diagnosis } from '../model/diagnosis';
import type { EffectRule } from '../model/effectRule';
import type { RuleDraft } from '../model/ruleTest';
import { typeKey, type TypeId } from '../model/taskType';
import { draftsInOrder, ruleDraftLines, ruleDraftsSummary } from '../report/ruleDrafts';
import { readingOrder, ruleTestLines, ruleTestsSummary } from '../report/ruleTests';
import { saveText } from '../report/saveText';
import type { RulesCommand, VerifiedOptions } from './arguments';
import { usage } from './flags';
import { folderSources } from './folderSources';
import type { Terminal } from './terminal';
import { callerOf, openNamed, sayNotes, verificationOptions } from './openCheck';

/** @throws Problem; the exit code follows from its kind */
export async function rules(command: RulesCommand, terminal: Terminal): Promise<void> {
  sayNotes(command.options, terminal.messages);
  if (command.kind === 'rules test') await test(command, terminal);
  else await draft(command, terminal);
}

async function test({ types, options }: RulesCommand & { kind: 'rules test' }, terminal: Terminal): Promise<void> {
  const { rules: tests = [] } = await checked(options, terminal);
  const asked = readingOrder(tests.filter(({ task }) => types.length === 0 || types.includes(task)));
  terminal.messages.clear();
  if (options.format === 'json') {
    terminal.stdout.write(`${JSON.stringify({ schemaVersion: 1, rules: asked }, null, 2)}\n`);
    return;
  }
  const blocks = asked.map((one) => ruleTestLines(one).join('\n'));
  terminal.stdout.write(`${[...blocks, asked.length === 0 ? NO_RULE : ruleTestsSummary(asked)].join('\n\n')}\n`);
}

const NO_RULE =
  'No effect rule covers these tasks. "check-task-status rules draft --workspace DIR" writes some from your code.';

async function draft(
  { types: named, workspace, write, options }: RulesCommand & { kind: 'rules draft' },
  terminal: Terminal,
): Promise<void> {
  const { messages, stdout } = terminal;
  await requireFolder(workspace);
  // Before the check, which takes its time: a file that cannot be used is known now.
  const before = write === undefined ? undefined : await readIfThere(write);
  if (write !== undefined) addRules(before, [], `--write ${write}`);
  const undetermined = new Map<string, number[]>();
  const { taskTypes } = await checked(options, terminal, (row, { verdict }) => {
    if (verdict !== 'unknown') return;
    const name = taskTypeName(row);
    const known = undetermined.get(name);
    if (known) known.push(row.id);
    else undetermined.set(name, [row.id]);
  });
  const sizeOf = (type: TypeId): number => undetermined.get(taskTypeName(type))?.length ?? 0;
  const largest = taskTypes.filter((type) => sizeOf(type) > 0).sort((a, b) => sizeOf(b) - sizeOf(a));
  const types = named.length > 0 ? typesNamed(named, taskTypes) : largest.slice(0, MOST_TYPES);
  const { hours, statuses, table, verification } = options;
  const drafts = await draftRules(
    await openNamed(options, terminal.environment),
    {
      types,
      code: openCode(folderSources(workspace), table),
      undetermined,
      hours,
      statuses,
      table,
      maxQueueScan: verification.maxQueueScan,
    },
    callerOf(options, terminal),
  );
  messages.clear();
  const left = named.length > 0 ? 0 : largest.length - types.length;
  if (left > 0)
    messages.say(
      `${count(left, 'more task type')} with undetermined tasks ${left === 1 ? 'is' : 'are'} left out: name them with --type.`,
    );
  stdout.write(options.format === 'json' ? draftsJson(drafts) : draftsText(drafts));
  if (write !== undefined) await writeRules(write, drafts, messages);
}

/** @throws Problem `invalid` */
async function requireFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory() !== true)
    throw usage(`--workspace ${echo(path)} is no folder: name the folder with the tasks' code.`);
}

type OnJudged = NonNullable<Parameters<typeof diagnose>[2]['onJudged']>;

/** A check with verification: rules are tried in its snapshot. */
async function checked(options: VerifiedOptions, terminal: Terminal, onJudged?: OnJudged): Promise<Diagnosis> {
  const { hours, limit, statuses, table, maskedKeys, verification } = options;
  const diagnosis = await diagnose(
    await openNamed(options, terminal.environment),
    { hours, limit, statuses, table, maskedKeys, verification: await verificationOptions(verification) },
    { ...callerOf(options, terminal), ...(onJudged ? { onJudged } : {}) },
  );
  const hidden = hiddenRows(diagnosis.sources);
  if (hidden !== null) terminal.messages.say(redact(`Warning: ${hidden}.`));
  return diagnosis;
}

/** The types of the check by their names; a name that the check does not know is taken apart at its last dot. */
function typesNamed(names: readonly string[], known: readonly TypeId[]): TypeId[] {
  const types = names.flatMap((name): TypeId[] => {
    const found = known.filter((type) => taskTypeName(type) === name);
    if (found.length > 0) return found;
    const dot = name.lastIndexOf('.');
    return [{ taskModule: name.slice(0, dot), taskName: name.slice(dot + 1) }];
  });
  return [...new Map(types.map((type) => [typeKey(type), type])).values()];
}

function draftsJson(drafts: readonly RuleDraft[]): string {
  return `${JSON.stringify({ schemaVersion: 1, drafts }, null, 2)}\n`;
}

function draftsText(drafts: readonly RuleDraft[]): string {
  const blocks = draftsInOrder(drafts).map((one) => ruleDraftLines(one).join('\n'));
  return `${[...blocks, drafts.length === 0 ? NOTHING : ruleDraftsSummary(drafts)].join('\n\n')}\n`;
}

const NOTHING = 'No stuck task is undetermined, so no effect rule is missing.';

/** Adds the rules whose test lets them decide something. The file may have changed since it was read first. */
async function writeRules(path: string, drafts: readonly RuleDraft[], messages: Terminal['messages']): Promise<void> {
  const rules = drafts.filter(({ tested }) => tested && decides(tested)).flatMap(({ rules: some }) => some);
  const label = `--write ${path}`;
  const { text, added, kept } = addRules(await readIfThere(path), rules, label);
  if (added.length > 0) await saveText(path, text, label);
  messages.say(escapeUnsafe(redact(writtenText(path, added, kept))));
}

function decides({ strength: { earned, notExecuted } }: NonNullable<RuleDraft['tested']>): boolean {
  return earned !== 'none' || (notExecuted ?? 'none') !== 'none';
}

function writtenText(path: string, added: readonly EffectRule[], kept: readonly EffectRule[]): string {
  const left =
    kept.length === 0
      ? ''
      : ` ${count(kept.length, 'draft')} ${kept.length === 1 ? 'was' : 'were'} left out, because the file has a rule for the same task.`;
  if (added.length === 0) return `${path} was not changed: no rule was added.${left}`;
  return `${count(added.length, 'rule')} ${added.length === 1 ? 'was' : 'were'} added to ${path}.${left}`;
}

/** @throws Problem `invalid`; undefined where there is no such file */
async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new Problem('invalid', `--write ${path} cannot be read (${code}): name a JSON file with effect rules.`, {
      cause: error,
    });
  }
}
