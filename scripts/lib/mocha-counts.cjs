'use strict';
// Mocha's spec reporter, plus one machine-readable line at the end, by which scripts/test.mjs counts across processes and hosts.
const Mocha = require('mocha');

const { EVENT_RUN_END } = Mocha.Runner.constants;

module.exports = class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once(EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      console.log(`@@counts ${JSON.stringify({ passes, failures, pending })}`);
    });
  }
};
