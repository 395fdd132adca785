'use strict';
const fs = require('node:fs');
const path = require('node:path');

/**
 * The licences of the packages that esbuild put into our bundles: what their authors ask for in return.
 * @param {{ inputs: Record<string, unknown> }[]} metafiles of the builds
 * @returns {string} one part a package, by name
 */
function thirdPartyNotices(metafiles) {
  const folders = new Set();
  for (const { inputs } of metafiles) {
    for (const input of Object.keys(inputs)) {
      const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input.replace(/\\/g, '/'));
      if (match) folders.add(match[1]);
    }
  }
  const parts = [...folders].map((folder) => {
    const { name, version, license } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
    // amqplib says in one file whose it is, and in another what that permits.
    const files = fs.readdirSync(folder).filter((entry) => /^licen[cs]e/i.test(entry));
    const texts = files.sort().map((file) => fs.readFileSync(path.join(folder, file), 'utf8').trim());
    const text = texts.length === 0 ? `Licence: ${license}` : texts.join('\n\n');
    return `${name} ${version}\n\n${text}\n`;
  });
  return parts.sort().join(`\n${'-'.repeat(80)}\n\n`);
}

module.exports = { thirdPartyNotices };
