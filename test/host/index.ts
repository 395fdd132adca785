import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';

/**
 * The VS Code extension host calls this (extensionTestsPath); it rejects when a test failed. The files share one window and run in the order of
 * their numbers: activation is looked at before anything used the extension, and a later file finds what the earlier ones left.
 */
export async function run(): Promise<void> {
  const reporter = join(__dirname, '..', '..', 'tools', 'test-runner', 'mocha-counts.cjs');
  const mocha = new Mocha({ ui: 'bdd', color: false, timeout: 120_000, reporter });
  const only = process.env.HOST_TESTS?.split(' ');
  for (const file of readdirSync(__dirname)
    .filter((name) => name.endsWith('.test.js'))
    .sort()) {
    if (only === undefined || only.includes(file)) mocha.addFile(join(__dirname, file));
  }
  const failures = await new Promise<number>((resolve) => mocha.run(resolve));
  if (failures > 0) throw new Error(`${String(failures)} tests failed`);
}
