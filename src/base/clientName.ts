/** Under this name our connections stand in `pg_stat_activity` and in Redis's CLIENT LIST. */
export const CLIENT_NAME = 'celery-task-diagnostics';
