// @ts-check
export { createIncident } from './incident/create.mjs';
export { kombuMessage, uuid } from './incident/kombu-message.mjs';
export { SITUATIONS } from './incident/situations.mjs';
export { makeSample, wordsOfSample } from './sample.mjs';
export { startDemo } from './start.mjs';
export { writeWorkspace } from './workspace.mjs';

/** @typedef {import('./incident/create.mjs').IncidentOptions} IncidentOptions */
