/** The log document's path, and the name under which a log is saved: package.json ties the log language to it. */
export const LOG_FILE_NAME = 'celery-task-diagnosis.log';
export const LOG_URI_PATH = `/${LOG_FILE_NAME}`;
