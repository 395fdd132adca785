'use strict';
// Mocha's spec reporter, plus machine-readable lines: the counts at the end, by which scripts/test.mjs counts across processes and hosts,
// and one for each test that failed, which it repeats at the very end: a CI that shows only the last lines shows that.
const Mocha = require('mocha');

const { EVENT_RUN_END, EVENT_TEST_FAIL, EVENT_TEST_PENDING } = Mocha.Runner.constants;

module.exports = class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const failed = (test, why) => console.log(`@@failed ${JSON.stringify(`${test.fullTitle()}: ${why}`)}`);
    runner.on(EVENT_TEST_FAIL, (test, error) => failed(test, String(error?.message ?? error).slice(0, 600)));
    runner.on(EVENT_TEST_PENDING, (test) => failed(test, 'skipped'));
    runner.once(EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      console.log(`@@counts ${JSON.stringify({ passes, failures, pending })}`);
    });
  }
};
