import { wasRead } from '../../model/sources';
import type { Evidence } from '../../model/verdict';
import type { Losses, RowFacts, Seconds, World } from '../../model/facts';
import { mayBeAfter } from '../../model/losses';

/** What the broker may have lost since the row's last run, where its message is nowhere. */
export function lossEvidence({ row, messages, tasks }: RowFacts, { losses, broker }: World): Evidence[] {
  if (messages.length + tasks.length > 0 || !wasRead(broker.report)) return [];
  return lossesAfter(losses, row.lastRun).map((says) => ({ source: losses.source, says }));
}

/** Sentences about losses that may have been after `since`. */
export function lossesAfter({ seen }: Losses, since: Seconds): string[] {
  return seen.filter((loss) => mayBeAfter(loss, since)).map(({ says }) => says);
}
