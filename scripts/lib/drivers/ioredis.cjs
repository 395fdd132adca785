'use strict';
/** What ships of ioredis: one line to one server. */
module.exports = { Redis: require('ioredis/built/Redis').default };
