import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { groupEnvFiles } from '../../../src/connect/env/envFileGroups';
import { readEnvFile } from '../../../src/connect/env/envFile';
import { findEnvFiles } from '../../../src/vscode/connections/envSearch';

/** Searches a tree that has just these files; `listed` collects the folders that were looked into. */
async function search(paths: readonly string[], listed: string[] = []): Promise<string[]> {
  return await findEnvFiles((folder) => {
    listed.push(folder);
    const inside = paths.filter((path) => folder === '' || path.startsWith(`${folder}/`));
    const entries = new Map<string, boolean>();
    for (const path of inside) {
      const [name = '', ...rest] = path.slice(folder === '' ? 0 : folder.length + 1).split('/');
      entries.set(name, rest.length > 0);
    }
    return Promise.resolve([...entries]);
  });
}

describe('vscode/envSearch', () => {
  it('files like .env in a project are found below the root, those near it first', async () => {
    const there = [
      '.env',
      '.env.production',
      'prod.db.env',
      '.envs/.local/.django',
      '.envs/.local/.postgres',
      'backend/.env',
      'config/.env.staging',
      'apps/api/config/.env',
    ];
    const rest = ['manage.py', 'backend/manage.py', 'src/app.py', '.envs/.gitignore', '.bashrc', '.envrc'];
    const found = await search([...there, ...rest]);
    assert.deepEqual([...found].sort(), [...there].sort());
    assert.ok(found.indexOf('backend/.env') < found.indexOf('apps/api/config/.env'));
  });

  it('files like .env in a project are not those of packages and virtual environments, nor templates, nor those too deep', async () => {
    const listed: string[] = [];
    const found = await search(
      [
        'node_modules/a/.env',
        'venv/lib/.env',
        '.venv/.env',
        'env/pyvenv.cfg',
        'env/.env',
        'my-python/pyvenv.cfg',
        'my-python/lib/site/.env',
        'lib/site-packages/x/.env',
        '.git/.env',
        'dist/.env',
        'backend/.env.example',
        'backend/.env.sample',
        'backend/env.template.env',
        '.envs/.local/.django.example',
        'a/b/c/d/.env',
      ],
      listed,
    );
    assert.deepEqual(found, []);
    assert.ok(!listed.some((folder) => /node_modules|venv|my-python\/|\.git|^dist/.test(folder)), listed.join());
  });

  it('files like .env in a project are looked for in so many folders and no more', async () => {
    const listed: string[] = [];
    const many = Array.from({ length: 3000 }, (_, index) => `app${String(index)}/.env`);
    assert.equal((await search(many, listed)).length, 40);
    assert.ok(listed.length <= 400, String(listed.length));
  });

  it('files like .env in a project make the connections that were reported', async () => {
    const lines = readFileSync('test/fixtures/reported/env-where.jsonl', 'utf8').trim().split('\n');
    const offered: Record<string, string[]> = {};
    for (const line of lines) {
      const {
        case: name,
        files,
        settings,
      } = JSON.parse(line) as {
        case: string;
        files?: Record<string, string>;
        settings: object;
      };
      if (!files || Object.keys(settings).length > 0) continue;
      const found = await search(Object.keys(files));
      const groups = groupEnvFiles(
        found.map((path) => ({
          folder: path.slice(0, path.lastIndexOf('/')),
          name: path.slice(path.lastIndexOf('/') + 1),
          place: path,
          key: path,
          variables: readEnvFile(files[path] ?? ''),
        })),
      );
      offered[name] = groups.map(({ entry }) => entry?.name ?? '');
    }
    assert.deepEqual(offered, {
      'below-the-root': ['shop (backend/.env)'],
      'cookiecutter-folders': ['shop (.envs/.local/.postgres + .django)'],
    });
  });
});
