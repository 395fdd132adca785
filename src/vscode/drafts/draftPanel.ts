import type * as vscode from 'vscode';
import type { DraftAction, DraftState } from '../../report/draftMessages';
import type { FromPage, ToPage } from '../../report/panelMessages';
import { PagePanel, type PanelParts } from '../report/pagePanel';
import { DRAFT_PANEL } from '../shared/contributions';

interface Parts extends PanelParts {
  /** @param draft its place among the drafts; null: all that decide something */
  readonly act: (action: DraftAction, draft: number | null) => void;
  readonly openPlace: (draft: number, reason: number) => void;
}

/** The panel with drafted effect rules in it. */
export class DraftPanel extends PagePanel {
  constructor(
    private readonly parts: Parts,
    private current: DraftState,
    column: vscode.ViewColumn,
  ) {
    super(parts, {
      viewType: DRAFT_PANEL,
      title: titleOf(current),
      column,
      page: 'drafts',
      of: 'of drafted effect rules',
    });
  }

  get state(): DraftState {
    return this.current;
  }

  show(state: DraftState): void {
    this.current = state;
    this.panel.title = titleOf(state);
    this.changed();
  }

  protected message(): ToPage {
    return { type: 'drafts', state: this.current };
  }

  protected take(message: FromPage): boolean {
    if (message.type === 'draftDo') this.parts.act(message.action, message.draft);
    else if (message.type === 'draftPlace') this.parts.openPlace(message.draft, message.reason);
    else return false;
    return true;
  }
}

function titleOf({ drafts }: DraftState): string {
  const [only, another] = drafts;
  if (!only || another) return 'Effect Rules';
  return `Effect Rule: ${only.draft.task.slice(only.draft.task.lastIndexOf('.') + 1)}`;
}
