import * as vscode from 'vscode';
import { toProblem } from '../../base/problem';

/** The user wants the question before this one. */
export const BACK = Symbol('back');

/** The position of a question among the others. */
export interface StepPosition {
  readonly title: string;
  readonly step: number;
  readonly totalSteps: number;
  /** Whether there is a question before it. */
  readonly canGoBack: boolean;
}

/** One question about a draft: what is answered comes back as the next draft. */
export interface Step<Draft> {
  /** Whether it has to be asked, after what was answered so far. */
  applies(draft: Draft): boolean;
  /** An answer before it may still call for it: until then it counts among the steps to come. */
  readonly mayApply?: true;
  /** @returns undefined when the user escaped */
  ask(draft: Draft, position: StepPosition): Promise<Draft | typeof BACK | undefined>;
}

/**
 * Asks one question after the other; the user may go back, and keeps what was answered.
 * @param backToStart whether the first question has something before it
 * @returns undefined when the user escaped at any of them; BACK when they went back before the first
 */
export async function askSteps<Draft>(
  title: string,
  steps: readonly Step<Draft>[],
  begin: Draft,
  backToStart = false,
): Promise<Draft | typeof BACK | undefined> {
  let draft = begin;
  let at = 0;
  while (at < steps.length) {
    const step = steps[at];
    if (!step?.applies(draft)) {
      at++;
      continue;
    }
    const before = steps.slice(0, at).filter((one) => one.applies(draft)).length;
    const ahead = steps.slice(at + 1).filter((one) => one.mayApply === true || one.applies(draft)).length;
    const totalSteps = before + 1 + ahead;
    const answer = await step.ask(draft, { title, step: before + 1, totalSteps, canGoBack: before > 0 || backToStart });
    if (answer === undefined) return undefined;
    if (answer === BACK) {
      const previous = lastBefore(steps, at, draft);
      if (previous === undefined) return BACK;
      at = previous;
    } else {
      draft = answer;
      at++;
    }
  }
  return draft;
}

function lastBefore<Draft>(steps: readonly Step<Draft>[], at: number, draft: Draft): number | undefined {
  for (let position = at - 1; position >= 0; position--) if (steps[position]?.applies(draft)) return position;
  return undefined;
}

/** A button in the title of a field. */
export interface StepButton<Answer> {
  readonly icon: string;
  readonly tooltip: string;
  /** What the question is answered with instead of a text. */
  readonly answer: Answer;
}

interface TextQuestion<Other = never> {
  readonly prompt: string;
  /** Said below the field until something is typed. */
  readonly note?: string | undefined;
  readonly placeholder?: string | undefined;
  readonly value?: string | undefined;
  readonly password?: boolean | undefined;
  readonly buttons?: readonly StepButton<Other>[] | undefined;
  /** What is wrong with the text, in a sentence; undefined when nothing is. */
  check(text: string): string | undefined;
  /** Replaces what was pasted; undefined leaves it. */
  pasted?(text: string): { readonly value: string; readonly prompt?: string } | undefined;
  /**
   * Tries what was entered, while the field is busy.
   * @returns what does not work, in a sentence; undefined when it works. Entering the same text again takes it all the same.
   */
  attempt?: ((text: string, signal: AbortSignal) => Promise<string | undefined>) | undefined;
  /** What entering it again does: `continue anyway`. */
  readonly anyway?: string | undefined;
}

/** What a field is answered with by a button; nothing where it has none. */
type Pressed<Other> = [Other] extends [never] ? never : { readonly other: Other };

