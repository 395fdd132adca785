import type { TaskTables } from '../table';
import { countAlike } from './alike';
import { celeryIdIndexed, rowsByCeleryId } from './celeryId';
import { readCeleryNames } from './celeryNames';
import { countMissing } from './deletedRows';
import { readFixRows } from './fixRows';
import { readGroups, scanStatements } from './groups';
import { readHistories, readLately } from './histories';
import { arrivedTogether } from './oneTransaction';
import { readPageIds } from './page';
import { readRowArguments } from './rowArguments';
import { readSamples } from './samples';
import { createScanIndex, wantsScanIndex } from './scanIndex';
import { readSessions } from './sessions/readSessions';
import { rowsQuery } from './snippets';
import { stuckRowBatches, stuckRowsById } from './stuckRows';
import { canCompareTwins, findRivals, findTwins } from './twins';

/** How the table of celery-task-manager is read. */
export const taskManagerTables: TaskTables = {
  id: 'celery-task-manager',
  columns: { id: 'id', arguments: 'arguments', created: 'created_at' },
  groups: readGroups,
  statements: scanStatements,
  rows: stuckRowBatches,
  rowsById: stuckRowsById,
  samples: readSamples,
  page: readPageIds,
  again: readFixRows,
  rowsQuery,
  extras: {
    sessions: readSessions,
    histories: readHistories,
    lately: readLately,
    celeryIds: { indexed: celeryIdIndexed, find: rowsByCeleryId },
    celeryNames: readCeleryNames,
    arguments: readRowArguments,
    twins: { comparable: canCompareTwins, find: findTwins, rivals: findRivals },
    deletedRows: countMissing,
    oneTransaction: arrivedTogether,
    alike: countAlike,
    scanIndex: { wanted: wantsScanIndex, snippets: createScanIndex },
  },
};
