import type { SourceReport } from '../../../model/diagnosis';
import type { BrokerView } from '../../../model/facts';
import { MessageIndex } from './messageIndex';
import { withoutFullStop } from '../../../base/sentences';

/** The view of a broker that was not asked, or could not be. @param report says why */
export function brokerNotRead(report: SourceReport): BrokerView {
  return {
    report,
    found: false,
    complete: false,
    incompleteBecause: withoutFullStop(report.detail),
    queues: [],
    unacked: 0,
    searched: 'nothing',
    ...new MessageIndex().finish(),
    prefixes: [],
    keys: new Set(),
    takenElsewhere: [],
    locks: [],
    marks: { lastDelivery: null, mailboxes: 0, replies: 0 },
  };
}
