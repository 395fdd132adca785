import type { RuleDraft } from '../../model/ruleTest';
import { workspaceSources } from '../code/workspaceSources';
import { checkSettings, maxQueueScanSetting } from '../shared/settings';
import { undeterminedIds, type Basis } from './drafting';
import type { DraftsParts } from './parts';
import type { WantedType } from './wantedTypes';

/**
 * Drafts rules: from the code of the workspace, tested on the tasks of the check. Without a check they come from the code alone, and
 * nothing is connected.
 * @param onStep what is being done, in a few words
 * @throws Problem
 */
export async function makeDrafts(
  { connections, output }: Pick<DraftsParts, 'connections' | 'output'>,
  { result }: Basis,
  types: readonly WantedType[],
  signal: AbortSignal,
  onStep: (says: string) => void,
): Promise<RuleDraft[]> {
  const { draftRules } = await import('../../check/draftRules');
  const { openCode } = await import('../../effects/drafts/openCode');
  const { hours, statuses, table } = result?.request ?? checkSettings();
  const sources = result && (await connections.open(result.profile, { verified: true }));
  return await draftRules(
    sources,
    {
      types,
      code: openCode(workspaceSources(), table),
      ...(result ? { undetermined: undeterminedIds(result, types) } : {}),
      hours,
      statuses,
      table,
      maxQueueScan: maxQueueScanSetting(),
    },
    {
      signal,
      onProgress: ({ label }) => {
        output.info(`Effect rules: ${label}`);
        onStep(label);
      },
    },
  );
}
