// @ts-check
export { findCeleryPython, startCelery, startCeleryOnRabbitmq } from './celery.mjs';
export { CANARY } from './password.mjs';
export { findPgBouncer } from './pgbouncer.mjs';
export { serverUser, temporaryFolder } from './places.mjs';
export { startPostgres } from './postgres.mjs';
export { startRabbitmq } from './rabbitmq.mjs';
export { findRabbitmq } from './rabbitmq-binaries.mjs';
export { startRedis } from './redis.mjs';
export { findRedis } from './redis-binaries.mjs';
export { freePort, startSupervised, waitUntilReady } from './supervised.mjs';
export { installOldestPostgres, installPostgres, startTestServers } from './test-servers.mjs';
