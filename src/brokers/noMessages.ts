import type { BrokerView } from '../model/facts';

/** A broker's messages where none was read: nothing was asked, or the broker lets none be read. */
export const NO_MESSAGES: Pick<
  BrokerView,
  'find' | 'byId' | 'taskNames' | 'numbered' | 'drawn' | 'firstMessages' | 'managerIds' | 'managerIdsExcept'
> = {
  find: () => [],
  byId: () => [],
  taskNames: new Set(),
  numbered: () => [],
  drawn: () => new Map(),
  firstMessages: new Map(),
  managerIds: [],
  managerIdsExcept: () => [],
};
