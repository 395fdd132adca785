import { checkPlan } from '../../src/check/diagnose';
import { Problem } from '../../src/base/problem';
import { until } from '../support/database';
import { proxy, silentServer } from '../support/sockets';
import { checkAt } from './bench';
import type { Fault } from './fault';
import { change } from './postgresFaults';

const STEPS = checkPlan(true).length;
const CANCELLED = { ends: 'problem', kind: 'cancelled', says: /^The check was cancelled\.$/ } as const;

/** What the person does while a check runs. */
export const PERSON_FAULTS: readonly Fault[] = [
  // With the last step the answer is there already.
  ...Array.from({ length: STEPS - 1 }, (_, index) => index + 1).map((step): Fault => ({
    name: `Cancelled at step ${String(step)} of ${String(STEPS)}`,
    inject: () =>
      Promise.resolve({
        onProgress: (event, stop) => {
          if (event.step === step) stop.abort();
        },
      }),
    expected: CANCELLED,
  })),
  ...[50, 150, 400].map((most): Fault => ({
    name: `Cancelled at any moment of the first ${String(most)} ms`,
    inject: (_, random) => {
      const moment = random.integer(0, most);
      return Promise.resolve({
        meanwhile: (stop) =>
          new Promise((done) =>
            setTimeout(() => {
              stop.abort();
              done();
            }, moment),
          ),
      });
    },
    expected: { ends: 'cancelled' },
  })),
  {
    name: 'Cancelled in the middle of a query',
    inject: (bench) =>
      Promise.resolve({
        table: 'slow',
        meanwhile: async (stop) => {
          await bench.database.untilRunning('from "public"."slow"');
          stop.abort();
        },
      }),
    expected: CANCELLED,
  },
  {
    name: 'Cancelled while PostgreSQL does not answer',
    inject: async (bench) => {
      const silent = await silentServer();
      return {
        databaseUrl: change(bench.databaseUrl, { port: String(silent.port) }),
        meanwhile: async (stop) => {
          await until(() => Promise.resolve(silent.lines.size > 0 || undefined));
          stop.abort();
        },
        heal: silent.close,
      };
    },
    expected: CANCELLED,
    within: 8000,
  },
  {
    name: 'Cancelled while Redis does not answer',
    inject: async (bench) => {
      const silent = await silentServer();
      return {
        brokerUrl: bench.redisUrl(0, { port: silent.port }),
        meanwhile: async (stop) => {
          await until(() => Promise.resolve(silent.lines.size > 0 || undefined));
          stop.abort();
        },
        heal: silent.close,
      };
    },
    expected: CANCELLED,
    within: 8000,
  },
  {
    name: 'Cancelled while the line is dead',
    inject: async (bench) => {
      let frozen = false;
      const line = await proxy(bench.postgresPlace, () => frozen);
      return {
        databaseUrl: change(bench.databaseUrl, { port: String(line.port) }),
        table: 'slow',
        meanwhile: async (stop) => {
          const pid = await bench.database.untilRunning('from "public"."slow"');
          frozen = true;
          stop.abort();
          // The request to cancel never arrives; on a real dead line PostgreSQL 14 and later see it by themselves.
          await bench.database.run('select pg_terminate_backend($1)', [pid]);
        },
        heal: line.close,
      };
    },
    expected: CANCELLED,
  },
  {
    name: 'Two checks at once',
    inject: () =>
      Promise.resolve({
        run: async (good) => {
          const [diagnosis, second] = await Promise.all([checkAt(good()), checkAt(good())]);
          return { diagnosis, texts: [JSON.stringify(second)] };
        },
      }),
    expected: { ends: 'whole' },
  },
  {
    name: 'Two checks at once, one of them cancelled',
    inject: (_, random) => {
      const moment = random.integer(0, 200);
      return Promise.resolve({
        run: async (good) => {
          const stop = new AbortController();
          const other = checkAt(good(), { signal: stop.signal }).catch((error: unknown) => {
            if (!(error instanceof Problem) || error.kind !== 'cancelled') throw error;
          });
          const timer = setTimeout(() => {
            stop.abort();
          }, moment);
          const [diagnosis] = await Promise.all([checkAt(good()), other]);
          clearTimeout(timer);
          return { diagnosis, texts: [] };
        },
      });
    },
    expected: { ends: 'whole' },
  },
];
