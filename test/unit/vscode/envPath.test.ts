import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolveEnvPath, type EnvPath, type PathContext } from '../../../src/vscode/connections/envPath';
import { assertForPeople } from '../../support/problems';

const one: PathContext = {
  folders: [{ name: 'shop', path: '/home/bob/shop' }],
  home: '/home/bob',
  environment: {
    STAGE: 'dev',
    WHERE: '/home/bob/shop/config/.env',
    AWAY: '/etc/passwd',
    UP: '../..',
    LOOP: '${env:LOOP}',
  },
};
const two: PathContext = {
  ...one,
  folders: [
    { name: 'api', path: '/work/api' },
    { name: 'web', path: '/work/api/web' },
  ],
};

function why(setting: string, context = one): string {
  const found = resolveEnvPath(setting, context);
  assert.ok('why' in found, JSON.stringify(found));
  assertForPeople(`"${setting.replaceAll('$', '')}" ${found.why}.`);
  return found.why;
}

describe('vscode/envPath', () => {
  it('a path of celeryTasks.envFile is one inside the folder, however it is written', () => {
    const forms: [string, EnvPath][] = [
      ['.env.dev', { path: '.env.dev' }],
      [' ./config/.env ', { path: 'config/.env' }],
      ['config/../.env.dev', { path: '.env.dev' }],
      ['config\\.env', { path: 'config/.env' }],
      ['${workspaceFolder}/backend/.env', { path: 'backend/.env' }],
      ['${workspaceFolder}\\backend\\.env', { path: 'backend/.env' }],
      ['${workspaceRoot}/.env', { path: '.env' }],
      ['${workspaceFolder:shop}/.env.dev', { path: '.env.dev', folder: 0 }],
      ['.env.${env:STAGE}', { path: '.env.dev' }],
      ['${env:WHERE}', { path: 'config/.env', folder: 0 }],
      ['~/shop/.env.dev', { path: '.env.dev', folder: 0 }],
      ['${userHome}/shop/.env.dev', { path: '.env.dev', folder: 0 }],
      ['/home/bob/shop/.env.dev', { path: '.env.dev', folder: 0 }],
      ['backend${pathSeparator}.env', { path: 'backend/.env' }],
    ];
    for (const [setting, expected] of forms) assert.deepEqual(resolveEnvPath(setting, one), expected, setting);
  });

  it('a path of celeryTasks.envFile with several folders is in the one that is named, or in each', () => {
    assert.deepEqual(resolveEnvPath('${workspaceFolder:web}/.env', two), { path: '.env', folder: 1 });
    assert.deepEqual(resolveEnvPath('/work/api/web/.env', two), { path: '.env', folder: 1 });
    assert.deepEqual(resolveEnvPath('/work/api/other/.env', two), { path: 'other/.env', folder: 0 });
    assert.deepEqual(resolveEnvPath('${workspaceFolder}/.env.dev', two), { path: '.env.dev' });
    assert.match(
      why('${workspaceFolder:shop}/.env', two),
      /a folder that this workspace does not have: it has api, web/,
    );
  });

  it('a path of celeryTasks.envFile on Windows may have a drive', () => {
    const windows = { ...one, folders: [{ name: 'shop', path: '/c:/Users/bob/shop' }], home: 'C:/Users/bob' };
    for (const path of ['C:\\Users\\bob\\shop\\.env.dev', '~\\shop\\.env.dev', 'c:/Users/bob/shop/.env.dev'])
      assert.deepEqual(resolveEnvPath(path, windows), { path: '.env.dev', folder: 0 }, path);
    assert.match(why('D:\\shop\\.env', windows), /leads out/);
  });

  it('a path of celeryTasks.envFile never leads out of the folder', () => {
    for (const setting of [
      '../other/.env',
      '${workspaceFolder}/../other/.env',
      '${workspaceFolder:shop}/../../.env',
      'a/../../.env',
      '/etc/passwd',
      '/home/bob/shopping/.env',
      '/home/bob/shop/../.env',
      '~/.env',
      '~/shop/../.env',
      '~root/.env',
      '${userHome}/.env',
      '${env:AWAY}',
      '${env:UP}/.env',
      'file:///home/bob/shop/.env',
      '..\\.env',
    ])
      assert.match(why(setting), /leads out of the folder/, setting);
  });

  it('a path of celeryTasks.envFile with anything else to fill in says what to write', () => {
    assert.match(why('${file}/.env'), /has \$\{file\}, which is not filled in here: write .* such as backend\/\.env/);
    assert.match(why('${config:python.envFile}'), /not filled in here/);
    assert.match(why('${env:NOWHERE}/.env'), /environment variable NOWHERE, which is not set/);
    assert.match(why('${env:LOOP}'), /LOOP, which is not set/);
    assert.match(why('${workspaceFolder}'), /is the folder itself/);
  });

  it('a path of celeryTasks.envFile is read as reported', () => {
    const lines = readFileSync('test/fixtures/reported/env-where.jsonl', 'utf8').trim().split('\n');
    const seen: string[] = [];
    for (const line of lines) {
      const { case: name, settings } = JSON.parse(line) as {
        case: string;
        settings: Record<string, string | string[]>;
      };
      for (const setting of [settings['celeryTasks.envFile'] ?? []].flat()) {
        seen.push(name);
        const found = resolveEnvPath(setting, one);
        if (name === 'guard-outside') assert.match(why(setting), /leads out of the folder/);
        else assert.ok('path' in found && !found.path.includes('$'), setting);
      }
    }
    assert.deepEqual(seen, ['workspaceFolder-variable', 'list-with-variable', 'guard-outside']);
  });
});
