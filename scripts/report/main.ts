/** What `scripts/report.mjs` needs, in one bundle. */
export { readDiagnosis } from '../../src/report/readDiagnosis';
export { STATES } from './scene';
export { startReportServer } from './server';
export { themeNames } from './theme';
