// @ts-check
import fs from 'node:fs';
import path from 'node:path';

/** A quiet editor: no welcome page, no AI features, no network requests, nothing that covers the view under test. */
const QUIET = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
  'telemetry.telemetryLevel': 'off',
  'update.showReleaseNotes': false,
  'window.commandCenter': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
};

/**
 * @param {string} userDataDir as given to `startServer` (settings in its `data/User`) or to a desktop (its `User`)
 * @param {'server' | 'desktop'} kind
 * @returns {string} where that VS Code reads its user settings
 */
export function settingsFile(userDataDir, kind) {
  return path.join(userDataDir, ...(kind === 'server' ? ['data', 'User'] : ['User']), 'settings.json');
}

/**
 * Writes (or changes) user settings.
 * @param {string} file from `settingsFile`
 * @param {Record<string, unknown>} settings what to set besides, or instead of, what is there
 * @returns {void}
 */
export function writeSettings(file, settings) {
  const present = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : {};
  const all = { ...QUIET, ...present, ...settings };
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, JSON.stringify(all, null, 2));
}
