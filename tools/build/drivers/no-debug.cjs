'use strict';
/**
 * Replaces the package `debug` in the shipped Redis driver. Under DEBUG=ioredis:* the driver would print every command that it sends, and
 * AUTH holds the password. This one prints nothing, whatever the environment asks for.
 */
const createDebug = () => Object.assign(() => undefined, { enabled: false });
module.exports = Object.assign(createDebug, { default: createDebug });
