'use strict';
/** Stands in the shipped drivers for the package `debug`: says nothing, whatever the environment asks for. */
const createDebug = () => Object.assign(() => undefined, { enabled: false });
module.exports = Object.assign(createDebug, { default: createDebug });
