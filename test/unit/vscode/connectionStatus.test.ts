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
    assert.equal(status?.text, '$(database) shop (.env)');
    assert.match(status.tooltip, /bob at host:5432\/shop, from DATABASE_URL in \.env\./);
    assert.equal(status.background, undefined);
    assert.equal(status.command, 'celeryTasks.selectConnection');
    assert.doesNotMatch(JSON.stringify(status), /hunter2|PRODUCTION/);
  });

  it('the status bar marks production in words and in colour', () => {
    const status = connectionStatus(true, { ...profile, production: true });
    assert.equal(status?.text, '$(warning) PRODUCTION: shop (.env)');
    assert.match(status.tooltip, /which is PRODUCTION/);
    assert.match(status.spoken, /production/);
    assert.equal(status.background, 'error');
    assert.equal(connectionLabel({ name: 'shop', production: true }), 'PRODUCTION: shop');
    assert.equal(connectionLabel(profile), 'shop (.env)');
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
