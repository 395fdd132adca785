import * as vscode from 'vscode';
import type { FromPage, ToPage } from '../../report/panelMessages';
import type { StoryAction, StoryState } from '../../report/storyMessages';
import { PagePanel, type PanelParts } from '../report/pagePanel';
import { STORY_PANEL } from '../shared/contributions';

interface Parts extends PanelParts {
  readonly act: (action: StoryAction, panel: StoryPanel) => void;
}

/** One panel with the story of one task in it. */
export class StoryPanel extends PagePanel {
  constructor(
    private readonly parts: Parts,
    private current: StoryState,
  ) {
    super(parts, {
      viewType: STORY_PANEL,
      title: titleOf(current),
      column: vscode.ViewColumn.Active,
      page: 'story',
      of: 'of a task',
    });
  }

  get state(): StoryState {
    return this.current;
  }

  update(change: Partial<StoryState>): void {
    this.current = { ...this.current, ...change };
    this.panel.title = titleOf(this.current);
    this.changed();
  }

  protected message(): ToPage {
    return { type: 'story', state: this.current };
  }

  protected take(message: FromPage): boolean {
    if (message.type !== 'storyDo') return false;
    this.parts.act(message.action, this);
    return true;
  }
}

function titleOf({ story: { task, asked } }: StoryState): string {
  return `Task ${task ? String(task.id) : asked.id.slice(0, 8)}`;
}
