import * as vscode from 'vscode';

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
    const totalSteps = before + steps.slice(at).filter((one) => one.applies(draft)).length;
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

interface TextQuestion {
  readonly prompt: string;
  readonly placeholder?: string;
  readonly value?: string;
  readonly password?: boolean;
  /** What is wrong with the text, in a sentence; undefined when nothing is. */
  check(text: string): string | undefined;
  /** Replaces what was pasted; undefined leaves it. */
  pasted?(text: string): { readonly value: string; readonly prompt: string } | undefined;
}

/** A field for text, checked while the user types. Escape is undefined. */
export async function askText(
  position: StepPosition,
  question: TextQuestion,
): Promise<string | typeof BACK | undefined> {
  const input = vscode.window.createInputBox();
  Object.assign(input, {
    title: position.title,
    step: position.step,
    totalSteps: position.totalSteps,
    ignoreFocusOut: true,
    prompt: question.prompt,
    placeholder: question.placeholder,
    password: question.password ?? false,
    value: question.value ?? '',
    buttons: position.canGoBack ? [vscode.QuickInputButtons.Back] : [],
  });
  let length = input.value.length;
  return await answered(input, (finish) => [
    input.onDidChangeValue((text) => {
      // Typed character by character it may not be whole yet; what comes at once was pasted.
      const instead = text.length > length + 1 ? question.pasted?.(text) : undefined;
      if (instead) {
        input.value = instead.value;
        input.prompt = instead.prompt;
      }
      length = input.value.length;
      input.validationMessage = input.value.trim() === '' ? undefined : question.check(input.value);
    }),
    input.onDidAccept(() => {
      input.validationMessage = question.check(input.value);
      if (input.validationMessage === undefined) finish(input.value);
    }),
  ]);
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

async function answered<Answer>(
  input: vscode.QuickInput & { readonly onDidTriggerButton: vscode.Event<vscode.QuickInputButton> },
  listen: (finish: (answer: Answer) => void) => vscode.Disposable[],
): Promise<Answer | typeof BACK | undefined> {
  const listeners: vscode.Disposable[] = [];
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
