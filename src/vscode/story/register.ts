import * as vscode from 'vscode';
import { toProblem } from '../../base/problem';
import { sameServer, type ConnectionProfile } from '../../connect/profile';
import { formatProgress } from '../../model/progress';
import type { AskedTask, TaskStory } from '../../model/story';
import type { StoryAction } from '../../report/storyMessages';
import type { CheckStates } from '../checks/checkState';
import type { Connections } from '../connections/connections';
import type { ShowConnectionProblem } from '../problems/actions';
import { cancellable } from '../shared/cancellable';
import { COMMANDS } from '../shared/contributions';
import type { Output } from '../shared/output';
import type { Stories } from './stories';
import { StoryPanel } from './storyPanel';

interface Parts {
  readonly checks: CheckStates;
  readonly connections: Connections;
  readonly stories: Stories;
  readonly showConnectionProblem: ShowConnectionProblem;
  readonly extensionUri: vscode.Uri;
  readonly output: Output;
}

/** A panel and what it was made of. */
interface Shown {
  readonly panel: StoryPanel;
  readonly asked: AskedTask;
  readonly profile: ConnectionProfile;
  /** Ends the look that runs. */
  stop?: AbortController | undefined;
}

/** For tests in the extension host. */
export interface ShownStories {
  readonly panels: () => readonly StoryPanel[];
  readonly dispose: () => void;
}

/**
 * Registers "Find Task". It takes the text of an id instead of asking for one, and returns the story, or undefined where there is none to
 * tell. A failure is shown and never thrown at the caller.
 */
export function registerStory(parts: Parts): ShownStories {
  const shown = new Map<string, Shown>();
  const command = vscode.commands.registerCommand(COMMANDS.findTask, async (text?: unknown) => {
    let profile: ConnectionProfile | undefined;
    try {
      profile = await parts.connections.configured();
      if (!profile) return undefined;
      const { askTask, taskIn } = await import('./askTask');
      const asked = typeof text === 'string' ? await taskIn(text) : await askTask();
      return asked && (await find(parts, shown, profile, asked));
    } catch (error) {
      const problem = toProblem(error);
      if (problem.kind === 'invalid' && typeof text === 'string')
        void vscode.window.showWarningMessage(problem.message);
      else parts.showConnectionProblem(problem, profile);
      return undefined;
    }
  });
  const changed = parts.checks.onDidChange(() => {
    for (const one of shown.values()) one.panel.update({ canFix: canFix(parts, one, one.panel.state.story) });
  });
  return {
    panels: () => [...shown.values()].map(({ panel }) => panel),
    dispose: () => {
      command.dispose();
      changed.dispose();
    },
  };
}

/** Tells the story under a notification that can end it, and shows it. @throws Problem */
async function find(
  parts: Parts,
  shown: Map<string, Shown>,
  profile: ConnectionProfile,
  asked: AskedTask,
): Promise<TaskStory> {
  const title = `Finding ${asked.by === 'row' ? 'task' : 'the task with the Celery id'} ${String(asked.id)}`;
  const story = await cancellable(title, (signal, progress) =>
    parts.stories.tell(profile, asked, signal, (event) => {
      progress.report({ message: formatProgress(event) });
    }),
  );
  show(parts, shown, { asked, profile }, story);
  return story;
}

function show(
  parts: Parts,
  shown: Map<string, Shown>,
  about: Pick<Shown, 'asked' | 'profile'>,
  story: TaskStory,
): void {
  const { asked, profile } = about;
  // The same row may be asked for by either id.
  const key = JSON.stringify([profile.id, story.task?.id ?? String(asked.id)]);
  const fix = { canFix: canFix(parts, about, story) };
  const open = shown.get(key);
  if (open) {
    open.panel.update({ story, problem: null, ...fix });
    open.panel.panel.reveal();
    return;
  }
  const { extensionUri, output } = parts;
  const panel = new StoryPanel(
    {
      extensionUri,
      output,
      act: (action) => {
        const one = shown.get(key);
        if (one) void act(parts, one, action);
      },
    },
    {
      story,
      connection: profile.name,
      ...(profile.production ? { production: true } : {}),
      running: null,
      problem: null,
      ...fix,
    },
  );
  shown.set(key, { panel, asked, profile });
  panel.panel.onDidDispose(() => {
    shown.get(key)?.stop?.abort();
    shown.delete(key);
  });
}

async function act(parts: Parts, shown: Shown, action: StoryAction): Promise<void> {
  const { task } = shown.panel.state.story;
  switch (action) {
    case 'goToSource':
      if (task)
        await vscode.commands.executeCommand(COMMANDS.goToTaskSource, {
          taskModule: task.taskModule,
          taskName: task.taskName,
        });
      return;
    case 'fixScript':
      if (task) await vscode.commands.executeCommand(COMMANDS.generateFixScript, { row: task.id });
      return;
    case 'cancel':
      shown.stop?.abort();
      return;
    case 'verifyAgain':
      await again(parts, shown);
  }
}

/** Looks at the task again; how far that is stands on the page. */
async function again(parts: Parts, shown: Shown): Promise<void> {
  if (shown.stop) return;
  const { panel, asked, profile } = shown;
  const stop = new AbortController();
  shown.stop = stop;
  panel.update({ running: 'Looking again…', problem: null });
  try {
    const story = await parts.stories.tell(profile, asked, stop.signal, ({ label }) => {
      panel.update({ running: label });
    });
    panel.update({ story, running: null, canFix: canFix(parts, shown, story) });
  } catch (error) {
    const problem = toProblem(error);
    panel.update({ running: null, problem: problem.kind === 'cancelled' ? null : problem.message });
  } finally {
    shown.stop = undefined;
  }
}

/** Whether the latest check, of this connection and with verification, judged the row. */
function canFix({ checks }: Parts, { profile }: Pick<Shown, 'profile'>, { task }: TaskStory): boolean {
  const { result } = checks.state;
  if (!task || !result?.diagnosis.parameters.checkExecution || !sameServer(result.profile, profile)) return false;
  return result.judged.outcomeOf(task.id) !== undefined;
}
