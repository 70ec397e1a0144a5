/**
 * The package in Chromium against a real Gitea of another origin: its real CORS, its real guards, its real races.
 *
 * What a test looks at in the end is the repository on disk, with git.
 */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { openBrowser } from '../../.ci/browser.mjs';
import { serve } from '../../.ci/serve.mjs';
import { root } from '../../.ci/step.mjs';
import { addPerson, addRepository, addToken, ask, pushAddress, revokeTokens, startGitea } from './server.mjs';

const vpcs = 'fabrics/dc-east/managed/vpcs';
const build = { group: 'vpc.githedgehog.com', kind: 'VPC', namespace: 'default', name: 'vpc-build' };
const vlan = '/spec/subnets/runners/vlan';

/** @type {import('./server.mjs').Gitea} */
let gitea;
let site;
let browser;
let count = 0;

before(async () => {
  gitea = await startGitea();
  const page = '<!doctype html><meta charset="utf-8"><title>Package</title>';
  site = await serve({ folders: { '/pkg/': join(root, 'pkg') }, answers: { '/index.html': page } });
  browser = await openBrowser();
  assert.notEqual(new URL(site.url).origin, gitea.origin);
});
after(async () => {
  await browser?.close();
  await site?.close();
  await gitea?.close();
});

const gitIn =
  (repository) =>
  (...words) =>
    execFileSync('git', ['--git-dir', gitea.bare(repository), ...words], { encoding: 'utf8' });

/** A repository of its own for one test. */
async function repositoryFor(seed = 'demo') {
  count += 1;
  const repository = await addRepository(gitea, `fabric-${count}`, seed);
  return { repository, git: gitIn(repository) };
}

/** A page with an open workspace in `globalThis.mine`; what went wrong in opening it is given back. */
async function pageWith(t, repository, { token = gitea.token, branch = 'main' } = {}) {
  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  await page.goto(site.url);
  const opened = await page.evaluate(
    async ({ url, repository, token, branch }) => {
      const { init, openWorkspace } = await import('/pkg/index.js');
      await init();
      globalThis.token = token;
      globalThis.mine = await openWorkspace({
        host: { type: 'gitea', url, repository },
        ...(branch === null ? {} : { branch }),
        fabrics: [{ name: 'dc-east', directory: 'fabrics/dc-east' }],
        token: () => globalThis.token,
        storage: 'memory',
      });
      try {
        await globalThis.mine.load();
        return { status: globalThis.mine.status(), resources: globalThis.mine.resources().total };
      } catch (error) {
        return { code: error.code, message: error.message };
      }
    },
    { url: gitea.origin, repository, token, branch },
  );
  return { page, opened };
}

/** Sets a VLAN and commits it, all in the page. */
function save(page, value, { mode = 'direct', id = build, field = vlan } = {}) {
  return page.evaluate(
    async ({ id, field, value, mode }) => {
      globalThis.mine.edit(id, [{ op: 'set', field, value }]);
      return globalThis.mine.commit({ message: `VLAN ${value}`, mode });
    },
    { id, field, value, mode },
  );
}

