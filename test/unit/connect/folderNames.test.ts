import assert from 'node:assert/strict';
import { folderNames } from '../../../src/connect/folderNames';

describe('connect/folderNames', () => {
  it('the names of folders are their own while they differ, and longer where they do not', () => {
    assert.deepEqual(folderNames(['/w/api']), ['api']);
    assert.deepEqual(folderNames(['/w/api', '/w/web']), ['api', 'web']);
    assert.deepEqual(folderNames(['/w/a/api', '/w/b/api', '/w/web']), ['a/api', 'b/api', 'web']);
    assert.deepEqual(folderNames(['/x/a/api', '/y/a/api']), ['x/a/api', 'y/a/api']);
    assert.deepEqual(folderNames(['/', '/api']), ['', 'api']);
  });
});
