/**
 * Reading through REST: refs, trees, blobs, files, history and comparison, as GitHub answers.
 */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';

import { startGitHost } from './server.mjs';
import { headOf, rest } from './testing.mjs';

const VPC = 'fabrics/dc-east/managed/vpcs/vpc-web.yaml';

/** @type {import('./server.mjs').GitHost} */
let host;
before(async () => {
  host = await startGitHost();
});
after(() => host.close());

/** @param {Buffer} bytes */
function blobId(bytes) {
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex');
}

test('a branch is found by its ref, a missing one is not', async () => {
  const found = await rest(host, 'GET ~/git/ref/heads/main');
  assert.equal(found.status, 200);
  assert.deepEqual(found.json.object, {
    sha: await headOf(host),
    type: 'commit',
    url: `${host.url}/repos/demo/fabric/git/commits/${await headOf(host)}`,
  });
  const missing = await rest(host, 'GET ~/git/ref/heads/nowhere');
  assert.deepEqual([missing.status, missing.json.message, missing.json.status], [404, 'Not Found', '404']);
  assert.equal((await rest(host, 'GET ~/git/ref/heads/main~1')).status, 404);
  assert.equal((await rest(host, 'GET ~/branches/nowhere')).json.message, 'Branch not found');
});

test('a whole tree is listed in one answer, and each blob has the id of its bytes', async () => {
  const commit = (await rest(host, `GET ~/git/commits/${await headOf(host)}`)).json;
  const tree = (await rest(host, `GET ~/git/trees/${commit.tree.sha}?recursive=1`)).json;
  assert.equal(tree.sha, commit.tree.sha);
  assert.equal(tree.truncated, false);
  const entry = tree.tree.find((/** @type {{ path: string }} */ { path }) => path === VPC);
  const blob = (await rest(host, `GET ~/git/blobs/${entry.sha}`)).json;
  const bytes = Buffer.from(blob.content, 'base64');
  assert.deepEqual([blob.encoding, blob.size, entry.size], ['base64', bytes.length, bytes.length]);
  assert.ok(blob.content.split('\n').every((/** @type {string} */ line) => line.length <= 60));
  assert.equal(blobId(bytes), entry.sha);
  const raw = await rest(host, `GET ~/git/blobs/${entry.sha}`, {
    headers: { Accept: 'application/vnd.github.raw+json' },
  });
  assert.equal(raw.text, bytes.toString('utf8'));
});

test('a tree asked for by commit names the commit, as GitHub does', async () => {
  const head = await headOf(host);
  assert.equal((await rest(host, `GET ~/git/trees/${head}`)).json.sha, head);
  assert.equal((await rest(host, 'GET ~/git/trees/main')).json.sha, head);
});

test('a file is read by path, a directory is a list', async () => {
  const file = (await rest(host, `GET ~/contents/${VPC}`)).json;
  assert.equal(file.type, 'file');
  assert.match(Buffer.from(file.content, 'base64').toString('utf8'), /name: vpc-web/);
  const list = (await rest(host, 'GET ~/contents/fabrics?ref=main')).json;
  assert.deepEqual(
    list.map((/** @type {{ name: string, type: string }} */ { name, type }) => [name, type]),
    [
      ['dc-east', 'dir'],
      ['lab', 'dir'],
    ],
  );
  assert.equal((await rest(host, 'GET ~/contents/no/such')).status, 404);
});

test('history comes page by page with links, and by path', async () => {
  const first = await rest(host, 'GET ~/commits?per_page=1');
  assert.match(first.headers.get('link') ?? '', /[?&]page=2>; rel="next", <.*[?&]page=4>; rel="last"/);
  const last = await rest(host, 'GET ~/commits?per_page=1&page=4');
  assert.match(last.headers.get('link') ?? '', /rel="prev".*rel="first"/);
  assert.equal(last.json[0].commit.message, 'Start the repository\n');
  assert.equal(last.json[0].commit.author.date, '2026-03-02T08:12:40Z');
  const ofFile = await rest(host, `GET ~/commits?path=${VPC}&sha=main`);
  assert.equal(ofFile.json.length, 1);
  const since = await rest(host, 'GET ~/commits?since=2026-04-01T00:00:00Z');
  assert.equal(since.json.length, 1);
});

test('a commit tells its files, and only its id when that is asked for', async () => {
  const head = await headOf(host);
  const full = (await rest(host, 'GET ~/commits/main')).json;
  assert.equal(full.sha, head);
  assert.ok(full.files.every((/** @type {{ status: string }} */ { status }) => status === 'added'));
  const short = await rest(host, 'GET ~/commits/main', { headers: { Accept: 'application/vnd.github.sha' } });
  assert.deepEqual([short.text, short.headers.get('etag')], [head, `"${head}"`]);
});