/** A colleague pushes, with git. */
function push(repository, path, change) {
  const folder = mkdtempSync(join(tmpdir(), 'hedgerow-push-'));
  const git = (...words) =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=Robin', '-c', 'user.email=robin@fabric.example', ...words], {
      encoding: 'utf8',
    });
  try {
    execFileSync('git', ['clone', '-q', pushAddress(gitea, repository), folder]);
    change(join(folder, path), git);
    git('commit', '-qam', 'A colleague');
    git('push', '-q', 'origin', 'main');
    return git('rev-parse', 'HEAD').trim();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const sed = (script) => (file) => execFileSync('sed', ['-i', script, file]);

test('a branch is loaded across origins, byte for byte', async (t) => {
  const { repository, git } = await repositoryFor();
  const { page, opened } = await pageWith(t, repository, { branch: null });
  const files = git('ls-tree', '-r', '--name-only', 'main', 'fabrics/dc-east/managed').trim().split('\n');
  assert.equal(opened.status.head, git('rev-parse', 'main').trim());
  assert.ok(opened.resources >= files.length, `${opened.resources} resources of ${files.length} files`);
  const text = await page.evaluate((id) => globalThis.mine.read(id).content, build);
  assert.equal(text, git('show', `main:${vpcs}/vpc-build.yaml`));
});

test('a commit of twelve files is one commit, and nothing else changes', async (t) => {
  const { repository, git } = await repositoryFor();
  const { page } = await pageWith(t, repository);
  const start = git('rev-parse', 'main').trim();
  const answer = await page.evaluate(async () => {
    const { items } = globalThis.mine.resources({ offset: 0, limit: 1000 });
    const servers = items.filter(({ id }) => id.kind === 'Server').slice(0, 12);
    for (const { id } of servers) {
      globalThis.mine.edit(id, [{ op: 'set', field: '/spec/description', value: 'Twelve of them' }]);
    }
    return globalThis.mine.commit({ message: 'Describe twelve servers' });
  });
  assert.equal(answer.type, 'landed', JSON.stringify(answer));
  assert.equal(git('rev-parse', 'main').trim(), answer.commit);
  assert.equal(git('rev-parse', 'main~1').trim(), start);
  assert.equal(git('diff', '--name-only', start, 'main').trim().split('\n').length, 12);
  assert.match(git('log', '-1', '--format=%B', 'main'), /^Describe twelve servers\n\nHedgerow-Operation: /);
});

test('after a real push ours goes on top of it, of the same file and of another', async (t) => {
  for (const file of ['vpc-build.yaml', 'vpc-web.yaml']) {
    const { repository, git } = await repositoryFor();
    const { page } = await pageWith(t, repository);
    const theirs = push(repository, `${vpcs}/${file}`, sed('s/^  annotations:.*//;$a# A colleague was here.'));
    const answer = await save(page, 1234);
    assert.equal(answer.type, 'landed', JSON.stringify(answer));
    assert.equal(git('rev-parse', 'main~1').trim(), theirs);
    const merged = git('show', `main:${vpcs}/vpc-build.yaml`);
    assert.match(merged, /vlan: 1234/);
    assert.match(git('show', `main:${vpcs}/${file}`), /# A colleague was here\./);
    const status = await page.evaluate(() => globalThis.mine.status());
    assert.deepEqual([status.state, status.head], ['in-step', answer.commit]);
  }
});

test('twenty pages commit at once, and every change is there in the end', async (t) => {
  const { repository, git } = await repositoryFor();
  const start = git('rev-parse', 'main').trim();
  const pages = [];
  for (let number = 0; number < 20; number += 1) pages.push((await pageWith(t, repository)).page);
  const answers = await Promise.all(
    pages.map((page, number) =>
      page.evaluate(async (number) => {
        const { mine } = globalThis;
        const id = { group: 'wiring.githedgehog.com', kind: 'Server', namespace: 'default', name: 'server-01' };
        mine.edit(id, [{ op: 'set', field: `/metadata/annotations`, value: {} }]);
        mine.edit(id, [{ op: 'set', field: `/metadata/annotations/page-${number}`, value: `was here ${number}` }]);
        let answer = await mine.commit({ message: `Page ${number}` });
        // Whoever is not through after a minute waits in the outbox, and goes on by itself.
        for (let look = 0; answer.type === 'queued' && look < 240; look += 1) {
          await new Promise((resolve) => setTimeout(resolve, 500));
          if (mine.status().outbox.length === 0) answer = { type: 'landed' };
        }
        return answer;
      }, number),
    ),
  );
  const file = git('show', 'main:fabrics/dc-east/managed/servers/server-01.yaml');
  assert.deepEqual(
    answers.map(({ type }) => type),
    answers.map(() => 'landed'),
  );
  for (let number = 0; number < 20; number += 1) {
    assert.match(file, new RegExp(`page-${number}: was here ${number}\\b`));
  }
  const operations = git('log', '--format=%(trailers:key=Hedgerow-Operation,valueonly)', `${start}..main`).match(
    /\S+/g,
  );
  assert.equal(operations.length, 20);
  assert.equal(new Set(operations).size, 20);
});

test('a token that may only read opens the branch and says so; nothing lands', async (t) => {
  const { repository, git } = await repositoryFor();
  const start = git('rev-parse', 'main').trim();
  const token = await addToken(gitea, 'demo', ['read:repository']);
  const { page, opened } = await pageWith(t, repository, { token });
  assert.equal(opened.status.state, 'read-only');
  const answer = await save(page, 1234);
  assert.deepEqual([answer.type, answer.reason], ['refused', 'read-only']);
  assert.equal(git('rev-parse', 'main').trim(), start);
  assert.equal(await page.evaluate(() => globalThis.mine.status().drafts), 1);
});

test('a token that is revoked in between keeps the save, which lands with a good one', async (t) => {
  const { repository, git } = await repositoryFor();
  const start = git('rev-parse', 'main').trim();
  await addPerson(gitea, 'robin');
  await ask(gitea, `PUT /repos/${repository}/collaborators/robin`, { body: { permission: 'write' } });
  const token = await addToken(gitea, 'robin', ['write:repository']);
  const { page } = await pageWith(t, repository, { token });
  await revokeTokens(gitea, 'robin');
  const answer = await save(page, 1234);
  assert.deepEqual([answer.type, answer.reason], ['queued', 'auth']);
  assert.equal(git('rev-parse', 'main').trim(), start);
  const landed = await page.evaluate(async (token) => {
    globalThis.token = token;
    return (await globalThis.mine.sync()).landed;
  }, gitea.token);
  assert.deepEqual(landed, [git('rev-parse', 'main').trim()]);
  assert.equal(git('rev-parse', 'main~1').trim(), start);
});

test('a token of another scope, and an unknown one, open nothing and are named', async (t) => {
  const { repository } = await repositoryFor();
  await ask(gitea, `PATCH /repos/${repository}`, { body: { private: true } });
  const token = await addToken(gitea, 'demo', ['read:issue']);
  for (const [bad, word] of [
    [token, /scope/],
    ['0'.repeat(40), /token/],
  ]) {
    const { opened } = await pageWith(t, repository, { token: bad });
    assert.match(JSON.stringify(opened), word);
    assert.notEqual(opened.resources > 0, true);
  }
});

test('a protected branch takes a pull request instead', async (t) => {
  const { repository, git } = await repositoryFor();
  const start = git('rev-parse', 'main').trim();
  await ask(gitea, `POST /repos/${repository}/branch_protections`, { body: { rule_name: 'main', enable_push: false } });
  const { page } = await pageWith(t, repository);
  const refused = await save(page, 1234);
  assert.deepEqual([refused.type, refused.reason], ['refused', 'protected']);
  assert.ok(refused.offers.includes('pull-request'));
  const answer = await page.evaluate(() => globalThis.mine.commit({ message: 'VLAN 1234', mode: 'pull-request' }));
  assert.equal(answer.type, 'pull-request', JSON.stringify(answer));
  assert.equal(git('rev-parse', 'main').trim(), start);
  assert.equal(git('rev-parse', `${answer.commit}~1`).trim(), start);
  const [pull] = await ask(gitea, `GET /repos/${repository}/pulls`);
  assert.deepEqual([pull.html_url, pull.head.sha, pull.base.ref], [answer.url, answer.commit, 'main']);
});

test('an empty repository is said to be empty', async (t) => {
  const { repository } = await repositoryFor('empty');
  const { opened } = await pageWith(t, repository);
  assert.match(JSON.stringify(opened), /no commit yet/);
});

test('a branch that is deleted in between gives the drafts back', async (t) => {
  const { repository, git } = await repositoryFor();
  await ask(gitea, `POST /repos/${repository}/branches`, { body: { new_branch_name: 'side', old_ref_name: 'main' } });
  const { page } = await pageWith(t, repository, { branch: 'side' });
  await ask(gitea, `DELETE /repos/${repository}/branches/side`);
  const answer = await save(page, 1234);
  assert.equal(answer.type, 'refused', JSON.stringify(answer));
  assert.equal(await page.evaluate(() => globalThis.mine.status().drafts), 1);
  assert.equal(git('branch', '--list', 'side').trim(), '');
});
