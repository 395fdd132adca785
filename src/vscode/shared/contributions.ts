/** Every id that package.json contributes; a test compares the two both ways. */
export const SECTION = 'celeryTasks';
export const VIEW = 'celeryTasks.stuckTasks';
export const CONNECTIONS_MENU = 'celeryTasks.connectionsMenu';
export const COPY_MENU = 'celeryTasks.copyMenu';
export const SHARE_MENU = 'celeryTasks.shareMenu';
/** View types of webview panels: the report that follows the checks, and those that show something else. */
export const REPORT_PANEL = 'celeryTasks.report';
export const OTHER_REPORT_PANEL = 'celeryTasks.otherReport';
/** The story of one task. */
export const STORY_PANEL = 'celeryTasks.story';
/** Drafted effect rules. */
export const DRAFT_PANEL = 'celeryTasks.drafts';
export const LOG_LANGUAGE = 'celery-task-log';
export const LOG_SCHEME = 'celery-tasks-log';
export const PLAN_SCHEME = 'celery-tasks-plan';

export const COMMANDS = {
  check: 'celeryTasks.check',
  checkWithOptions: 'celeryTasks.checkWithOptions',
  verifyExecution: 'celeryTasks.verifyExecution',
  verifyTask: 'celeryTasks.verifyTask',
  findTask: 'celeryTasks.findTask',
  refresh: 'celeryTasks.refresh',
  cancelCheck: 'celeryTasks.cancelCheck',
  groupTasks: 'celeryTasks.groupTasks',
  filterTasks: 'celeryTasks.filterTasks',
  clearFilter: 'celeryTasks.clearFilter',
  openReport: 'celeryTasks.openReport',
  openSample: 'celeryTasks.openSample',
  openSavedReport: 'celeryTasks.openSavedReport',
  copyMarkdown: 'celeryTasks.copyMarkdown',
  openLog: 'celeryTasks.openLog',
  saveLog: 'celeryTasks.saveLog',
  exportJson: 'celeryTasks.exportJson',
  exportCsv: 'celeryTasks.exportCsv',
  exportHtml: 'celeryTasks.exportHtml',
  createIssue: 'celeryTasks.createIssue',
  share: 'celeryTasks.share',
  explainScan: 'celeryTasks.explainScan',
  addConnection: 'celeryTasks.addConnection',
  selectConnection: 'celeryTasks.selectConnection',
  editConnection: 'celeryTasks.editConnection',
  duplicateConnection: 'celeryTasks.duplicateConnection',
  testConnection: 'celeryTasks.testConnection',
  removeConnection: 'celeryTasks.removeConnection',
  addRedis: 'celeryTasks.addRedis',
  openEnvFile: 'celeryTasks.openEnvFile',
  goToTaskSource: 'celeryTasks.goToTaskSource',
  showTaskCallers: 'celeryTasks.showTaskCallers',
  showSignalReceivers: 'celeryTasks.showSignalReceivers',
  showTaskCare: 'celeryTasks.showTaskCare',
  showTypeInReport: 'celeryTasks.showTypeInReport',
  filterReport: 'celeryTasks.filterReport',
  openLogHere: 'celeryTasks.openLogHere',
  generateFixScript: 'celeryTasks.generateFixScript',
  draftEffectRule: 'celeryTasks.draftEffectRule',
  copyTaskId: 'celeryTasks.copyTaskId',
  copyArguments: 'celeryTasks.copyArguments',
  copyRowId: 'celeryTasks.copyRowId',
  copyTaskName: 'celeryTasks.copyTaskName',
  loadMore: 'celeryTasks.loadMore',
} as const;

export const SETTINGS = {
  connections: 'connections',
  envFile: 'envFile',
  hours: 'hours',
  limit: 'limit',
  statuses: 'statuses',
  checkExecution: 'checkExecution',
  askWorkers: 'askWorkers',
  effects: 'effects',
  maxQueueScan: 'maxQueueScan',
  verifyAtMost: 'verifyAtMost',
  table: 'table',
  logFile: 'logFile',
  statementTimeout: 'statementTimeout',
  maskedArguments: 'maskedArguments',
  openReportAfterCheck: 'openReportAfterCheck',
  codeLens: 'codeLens',
} as const;

/** Context keys for `when` clauses. */
export const CONTEXT = {
  state: 'celeryTasks.state',
  running: 'celeryTasks.running',
  filtered: 'celeryTasks.filtered',
  lookalikes: 'celeryTasks.lookalikes',
  hasResult: 'celeryTasks.hasResult',
  /** The walkthrough is often opened later than what its steps ask for. */
  sampleSeen: 'celeryTasks.sampleSeen',
  reportSeen: 'celeryTasks.reportSeen',
  verified: 'celeryTasks.verified',
  /** The connection in use names no broker, or it is not clear which: tasks can be counted, and not judged. */
  brokerMissing: 'celeryTasks.brokerMissing',
  /** A connection was found in a `.env` file. */
  envFile: 'celeryTasks.envFileFound',
  nothingSaved: 'celeryTasks.nothingSaved',
  nothingToEdit: 'celeryTasks.nothingToEdit',
  nothingToRemove: 'celeryTasks.nothingToRemove',
} as const;
