import assert from 'node:assert/strict';
import { newIssue, originOnGithub, PASTE_HERE, repositoryOf } from '../../../src/report/githubIssue';
import { markdown } from '../../../src/report/markdown';
import { makeDiagnosis } from '../../support/reportDiagnosis';

const SHOP = { owner: 'acme', name: 'shop.api' };

function parametersOf(url: string): { title: string | null; body: string | null } {
  const { searchParams } = new URL(url);
  return { title: searchParams.get('title'), body: searchParams.get('body') };
}

describe('report/githubIssue', () => {
  it('a repository is known by every address that Git takes for GitHub', () => {
    for (const url of [
      'https://github.com/acme/shop.api.git',
      'https://github.com/acme/shop.api/',
      'https://www.github.com/acme/shop.api',
      'https://ann:ghp_token@github.com/acme/shop.api.git',
      'git@github.com:acme/shop.api.git',
      'github.com:acme/shop.api',
      'ssh://git@github.com/acme/shop.api.git',
      'ssh://git@ssh.github.com:443/acme/shop.api.git',
      'git://github.com/acme/shop.api.git',
    ])
      assert.deepEqual(repositoryOf(url), SHOP, url);
  });

  it('a repository is known by no other address', () => {
    for (const url of [
      'https://gitlab.com/acme/shop.git',
      'https://github.com.evil.example/acme/shop',
      'https://evil.example/github.com/acme/shop',
      'git@github.example.com:acme/shop.git',
      'https://github.com/acme',
      'https://github.com/acme/shop/tree/main',
      'https://github.com/acme/..',
      'https://github.com/ac%2Fme/shop',
      'https://github.com/acme/shop?x=1',
      '../shop.git',
      '/srv/git/shop.git',
      '',
    ])
      assert.equal(repositoryOf(url), undefined, url);
  });

  it('the repository of a workspace is that of its remote origin, a fork too', () => {
    const config = [
      '[core]',
      '\tbare = false',
      '[remote "upstream"]',
      '\turl = https://github.com/upstream/shop.git',
      '[Remote "origin"]',
      '\turl = git@github.com:acme/shop.api.git ; mine',
      '\tfetch = +refs/heads/*:refs/remotes/origin/*',
      '[branch "main"]',
      '\turl = https://github.com/other/one.git',
    ].join('\n');
    assert.deepEqual(originOnGithub(config), SHOP);
    assert.deepEqual(originOnGithub('[remote "origin"] url = "https://github.com/acme/shop.api"'), SHOP);
    assert.equal(originOnGithub(config.replace('origin', 'mirror')), undefined);
    assert.equal(originOnGithub('[remote "origin"]\n# url = https://github.com/a/b\n'), undefined);
    assert.equal(originOnGithub(''), undefined);
  });

  it('a short text is in the address of the new issue, sign by sign, with its heading as the title', () => {
    const body = 'Why: 1 & 2 = #3? `a_b` 100% é😀\n\n| a | b |';
    const { url, paste } = newIssue(SHOP, `# 3 tasks \\<x\\> \\& more\n\n${body}\n`);
    assert.equal(paste, false);
    assert.ok(url.startsWith('https://github.com/acme/shop.api/issues/new?title='));
    assert.deepEqual(parametersOf(url), { title: '3 tasks <x> & more', body: `${body}\n` });
    assert.doesNotMatch(url, /[\s#]/);
  });

  it('a text above 6 kB is not in the address, which says to paste it', () => {
    const { url, paste } = newIssue(SHOP, `# Title\n\n${'x'.repeat(6001)}`);
    assert.equal(paste, true);
    assert.deepEqual(parametersOf(url), { title: 'Title', body: PASTE_HERE });
    assert.equal(newIssue(SHOP, `# Title\n\n${'x'.repeat(5900)}`).paste, false);
    assert.equal(newIssue(SHOP, `# Title\n\n${'é'.repeat(2900)}`).paste, true, 'encoded it is too long for GitHub');
  });

  it('the address of an issue is one that GitHub takes, whatever the report', () => {
    for (const types of [0, 1, 40]) {
      const { url } = newIssue(SHOP, markdown(makeDiagnosis({ types, rows: types * 50 }), null, '1.0.0'));
      assert.ok(url.length <= 8000, String(url.length));
    }
    const { url } = newIssue(SHOP, `# ${'\uD800\u202E'.repeat(500)}\n\nx\uDC00`);
    assert.ok(parametersOf(url).title!.length <= 200);
  });

  it('a text without a heading has a title all the same', () => {
    assert.deepEqual(parametersOf(newIssue(SHOP, 'words').url), { title: 'Stuck Celery tasks', body: 'words' });
  });
});
