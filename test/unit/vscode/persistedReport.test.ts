import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { oneLineJson } from '../../../src/base/jsonText';
import { ReportStore, type PersistedReport } from '../../../src/vscode/report/persistedReport';
import { aDiagnosis, aSample, aTaskType } from '../../support/diagnosis';
import { makeDiagnosis } from '../../support/reportDiagnosis';

describe('vscode/persistedReport', () => {
  let folder: string;
  let warned: string[];
  const made = (maxLength?: number): ReportStore =>
    new ReportStore(join(folder, 'deep', 'storage'), (line) => warned.push(line), maxLength);
  const file = (): string => join(folder, 'deep', 'storage', 'report.json');
  const kept = (fields: Partial<PersistedReport> = {}): PersistedReport => ({
    diagnosis: makeDiagnosis({ types: 3 }),
    connection: 'production',
    finishedAt: '2026-11-23T10:00:00.000Z',
    ...fields,
  });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kept-'));
    warned = [];
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('the kept report comes back as it was, for another window too', async () => {
    const report = made();
    report.save(kept());
    assert.equal(existsSync(file()), false, 'not at once: the views come first');
    await report.flush();
    assert.equal(statSync(file()).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(join(folder, 'deep', 'storage')), ['report.json']);
    assert.deepEqual(await made().load(), kept());
    assert.deepEqual(warned, []);
  });

  it('the kept report is the latest one, however fast they come, and gone when that is the wish', async () => {
    const report = made();
    for (let hours = 1; hours <= 5; hours++) report.save(kept({ connection: String(hours) }));
    await report.flush();
    assert.equal((await report.load())?.connection, '5');
    report.save(kept());
    report.remove();
    await report.flush();
    assert.equal(existsSync(file()), false);
    report.remove();
    report.save(kept());
    await report.flush();
    assert.ok(existsSync(file()));
  });

  it('the kept report leaves nothing lying, also of a window that was killed while it wrote', async () => {
    const report = made();
    report.save(kept());
    await report.flush();
    writeFileSync(`${file()}.tmp`, 'half of a report');
    report.remove();
    await report.flush();
    assert.deepEqual(readdirSync(join(folder, 'deep', 'storage')), []);
    writeFileSync(`${file()}.tmp`, 'half of a report');
    report.save(kept());
    await report.flush();
    assert.deepEqual(readdirSync(join(folder, 'deep', 'storage')), ['report.json']);
    assert.deepEqual(warned, []);
  });

  it('the kept report is not kept where the window has no storage of its own', async () => {
    const report = new ReportStore(undefined, (line) => warned.push(line));
    report.save(kept());
    report.remove();
    await report.flush();
    assert.equal(await report.load(), undefined);
    assert.deepEqual([readdirSync(folder), warned], [[], []]);
  });

  it('the kept report is written by itself a moment later', async () => {
    made().save(kept());
    for (let waited = 0; !existsSync(file()); waited += 20) {
      assert.ok(waited < 5000, 'written');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });

  it('the kept report is not kept when it is too large, and the one before is not kept instead', async () => {
    const large = aTaskType({ samples: [aSample({ arguments: oneLineJson(`"${'x'.repeat(20_000)}"`) })] });
    const report = made(20_000);
    report.save(kept({ diagnosis: aDiagnosis() }));
    await report.flush();
    assert.ok(existsSync(file()));
    report.save(kept({ diagnosis: aDiagnosis({ taskTypes: [large] }) }));
    await report.flush();
    assert.equal(existsSync(file()), false);
    assert.match(warned.join(), /too large to be kept/);
  });

  it('the kept report is nothing where the file is broken, which is deleted then', async () => {
    const report = made();
    report.save(kept());
    await report.flush();
    for (const text of ['', 'no json', '{}\n', '{"connection": 1}\n{"schemaVersion": 1}', 'null\nnull']) {
      writeFileSync(file(), text);
      assert.equal(await report.load(), undefined);
      await report.flush();
      assert.equal(existsSync(file()), false, text);
    }
  });

  it('the kept report costs nothing but a line in the log where it cannot be written', async () => {
    writeFileSync(join(folder, 'deep'), 'a file');
    const report = made();
    report.save(kept());
    await report.flush();
    assert.match(warned.join(), /could not be kept: E(NOTDIR|EXIST)/);
    assert.equal(await report.load(), undefined);
    assert.equal(readFileSync(join(folder, 'deep'), 'utf8'), 'a file');
  });
});
