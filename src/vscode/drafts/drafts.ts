import * as vscode from 'vscode';
import { count, number } from '../../base/numbers';
import { Problem, toProblem } from '../../base/problem';
import { escapeUnsafe } from '../../base/unsafeText';
import { taskTypeName, totalStuck } from '../../model/diagnosis';
import type { RuleDraft } from '../../model/ruleTest';
import type { DraftAction, DraftState } from '../../report/draftMessages';
import { isUseful } from '../../report/draftText';
import type { CheckResult } from '../checks/checkState';
import { cancellable } from '../shared/cancellable';
import { COMMANDS } from '../shared/contributions';
import { addToFile, rulesFile } from './addToFile';
import { openSourceBeside, openReason } from './draftPlaces';
import { basisOf, draftState, ruleKey, rulesToTry, type Drafting } from './drafting';
import { DraftPanel } from './draftPanel';
import { makeDrafts } from './makeDrafts';
import type { DraftsParts } from './parts';
import { undeterminedSum, type WantedType } from './wantedTypes';

/** Drafts effect rules, shows them in one panel, and does what its buttons ask for. Keeps no rule anywhere by itself. */
export class Drafts implements vscode.Disposable {
  private readonly closing = new AbortController();
  private readonly running = new Set<Promise<unknown>>();
  private panel: DraftPanel | undefined;
  private shown: Drafting | undefined;
  /** Ends what a button of the page began. */
  private step: AbortController | undefined;
  private readonly subscription: vscode.Disposable;

  constructor(private readonly parts: DraftsParts) {
    this.subscription = vscode.Disposable.from(
      // An ordinary check takes tried rules out of use.
      parts.checks.onDidChange(() => {
        this.refresh();
      }),
      vscode.workspace.onDidChangeConfiguration(() => {
        this.refresh();
      }),
    );
  }

  /** The open panel, for tests. */
  get page(): DraftPanel | undefined {
    return this.panel;
  }

  /**
   * Drafts rules for these types under a notification that can end it, and shows them; beside the code of a single one.
   * @returns what the page shows
   * @throws Problem
   */
  async draft(types: readonly WantedType[], result: CheckResult | undefined): Promise<DraftState | undefined> {
    const [only, another] = types;
    if (!only) return undefined;
    const basis = basisOf(result, vscode.workspace.isTrusted);
    const title = another
      ? `Drafting effect rules for ${count(types.length, 'task type')}`
      : `Drafting an effect rule for ${escapeUnsafe(taskTypeName(only))}`;
    const drafts = await this.during(
      cancellable(title, (signal, progress) =>
        makeDrafts(this.parts, basis, types, AbortSignal.any([signal, this.closing.signal]), (message) => {
          progress.report({ message });
        }),
      ),
    );
    this.shown = {
      types,
      drafts,
      profile: basis.result?.profile,
      cannotTry: basis.because,
      running: null,
      problem: null,
      added: new Set(),
      before: undefined,
    };
    const beside = another ? false : await openSourceBeside(only, drafts[0]);
    return this.show(beside ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active);
  }

  /** Does what a button asks for. A failure is said on the page. */
  async act(action: DraftAction, index: number | null): Promise<void> {
    const { shown } = this;
    if (!shown) return;
    const chosen = this.chosen(index);
    switch (action) {
      case 'cancel':
        this.step?.abort();
        return;
      case 'goToSource': {
        const type = shown.types.find((each) => taskTypeName(each) === chosen[0]?.task);
        if (type) await vscode.commands.executeCommand(COMMANDS.goToTaskSource, idOf(type));
        return;
      }
      case 'try':
        await this.doing('Checking with the tried rules…', (signal) => this.tryOut(chosen, signal));
        return;
      case 'add':
        await this.doing('Adding to the file…', () => this.add(chosen));
        return;
      case 'byHand':
        await this.byHand(chosen[0]);
    }
  }

  /** Cancels what runs. @returns when its queries have ended on the server too */
  async stop(): Promise<void> {
    this.closing.abort();
    this.step?.abort();
    await Promise.allSettled(this.running);
  }

  dispose(): void {
    this.closing.abort();
    this.subscription.dispose();
    this.panel?.panel.dispose();
  }

