// @ts-check
export { chooseHost } from './choose-host.mjs';
export { findDesktopCode, openDesktop } from './desktop.mjs';
export { openWorkbench } from './open-workbench.mjs';
export { answer, pick, runCommand } from './quick-input.mjs';
export { runHostTests } from './run-tests.mjs';
export { installServer } from './server-install.mjs';
export { startServer } from './server.mjs';
export { setTheme } from './theme.mjs';
export { dismissNotifications, openView, shoot, waitForText } from './workbench.mjs';
export { workbenchUrl } from './workbench-url.mjs';
