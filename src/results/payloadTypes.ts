import type { ResultRecord } from '../model/facts';

/** What a result says, whichever backend kept it. */
export type ResultPayload = Omit<ResultRecord, 'backend'>;
