import * as vscode from 'vscode';
import { taskTypeName, type Diagnosis } from '../../model/diagnosis';
import { typeKey, type TypeId } from '../../model/taskType';
import { CAUSES, VERDICTS } from '../../model/verdict';
import type { LogPlace, WantedFilter } from '../../report/panelMessages';
import { COMMANDS } from '../shared/contributions';
import type { ReportPanels } from './reportPanels';

/**
 * What the report is asked to show: a task type by its names, or a node of the tree, which has its type and its tasks in it. It is read as
 * data, because a keybinding may pass anything.
 */
interface Asked {
  readonly taskModule?: unknown;
  readonly taskName?: unknown;
  readonly kind?: unknown;
  readonly type?: unknown;
  readonly owner?: unknown;
  readonly sample?: unknown;
  readonly cells?: unknown;
}

/** Registers "Show in Report", "Filter Report to This" and "Open Log Here": from a node of the tree to the same place elsewhere. */
export function registerShownInReport(reports: ReportPanels): vscode.Disposable {
  const diagnosis = (): Diagnosis | undefined => reports.latest?.diagnosis;
  return vscode.Disposable.from(
    vscode.commands.registerCommand(COMMANDS.showTypeInReport, (asked?: unknown) => {
      const page = reports.show();
      const index = indexOf(diagnosis(), typeOf(asked));
      if (index !== -1) page.showType(index);
    }),
    vscode.commands.registerCommand(COMMANDS.filterReport, (asked?: unknown) => {
      const page = reports.show();
      const filter = filterOf(asked);
      if (filter) page.filter(filter);
    }),
    vscode.commands.registerCommand(COMMANDS.openLogHere, (asked?: unknown) => {
      const content = reports.latest;
      const place = content && placeOf(content.diagnosis, asked);
      if (place) reports.askLog(content, place);
    }),
  );
}

/** The names of a task type in a node of the tree, or in what a caller passed. */
function typeOf(asked: unknown): TypeId | undefined {
  if (typeof asked !== 'object' || asked === null) return undefined;
  const { kind, type, owner, taskModule, taskName } = asked as Asked;
  if (kind === 'evidence' || kind === 'reading') return typeOf(owner);
  if (kind !== undefined) return typeOf(type);
  return typeof taskModule === 'string' && typeof taskName === 'string' ? { taskModule, taskName } : undefined;
}

function indexOf(diagnosis: Diagnosis | undefined, type: TypeId | undefined): number {
  const key = type && typeKey(type);
  return diagnosis?.taskTypes.findIndex((other) => typeKey(other) === key) ?? -1;
}

/** What a type, an outcome or a group of the tree holds, as far as the report can be narrowed to it. */
function filterOf(asked: unknown): WantedFilter | undefined {
  if (typeof asked !== 'object' || asked === null) return undefined;
  const { kind, cells } = asked as Asked;
  const type = typeOf(asked);
  const all: readonly { readonly verdict?: unknown; readonly cause?: unknown }[] = Array.isArray(cells) ? cells : [];
  const verdicts = [...new Set(all.map(({ verdict }) => verdict))];
  const causes = [...new Set(all.map(({ cause }) => cause ?? null))];
  const verdict = verdicts.length === 1 ? VERDICTS.find((one) => one === verdicts[0]) : undefined;
  const [only] = causes;
  const cause = only === null ? null : CAUSES.find((one) => one === only);
  const isOneCause = verdict !== undefined && causes.length === 1 && kind !== 'type';
  const filter: WantedFilter = {
    ...(type ? { text: taskTypeName(type) } : {}),
    ...(verdict === undefined || kind === 'type' ? {} : { verdict }),
    ...(isOneCause && cause !== undefined ? { cause } : {}),
  };
  return Object.keys(filter).length === 0 ? undefined : filter;
}

/** The sample in the log, or its type where the log does not list it. */
function placeOf(diagnosis: Diagnosis, asked: unknown): LogPlace | undefined {
  const taskType = indexOf(diagnosis, typeOf(asked));
  if (taskType === -1) return undefined;
  const node = asked as Asked;
  const owner = (node.owner ?? node) as Asked;
  const id = (owner.sample as { readonly id?: unknown } | undefined)?.id;
  const sample = diagnosis.taskTypes[taskType]?.samples.findIndex((one) => one.id === id) ?? -1;
  return sample === -1 ? { taskType } : { taskType, sample };
}
