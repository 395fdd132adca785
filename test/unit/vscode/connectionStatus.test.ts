import assert from 'node:assert/strict';
import type { ConnectionProfile } from '../../../src/connect/profile';
import { Problem } from '../../../src/base/problem';
import { connectionStatus, connectionLabel } from '../../../src/vscode/connections/connectionStatus';

const profile: ConnectionProfile = {
  id: 'env-file:.env',
  name: 'shop (.env)',
  origin: 'env-file',
  foundIn: 'DATABASE_URL in .env',
  database: { host: 'host', port: 5432, database: 'shop', user: 'bob', password: 'hunter2', sslMode: 'prefer' },
  written: {},
};

describe('vscode/connectionStatus', () => {
  it('the status bar names the connection in use, whose it is and where it was found, without a secret', () => {
    const status = connectionStatus(true, profile);
    assert.equal(status?.text, '$(database) Celery: shop');
    assert.match(status.tooltip, /bob at host:5432\/shop, from DATABASE_URL in \.env\./);
    assert.equal(status.background, undefined);
    assert.equal(status.command, 'celeryTasks.selectConnection');
    assert.doesNotMatch(JSON.stringify(status), /hunter2|PRODUCTION/);
  });

  it('the status bar marks production in words and in colour', () => {
    const status = connectionStatus(true, { ...profile, production: true });
    assert.equal(status?.text, '$(warning) Celery PRODUCTION: shop');
    assert.match(status.tooltip, /\(PRODUCTION\)/);
    assert.match(status.spoken, /production/);
    assert.equal(status.background, 'error');
    assert.equal(connectionLabel({ name: 'shop', production: true }), 'PRODUCTION: shop');
    assert.equal(connectionLabel(profile), 'shop (.env)');
  });

  it('the status bar keeps what tells two files apart', () => {
    assert.equal(
      connectionStatus(true, { ...profile, name: 'shop (backend/.env)' })?.text,
      '$(database) Celery: shop (backend/.env)',
    );
    assert.equal(
      connectionStatus(true, { ...profile, name: 'shop (.env)', origin: 'settings' })?.text,
      '$(database) Celery: shop (.env)',
    );
  });

  it('the status bar says that a check runs, and afterwards how many tasks are stuck', () => {
    const text = (checked: Parameters<typeof connectionStatus>[2]): string =>
      connectionStatus(true, profile, checked)?.text ?? '';
    assert.equal(text({ running: true, stuck: 5 }), '$(sync~spin) Celery: shop');
    const found = [0, 7, 999, 142_708, 3_290_000].map((stuck) => text({ stuck }).split(' · ')[1]);
    assert.deepEqual(found, ['none stuck', '7 stuck', '999 stuck', '142k stuck', '3.2M stuck']);
    const status = connectionStatus(true, profile, { stuck: 142_708 });
    assert.match(status?.spoken ?? '', /142,708 stuck tasks$/);
    assert.match(status?.tooltip ?? '', /142,708 stuck tasks in its last check/);
  });

  it('the status bar says that the chosen connection cannot be used', () => {
    const status = connectionStatus(true, new Problem('invalid', 'It has no host.'));
    assert.match(status?.tooltip ?? '', /^It has no host\./);
    assert.equal(status?.background, 'warning');
  });

  it('the status bar says Restricted in an untrusted workspace, and nothing where nothing is known', () => {
    assert.match(connectionStatus(false, profile)?.text ?? '', /Restricted/);
    assert.doesNotMatch(JSON.stringify(connectionStatus(false, profile)), /shop|bob/);
    assert.equal(connectionStatus(true, undefined), undefined);
  });

  it('the status bar takes a name for text, and not for all of the bar', () => {
    const status = connectionStatus(true, { ...profile, name: `$(flame)\n\u202e${'x'.repeat(200)}` });
    assert.doesNotMatch(status?.text ?? '', /\$\(flame|\n|\u202e/);
    assert.ok((status?.text.length ?? 0) < 60);
  });
});
