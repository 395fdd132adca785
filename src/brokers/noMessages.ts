import type { BrokerView } from '../model/facts';

/** The messages of a broker of which none was read: nobody asked, or none can be read. */
export const NO_MESSAGES: Pick<
  BrokerView,
  'find' | 'byId' | 'taskNames' | 'numbered' | 'firstMessages' | 'managerIds' | 'managerIdsExcept'
> = {
  find: () => [],
  byId: () => [],
  taskNames: new Set(),
  numbered: () => [],
  firstMessages: new Map(),
  managerIds: [],
  managerIdsExcept: () => [],
};
