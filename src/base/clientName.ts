/** The name by which servers list our connections, as in `pg_stat_activity`. */
export const CLIENT_NAME = 'celery-task-diagnostics';
