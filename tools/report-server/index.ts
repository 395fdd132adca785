export { readDiagnosis } from '../../src/report/readDiagnosis';
export { STATES, type Scene, type StateName } from './scene';
export { startReportServer, type ReportServer } from './server';
export { readTheme, themeNames } from './theme';
