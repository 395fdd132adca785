// @ts-check
// Imports no package: `npm test` needs it before packages are installed.
export { findCanaries, keepFolder } from './canaries.mjs';
export { hostTests } from './host-tests.mjs';
export { runJobs } from './lanes.mjs';
export { keepOutputs, searchOutputs } from './outputs.mjs';
export { prepare } from './prepare.mjs';
export { mocha, Tally } from './suites.mjs';

/** @typedef {import('./lanes.mjs').Job} Job */
