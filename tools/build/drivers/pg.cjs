'use strict';
/** The client of node-postgres. Its main file would load a native driver from the workspace's packages when NODE_PG_FORCE_NATIVE is set. */
module.exports = { Client: require('pg/lib/client') };
