'use strict';
/** What ships of node-postgres: its client. No pool, no binding to libpq's C library, nothing for Cloudflare. */
module.exports = { Client: require('pg/lib/client') };
