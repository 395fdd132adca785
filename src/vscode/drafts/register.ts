import * as vscode from 'vscode';
import { Problem } from '../../base/problem';
import type { CheckResult } from '../checks/checkState';
import type { ReportContent } from '../report/reportContent';
import { guarded } from '../report/shownReport';
import type { ReportPanels } from '../report/reportPanels';
import { COMMANDS } from '../shared/contributions';
import type { TreeNode } from '../tree/treeNodes';
import type { Drafts } from './drafts';
import type { DraftsParts } from './parts';
import type { WantedType } from './wantedTypes';

interface Parts extends DraftsParts {
  readonly reports: ReportPanels;
  readonly treeView: Pick<vscode.TreeView<TreeNode>, 'visible' | 'selection'>;
}

/** For tests in the extension host. */
export interface ShownDrafts {
  /** Undefined until drafts were first asked for. */
  readonly drafts: () => Drafts | undefined;
  /** Ends what runs. */
  readonly stop: () => Promise<void>;
  readonly dispose: () => void;
}

/**
 * Registers "Draft Effect Rule": from a node of the tree, a report, the line above a function, or a choice among the undetermined types.
 * Code is only read, so that it works in Restricted Mode too; nothing is added to a file that nobody asked for. Whatever drafts is loaded
 * with the first question.
 */
export function registerDrafts(parts: Parts): ShownDrafts {
  const { checks, reports, treeView } = parts;
  let drafts: Drafts | undefined;
  const draft = async (choose: (result: CheckResult | undefined) => Promise<readonly WantedType[] | undefined>) =>
    await guarded(async () => {
      const { result } = checks.state;
      const types = await choose(result);
      if (!types || types.length === 0) return undefined;
      drafts ??= new (await import('./drafts')).Drafts(parts);
      return await drafts.draft(types, result);
    });
  const subscription = vscode.Disposable.from(
    vscode.commands.registerCommand(COMMANDS.draftEffectRule, (asked?: unknown, selected?: unknown) =>
      draft(async (result) => {
        const { typesAsked, typesOfNodes } = await import('./wantedTypes');
        const shown = reports.active ?? (result ? undefined : reports.latest);
        const diagnosis = shown?.diagnosis ?? result?.diagnosis;
        const types =
          typesAsked(asked, selected, diagnosis) ?? (treeView.visible ? typesOfNodes(treeView.selection) : undefined);
        if (types) return types;
        if (!diagnosis) {
          const task = await (await import('./taskAtCursor')).taskAtCursor();
          if (task) return [task];
          throw new Problem(
            'not-configured',
            'There is no result yet: run "Celery Tasks: Check with Verification" first, or put the cursor into the function of a task.',
          );
        }
        return await (await import('./pickTypes')).pickTypes(diagnosis);
      }),
    ),
    reports.onDidAskDrafts(({ content, about }) => {
      void draft(async () => {
        refuseSample(content);
        return (await import('./wantedTypes')).typesOfReport(content.diagnosis, about);
      });
    }),
  );
  return {
    drafts: () => drafts,
    stop: async () => {
      await drafts?.stop();
    },
    dispose: () => {
      subscription.dispose();
      drafts?.dispose();
    },
  };
}

function refuseSample({ origin }: ReportContent): void {
  if (origin === 'sample')
    throw new Problem('invalid', 'The sample report is made up: check your own tasks to draft effect rules for them.');
}
