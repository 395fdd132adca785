// @ts-check
// Imports nothing but Node's own modules, because `ensureDependencies` runs before any package is installed.
export { openInBrowser } from './browser.mjs';
export { cacheDir } from './cache.mjs';
export { isExecutable, onPath, runToLog, tail } from './child.mjs';
export { findChromium } from './chromium.mjs';
export { canInstallPackages, installPackages } from './debian.mjs';
export { ensureDependencies } from './dependencies.mjs';
export { npm, unpackPackage } from './npm.mjs';
export { PROJECT, run, say } from './run.mjs';
