// @ts-check

/**
 * One VS Code version the extension is tried on.
 * @typedef {object} HostVersion
 * @property {string} vscode version of VS Code itself, as `vscode.version` says it
 * @property {string} desktop what `@vscode/test-electron` is asked to download
 * @property {string} codeServer version of the npm package `code-server` that carries it
 * @property {{ major: number, release: string }} node the Node.js it runs on, and the npm release that brings it
 * @property {string[]} native packages compiled on this machine: log files, the end of orphaned hosts, git
 * @property {string[]} leaveOut dependencies neither tests nor the user interface load: large, or hard to compile
 * @property {boolean} needsRipgrep its own ripgrep is a download from outside npm, so it is taken from another package
 */

/** @typedef {'minimum' | 'newest'} VersionName */

/** @type {Readonly<Record<VersionName, HostVersion>>} */
export const VERSIONS = {
  minimum: {
    vscode: '1.100.3',
    desktop: '1.100.3',
    codeServer: '4.100.3',
    node: { major: 20, release: '20.20.0' },
    native: ['@vscode/spdlog', 'native-watchdog'],
    leaveOut: ['kerberos', 'node-pty'],
    needsRipgrep: true,
  },
  newest: {
    vscode: '1.139.1',
    desktop: 'stable',
    codeServer: '4.139.1',
    node: { major: 24, release: '24.21.0' },
    native: ['@vscode/spdlog', '@vscode/native-watchdog', '@vscode/fs-copyfile'],
    leaveOut: [
      '@devcontainers/cli',
      '@github/copilot-sdk',
      '@microsoft/mxc-sdk',
      '@vscode/copilot-api',
      '@vscode/sandbox-runtime',
      '@vscode/sqlite3',
      'kerberos',
      'ssh2',
    ],
    needsRipgrep: false,
  },
};
