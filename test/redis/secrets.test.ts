import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { inspect, promisify } from 'node:util';
import { pingRedis } from '../support/pingRedis';
import { problemOf } from '../support/problems';
import { redisTarget, redisUrl } from '../support/redis';

const SECRET = 'canary-5b1f';

describe('the password of a Redis', () => {
  it('is in no part of an error, not even for who looks into its cause', async () => {
    for (const fields of [
      { password: SECRET },
      { user: 'nobody', password: SECRET },
      { user: SECRET, password: SECRET },
    ]) {
      const problem = await problemOf(() => pingRedis({ ...redisTarget(0), ...fields }), 'authentication');
      const everything = inspect(problem, { depth: 20, showHidden: true }) + String((problem.cause as Error).stack);
      assert.doesNotMatch(everything, new RegExp(SECRET));
    }
  });

  it('is not printed by the driver that ships, whatever DEBUG asks for', async () => {
    const url = redisUrl();
    const secret = new URL(url).password;
    const printed = async (driver: string): Promise<string> => {
      const script = `
        const Redis = require(${JSON.stringify(driver)});
        const client = new Redis(process.env.URL_FOR_TEST);
        client.set('canary', 'x', () => client.del('canary', () => client.disconnect()));`;
      const env = { ...process.env, DEBUG: '*', URL_FOR_TEST: url };
      const { stdout, stderr } = await promisify(execFile)(process.execPath, ['-e', script], { env });
      return stdout + stderr;
    };
    // What it is about: the driver as it is published does.
    assert.ok((await printed('ioredis')).includes(secret));
    assert.equal(await printed('./dist/ioredis.js'), '');
  });
});