  private show(column: vscode.ViewColumn): DraftState | undefined {
    const state = this.state();
    if (!state) return undefined;
    if (this.panel) {
      this.panel.show(state);
      this.panel.panel.reveal();
      return state;
    }
    const { extensionUri, output } = this.parts;
    const panel = new DraftPanel(
      {
        extensionUri,
        output,
        act: (action, draft) => void this.act(action, draft),
        openPlace: (draft, reason) => {
          const why = this.shown?.drafts[draft]?.why[reason];
          if (why) void openReason(why);
        },
      },
      state,
      column,
    );
    this.panel = panel;
    panel.panel.onDidDispose(() => {
      this.step?.abort();
      this.panel = undefined;
      this.shown = undefined;
    });
    return state;
  }

  private state(): DraftState | undefined {
    return this.shown && draftState(this.shown, this.parts.checks.state.result, rulesFile()?.shown ?? null);
  }

  private refresh(): void {
    const state = this.state();
    if (state) this.panel?.show(state);
  }

  private update(change: Partial<Drafting>): void {
    if (this.shown) this.shown = { ...this.shown, ...change };
    this.refresh();
  }

  /** The draft at this place, or all that decide something. */
  private chosen(index: number | null): readonly RuleDraft[] {
    const drafts = this.state()?.drafts ?? [];
    const shown = index === null ? drafts.filter(isUseful) : drafts.slice(index, index + 1);
    return shown.map(({ draft }) => draft);
  }

  /** Runs one step of the page at a time; the page says what is done, and why it did not succeed. */
  private async doing(running: string, step: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (this.step) return;
    const stop = new AbortController();
    this.step = stop;
    this.update({ running, problem: null });
    try {
      await this.during(step(AbortSignal.any([stop.signal, this.closing.signal])));
      this.update({ running: null });
    } catch (error) {
      const { kind, message } = toProblem(error);
      this.update({ running: null, problem: kind === 'cancelled' ? null : message });
    } finally {
      this.step = undefined;
    }
  }

  /** The same check once more, with these rules before all others. Nothing is saved. */
  private async tryOut(drafts: readonly RuleDraft[], signal: AbortSignal): Promise<void> {
    const { checks } = this.parts;
    const { result } = checks.state;
    if (!result) throw new Problem('not-configured', 'There is no result any more: check again, then try the rule.');
    const tried = rulesToTry(result.request.tried ?? [], drafts);
    if ((result.request.tried ?? []).length === 0 || !this.shown?.before)
      this.update({ before: { undetermined: undeterminedSum(result.diagnosis), stuck: totalStuck(result.diagnosis) } });
    const { profile } = result;
    await checks.run(profile, checks.lastOverrides(profile), signal, { checkExecution: true, tried });
  }

  private async add(drafts: readonly RuleDraft[]): Promise<void> {
    const added = await addToFile(drafts.flatMap(({ rules }) => rules));
    if (!added) return;
    const there = new Set([...(this.shown?.added ?? []), ...drafts.flatMap(({ rules }) => rules.map(ruleKey))]);
    this.update({ added: there });
    const file = rulesFile();
    if (!file) return;
    const kept =
      added.kept.length === 0
        ? ''
        : ` ${number(added.kept.length)} of these task types had rules there already, which stay as they are.`;
    const [again, open] = ['Check Again', 'Open File'];
    void vscode.window
      .showInformationMessage(
        `${count(added.added.length, 'rule')} added to ${file.shown}. The next check uses ${added.added.length === 1 ? 'it' : 'them'}.${kept}`,
        again,
        open,
      )
      .then((answer) => {
        if (answer === again) void vscode.commands.executeCommand(COMMANDS.refresh);
        if (answer === open) void vscode.window.showTextDocument(file.uri);
      });
  }

  /** A rule that was made by hand takes the place of the draft that it was asked at. */
  private async byHand(draft: RuleDraft | undefined): Promise<void> {
    const { shown } = this;
    const type = shown?.types.find((each) => taskTypeName(each) === draft?.task);
    const { result } = this.parts.checks.state;
    if (!shown || !type || !result) return;
    const { createByHand } = await import('./byHand');
    await this.doing('Creating a rule by hand…', async (signal) => {
      const made = await createByHand(this.parts, result, type, signal);
      if (made) this.update({ drafts: shown.drafts.map((each) => (each === draft ? made : each)) });
    });
  }

  private async during<T>(job: Promise<T>): Promise<T> {
    this.running.add(job);
    try {
      return await job;
    } finally {
      this.running.delete(job);
    }
  }
}

function idOf({ taskModule, taskName }: WantedType): Pick<WantedType, 'taskModule' | 'taskName'> {
  return { taskModule, taskName };
}