/** A field for text, checked while the user types, and tried when it is entered. Escape is undefined. */
export async function askText<Other = never>(
  position: Pick<StepPosition, 'title'> & Partial<StepPosition>,
  question: TextQuestion<Other>,
): Promise<string | typeof BACK | Pressed<Other> | undefined> {
  const input = vscode.window.createInputBox();
  const buttons = (question.buttons ?? []).map((button) => ({
    iconPath: new vscode.ThemeIcon(button.icon),
    tooltip: button.tooltip,
    answer: button.answer,
  }));
  Object.assign(input, {
    title: position.title,
    step: position.step,
    totalSteps: position.totalSteps,
    ignoreFocusOut: true,
    prompt: question.prompt,
    placeholder: question.placeholder,
    password: question.password ?? false,
    value: question.value ?? '',
    validationMessage:
      question.note === undefined
        ? undefined
        : { message: question.note, severity: vscode.InputBoxValidationSeverity.Info },
    buttons: [...(position.canGoBack === true ? [vscode.QuickInputButtons.Back] : []), ...buttons],
  });
  let length = input.value.length;
  const trying = new Attempt(input, question.attempt, question.anyway ?? 'continue anyway');
  return await answered<string | Pressed<Other>>(input, (finish) => [
    trying,
    input.onDidChangeValue((text) => {
      // Typed character by character it may not be whole yet; what comes at once was pasted.
      const instead = text.length > length + 1 ? question.pasted?.(text) : undefined;
      if (instead && instead.value !== text) input.value = instead.value;
      if (instead?.prompt !== undefined) input.prompt = instead.prompt;
      length = input.value.length;
      trying.stop();
      input.validationMessage = input.value.trim() === '' ? undefined : question.check(input.value);
    }),
    input.onDidAccept(async () => {
      const { value } = input;
      const wrong = question.check(value);
      if (wrong !== undefined) input.validationMessage = wrong;
      else if (await trying.passes(value)) finish(value);
    }),
    input.onDidTriggerButton((pressed) => {
      const chosen = buttons.find((button) => button === pressed);
      if (chosen) finish({ other: chosen.answer } as Pressed<Other>);
    }),
  ]);
}

/** Tries what stands in a field, one text at a time. What did not work and is entered again is taken. */
class Attempt {
  private running: AbortController | undefined;
  private failed: string | undefined;

  constructor(
    private readonly input: vscode.InputBox,
    private readonly attempt: TextQuestion['attempt'],
    private readonly anyway: string,
  ) {}

  /** Whether to go on with this text; false also while it is still being tried. */
  async passes(value: string): Promise<boolean> {
    const { attempt, input } = this;
    if (!attempt || this.failed === value) return true;
    if (this.running) return false;
    const running = new AbortController();
    this.running = running;
    input.busy = true;
    input.validationMessage = undefined;
    const wrong = await attempt(value, running.signal).catch((error: unknown) => toProblem(error).message);
    if (this.running !== running) return false;
    this.stop();
    if (wrong === undefined) return true;
    this.failed = value;
    const message = `${wrong} Press Enter again to ${this.anyway}.`;
    input.validationMessage = { message, severity: vscode.InputBoxValidationSeverity.Warning };
    return false;
  }

  /** Ends an attempt: another text stands there now. */
  stop(): void {
    this.running?.abort();
    this.running = undefined;
    this.failed = undefined;
    this.input.busy = false;
  }

  dispose(): void {
    this.running?.abort();
    this.running = undefined;
  }
}

/** A list to choose from. Escape is undefined. */
export async function askChoice<Item extends vscode.QuickPickItem>(
  position: StepPosition,
  items: readonly Item[],
  { placeholder, active }: { readonly placeholder: string; readonly active?: Item | undefined },
): Promise<Item | typeof BACK | undefined> {
  const pick = vscode.window.createQuickPick<Item>();
  Object.assign(pick, {
    title: position.title,
    step: position.step,
    totalSteps: position.totalSteps,
    ignoreFocusOut: true,
    placeholder,
    items,
    matchOnDescription: true,
    buttons: position.canGoBack ? [vscode.QuickInputButtons.Back] : [],
  });
  if (active) pick.activeItems = [active];
  return await answered(pick, (finish) => [
    pick.onDidAccept(() => {
      const [chosen] = pick.selectedItems;
      if (chosen) finish(chosen);
    }),
  ]);
}

interface Listener {
  dispose(): unknown;
}

async function answered<Answer>(
  input: vscode.QuickInput & { readonly onDidTriggerButton: vscode.Event<vscode.QuickInputButton> },
  listen: (finish: (answer: Answer) => void) => Listener[],
): Promise<Answer | typeof BACK | undefined> {
  const listeners: Listener[] = [];
  try {
    return await new Promise((resolve) => {
      listeners.push(
        ...listen(resolve),
        input.onDidHide(() => {
          resolve(undefined);
        }),
        input.onDidTriggerButton((button) => {
          if (button === vscode.QuickInputButtons.Back) resolve(BACK);
        }),
      );
      input.show();
    });
  } finally {
    for (const listener of listeners) listener.dispose();
    input.dispose();
  }
}