test('a comparison goes from the last common commit and stops at 300 files', async () => {
  const head = await headOf(host);
  const many = Object.fromEntries(Array.from({ length: 310 }, (_, index) => [`many/${index}.yaml`, `a: ${index}\n`]));
  await host.commit({ branch: 'many', files: { 'fabrics/lab/x.yaml': 'x: 1\n' }, message: 'apart' });
  await host.commit({ branch: 'aside', files: { a: 'b' }, message: 'apart' });
  await rest(host, 'POST ~/git/refs', { body: { ref: 'refs/heads/wide', sha: head } });
  const wide = await host.commit({ branch: 'wide', files: many, message: 'many' });
  const answer = (await rest(host, `GET ~/compare/main...wide`)).json;
  assert.deepEqual([answer.status, answer.ahead_by, answer.behind_by], ['ahead', 1, 0]);
  assert.deepEqual([answer.files.length, answer.commits[0].sha], [300, wide.commit]);
  assert.equal(answer.merge_base_commit.sha, head);
  assert.equal((await rest(host, 'GET ~/compare/wide...main')).json.status, 'behind');
  assert.equal((await rest(host, 'GET ~/compare/main...main')).json.status, 'identical');
  assert.equal((await rest(host, 'GET ~/compare/main...aside')).status, 404);
});

test('a renamed file is a rename with its old name', async () => {
  const from = await headOf(host);
  const moved = await host.teammate({ kind: 'rename-file', path: 'fabrics/dc-east/managed/vpcs/vpc-db.yaml' });
  const [file] = (await rest(host, `GET ~/compare/${from}...${moved.commit}`)).json.files;
  assert.deepEqual(
    [file.status, file.previous_filename, file.filename],
    ['renamed', 'fabrics/dc-east/managed/vpcs/vpc-db.yaml', 'fabrics/dc-east/managed/vpcs/vpc-db-renamed.yaml'],
  );
});

test('a pull request joins two real branches once', async () => {
  await rest(host, 'POST ~/git/refs', { body: { ref: 'refs/heads/hedgerow/1', sha: await headOf(host) } });
  const body = { title: 'Change', head: 'hedgerow/1', base: 'main', body: 'why' };
  const none = await rest(host, 'POST ~/pulls', { body });
  assert.match(none.json.errors[0].message, /^No commits between/);
  const tip = await host.commit({ branch: 'hedgerow/1', files: { 'note.txt': 'x' }, message: 'note' });
  const opened = await rest(host, 'POST ~/pulls', { body });
  assert.deepEqual([opened.status, opened.json.head.sha, opened.json.state], [201, tip.commit, 'open']);
  const again = await rest(host, 'POST ~/pulls', { body });
  assert.equal(again.json.errors[0].message, 'A pull request already exists for demo:hedgerow/1.');
  const listed = await rest(host, 'GET ~/pulls?head=demo:hedgerow/1');
  assert.equal(listed.json[0].number, opened.json.number);
  const missing = await rest(host, 'POST ~/pulls', { body: { ...body, head: 'nowhere' } });
  assert.deepEqual(missing.json.errors, [{ resource: 'PullRequest', field: 'head', code: 'invalid' }]);
});

test('a ref is made once, only for what exists', async () => {
  const sha = await headOf(host);
  const make = (/** @type {object} */ body) => rest(host, 'POST ~/git/refs', { body });
  assert.equal((await make({ ref: 'refs/heads/new', sha })).status, 201);
  assert.equal((await make({ ref: 'refs/heads/new', sha })).json.message, 'Reference already exists');
  assert.equal((await make({ ref: 'refs/heads/other', sha: 'f'.repeat(40) })).json.message, 'Object does not exist');
  assert.equal((await make({ ref: 'heads/other', sha })).status, 422);
  assert.equal((await make({ sha })).json.message, 'Invalid request.\n\n"ref" wasn\'t supplied.');
  assert.equal((await rest(host, 'DELETE ~/git/refs/heads/new')).status, 204);
  assert.equal(
    (await rest(host, 'PATCH ~/git/refs/heads/new', { body: { sha } })).json.message,
    'Reference does not exist',
  );
});

test('an empty repository answers 409 until a file is put into it', async () => {
  await host.addRepository('demo/empty');
  const asked = [
    'GET /repos/demo/empty/git/ref/heads/main',
    'GET /repos/demo/empty/commits',
    'GET /repos/demo/empty/git/trees/main',
  ];
  for (const path of asked) {
    const answer = await rest(host, path);
    assert.deepEqual([answer.status, answer.json.message], [409, 'Git Repository is empty.']);
  }
  const blob = await rest(host, 'POST /repos/demo/empty/git/blobs', { body: { content: 'x' } });
  assert.equal(blob.status, 409);
  const body = { message: 'first', content: Buffer.from('x').toString('base64') };
  assert.equal((await rest(host, 'PUT /repos/demo/empty/contents/a.txt', { body })).status, 201);
  assert.equal((await rest(host, 'GET /repos/demo/empty/git/ref/heads/main')).status, 200);
});

test('an archive is a way to another origin', async () => {
  const answer = await rest(host, 'GET ~/tarball/main');
  assert.equal(answer.status, 302);
  const archive = await fetch(answer.headers.get('location') ?? '');
  assert.equal(archive.headers.get('access-control-allow-origin'), 'https://render.githubusercontent.com');
  assert.deepEqual([...new Uint8Array(await archive.arrayBuffer()).slice(0, 2)], [0x1f, 0x8b]);
});

test('what is no JSON or no route is refused as GitHub does', async () => {
  const url = `${host.url}/repos/${host.repository}/git/refs`;
  const answer = await fetch(url, { method: 'POST', headers: { Authorization: `token ${host.token}` }, body: '{' });
  assert.equal(answer.status, 400);
  assert.match(await answer.text(), /"message":"Problems parsing JSON"/);
  assert.equal((await rest(host, 'GET /nothing/here')).status, 404);
});
