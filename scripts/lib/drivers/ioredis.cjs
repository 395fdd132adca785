'use strict';
/** What ships of ioredis: one line to one server. */
module.exports = require('ioredis/built/Redis').default;
