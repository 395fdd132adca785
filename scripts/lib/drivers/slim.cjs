'use strict';
// What the two drivers bring along and this extension cannot reach is left out of what ships: it is a third of them. The tests with
// servers run the shipped drivers (esbuild.js, --tests), so leaving out too much fails there.
const fs = require('node:fs');
const path = require('node:path');

const NOT_SHIPPED = require.resolve('./not-shipped.cjs');

/** Packages, by what stands in for them. */
const alias = {
  // Under DEBUG=ioredis:* the driver would print what it sends, and with AUTH the password.
  debug: require.resolve('./no-debug.cjs'),
  // Slots of a cluster. Celery has no transport for one.
  'cluster-key-slot': NOT_SHIPPED,
  // The password is a function of ours (postgresClient.ts), and the rest are fields and no connection string (postgresUrl.ts).
  pgpass: NOT_SHIPPED,
  'pg-connection-string': NOT_SHIPPED,
};

/** Files of ioredis 6.0, by what stands in for them. */
const FILES = [
  // Redis.js names both; it makes one when the option `sentinels` is given. redisSentinel.ts asks Sentinels itself.
  ['built/cluster/index.js', () => 'exports.default = class Cluster {};'],
  ['built/connectors/SentinelConnector/index.js', () => 'exports.default = class SentinelConnector {};'],
  // Certificates of Redis's own cloud, chosen by `tls: "RedisCloudFixed"`. redisTls.ts gives the options themselves.
  ['built/constants/TLSProfiles.js', () => 'exports.default = {};'],
  // For HIMPORT; without the option `himportFieldsets` these are what the driver gets from it.
  [
    'built/himport/HimportCoordinator.js',
    () => `exports.hasHimportCoordinator = Symbol();
exports.cloneHimportFieldsets = (fieldsets) => fieldsets;
exports.getHimportBinding = () => undefined;
for (const name of ['interceptHimportCommand', 'interceptHimportPipeline', 'isInternalHimportCommand']) exports[name] = () => false;`,
  ],
];

/** @type {import('esbuild').Plugin} */
const slim = {
  name: 'slim-drivers',
  setup(build) {
    for (const [file, contents] of FILES) {
      const filter = new RegExp(`[\\\\/]ioredis[\\\\/]${file.replaceAll('.', '\\.').replaceAll('/', '[\\\\/]')}$`);
      build.onLoad({ filter }, () => ({ contents: contents(), loader: 'js' }));
    }
    build.onLoad({ filter: /[\\/]@ioredis[\\/]commands[\\/]built[\\/]commands\.json$/ }, (args) => ({
      contents: JSON.stringify(commandFlags(JSON.parse(fs.readFileSync(args.path, 'utf8')))),
      loader: 'json',
    }));
    build.initialOptions.metafile = true;
    build.onEnd(({ metafile }) => {
      const inputs = Object.keys(metafile?.inputs ?? {}).map((input) => input.replaceAll(path.sep, '/'));
      const missing = FILES.map(([file]) => file).filter((file) => !inputs.some((input) => input.endsWith(file)));
      // A new release may have moved it; then all of it would ship again, and nobody would see why.
      return { errors: missing.map((file) => ({ text: `ioredis has no ${file} any more: see scripts/lib/drivers` })) };
    });
  },
};

/**
 * The driver makes a method of every name and asks whether a server that loads answers. Where a command has its keys is only asked for
 * a prefix and for a cluster.
 * @param {Record<string, { flags: string[] }>} commands
 */
function commandFlags(commands) {
  const kept = ['loading', 'readonly'];
  const entries = Object.entries(commands);
  return Object.fromEntries(
    entries.map(([name, { flags }]) => [name, { flags: flags.filter((flag) => kept.includes(flag)) }]),
  );
}

module.exports = { alias, slim };
