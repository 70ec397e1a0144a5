/**
 * Reading through GraphQL: one query for the start, many blobs in one request, and errors that are no status.
 */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { GraphqlSyntaxError, readDocument } from './github/graphql/read.mjs';
import { startGitHost } from './server.mjs';
import { fileAt, graphql, headOf, rest, saveByGraphql } from './testing.mjs';

/** @type {import('./server.mjs').GitHost} */
let host;
before(async () => {
  host = await startGitHost();
});
after(() => host.close());

const VPC = 'fabrics/dc-east/managed/vpcs/vpc-web.yaml';

test('one query tells all that is needed at the start', async () => {
  const query = `
    query Start($owner: String!, $name: String!, $branch: String!) {
      repository(owner: $owner, name: $name) {
        id isEmpty isArchived viewerPermission
        defaultBranchRef { name }
        ref(qualifiedName: $branch) {
          name prefix
          target { __typename oid ... on Commit { tree { oid } } }
          refUpdateRule { viewerCanPush requiresSignatures requiredApprovingReviewCount }
        }
      }
      rateLimit { limit remaining cost }
    }`;
  const variables = { owner: 'demo', name: 'fabric', branch: 'refs/heads/main' };
  const { json } = await graphql(host, query, variables);
  const commit = await host.hosted().git.commit('refs/heads/main');
  assert.deepEqual(json.data.repository, {
    id: (await rest(host, 'GET ~')).json.node_id,
    isEmpty: false,
    isArchived: false,
    viewerPermission: 'WRITE',
    defaultBranchRef: { name: 'main' },
    ref: {
      name: 'main',
      prefix: 'refs/heads/',
      target: { __typename: 'Commit', oid: commit?.oid, tree: { oid: commit?.tree } },
      refUpdateRule: null,
    },
  });
  assert.equal(json.data.rateLimit.limit, 5000);
  const reader = await graphql(host, query, variables, { token: host.tokens.read });
  assert.equal(reader.json.data.repository.viewerPermission, 'READ');
});

test('many blobs come in one request under names of the asker', async () => {
  const tree = (await rest(host, 'GET ~/git/trees/main?recursive=1')).json.tree;
  const blobs = tree.filter((/** @type {{ type: string }} */ { type }) => type === 'blob');
  const parts = blobs.map(
    (/** @type {{ sha: string }} */ { sha }, /** @type {number} */ index) =>
      `b${index}: object(oid: "${sha}") { ...B }`,
  );
  const query = `query { repository(owner: "demo", name: "fabric") { ${parts.join(' ')} } }
    fragment B on Blob { oid text byteSize isTruncated isBinary }`;
  const { json } = await graphql(host, query);
  assert.equal(Object.keys(json.data.repository).length, blobs.length);
  for (const [index, { sha, size, path }] of blobs.entries()) {
    const blob = json.data.repository[`b${index}`];
    assert.deepEqual([blob.oid, blob.byteSize, blob.isTruncated, blob.isBinary], [sha, size, false, false]);
    assert.equal(blob.text, await fileAt(host, path));
  }
});

test('an object is found by expression, and a directory by nesting', async () => {
  const query = `{ repository(owner: "demo", name: "fabric") {
      file: object(expression: "main:${VPC}") { ... on Blob { text } }
      directory: object(expression: "main:fabrics/lab/managed/vpcs") {
        ... on Tree { entries { name type mode object { ... on Blob { byteSize } } } }
      }
      missing: object(expression: "main:no/such") { oid }
    } }`;
  const { repository } = (await graphql(host, query)).json.data;
  assert.equal(repository.file.text, await fileAt(host, VPC));
  const text = await fileAt(host, 'fabrics/lab/managed/vpcs/vpc-play.yaml');
  assert.deepEqual(repository.directory.entries, [
    { name: 'vpc-play.yaml', type: 'blob', mode: 0o100644, object: { byteSize: text?.length } },
  ]);
  assert.equal(repository.missing, null);
});

test('what is binary, long or huge says so', async () => {
  await host.commit({
    files: { 'odd/long.txt': 'x'.repeat(600_000), 'odd/zero.bin': 'a\0b', 'odd/huge.txt': 'y'.repeat(11_000_000) },
    message: 'Odd files',
  });
  const fields = '... on Blob { byteSize isBinary isTruncated text }';
  const query = `{ repository(owner: "demo", name: "fabric") {
      long: object(expression: "main:odd/long.txt") { ${fields} }
      zero: object(expression: "main:odd/zero.bin") { ${fields} }
      huge: object(expression: "main:odd/huge.txt") { ${fields} }
    } }`;
  const { json } = await graphql(host, query);
  const { long, zero, huge } = json.data.repository;
  assert.deepEqual([long.isTruncated, long.text.length < long.byteSize], [true, true]);
  assert.deepEqual([zero.isBinary, zero.text], [true, null]);
  assert.equal(huge.text, null);
  assert.deepEqual(
    json.errors.map((/** @type {{ path: string[] }} */ { path }) => path),
    [
      ['repository', 'huge', 'isBinary'],
      ['repository', 'huge', 'text'],
    ],
  );
});

test('a commit keeps headline and body, and shows in the history with its parents', async () => {
  const head = await headOf(host);
  const body = 'Because.\n\nHedgerow-Operation: 01J';
  const saved = await saveByGraphql(host, { head, additions: { 'a.yaml': 'a: 1\n' }, headline: 'Headline', body });
  assert.equal(saved.json.errors, undefined);
  const query = `{ repository(owner: "demo", name: "fabric") { ref(qualifiedName: "main") { target { ... on Commit {
      history(first: 2) { totalCount pageInfo { hasNextPage endCursor }
        nodes { oid message messageHeadline tree { oid } parents(first: 1) { nodes { oid } } author { name } committer { name } } }
    } } } } }`;
  const { history } = (await graphql(host, query)).json.data.repository.ref.target;
  assert.equal(history.nodes[0].message, `Headline\n\n${body}`);
  assert.deepEqual(history.nodes[0].parents.nodes, [{ oid: head }]);
  assert.deepEqual([history.nodes[0].author.name, history.nodes[0].committer.name], ['Dana Demo', 'GitHub']);
  assert.deepEqual([history.nodes.length, history.pageInfo.hasNextPage], [2, true]);
});

test('a branch and a pull request are made by two mutations', async () => {
  const repositoryId = (await rest(host, 'GET ~')).json.node_id;
  const made = await graphql(
    host,
    'mutation($input: CreateRefInput!) { createRef(input: $input) { ref { id name } } }',
    {
      input: { repositoryId, name: 'refs/heads/side', oid: await headOf(host) },
    },
  );
  assert.equal(made.json.data.createRef.ref.name, 'side');
  await host.commit({ branch: 'side', files: { b: 'c' }, message: 'side' });
  const pull = await graphql(
    host,
    'mutation($input: CreatePullRequestInput!) { createPullRequest(input: $input) { pullRequest { number url } } }',
    { input: { repositoryId, baseRefName: 'main', headRefName: 'side', title: 'Side' } },
  );
  assert.equal(pull.json.data.createPullRequest.pullRequest.number, 1);
});

test('what the schema does not have is refused whole, with status 200', async () => {
  const answer = await graphql(
    host,
    '{ repository(owner: "demo", name: "fabric") { nmae object(path: "x") { oid } } }',
  );
  assert.equal(answer.status, 200);
  assert.equal(answer.json.data, undefined);
  assert.deepEqual(
    answer.json.errors.map((/** @type {{ message: string }} */ { message }) => message),
    ["Field 'nmae' doesn't exist on type 'Repository'", "Field 'object' doesn't accept argument 'path'"],
  );
  const bad = await graphql(host, 'query($n: String!) { repository(owner: "demo", name: $n) { id } }');
  assert.match(bad.json.errors[0].message, /^Variable \$n of type String! was provided invalid value/);
  const missing = await graphql(host, '{ repository(owner: "demo", name: "nothing") { id } }');
  assert.deepEqual([missing.json.data.repository, missing.json.errors[0].type], [null, 'NOT_FOUND']);
});

test('variables and fragments are held to the schema too', async () => {
  const query = `query Q($a: String, $b: ID!, $c: Int!) {
      repository(owner: $a, name: "fabric") { object(oid: $b) { ...On } name @include(if: $d) }
    }
    fragment On on Ref { name }`;
  const { json } = await graphql(host, query, { a: 'demo', b: 'x', c: 1 });
  assert.deepEqual(json.errors.map((/** @type {{ message: string }} */ { message }) => message).sort(), [
    "Fragment on Ref can't be spread inside GitObject",
    'Type mismatch on variable $a and argument owner (String / String!)',
    'Type mismatch on variable $b and argument oid (ID! / GitObjectID)',
    'Variable $c is declared by Q but not used',
    'Variable $d is used but not declared',
  ]);
});

test('fields of one name are merged, and directives choose', async () => {
  const query = `query($yes: Boolean!) { repository(owner: "demo", name: "fabric") {
      owner { login } owner { id }
      name @include(if: $yes) url @skip(if: $yes)
    } }`;
  const { repository } = (await graphql(host, query, { yes: true })).json.data;
  assert.deepEqual(Object.keys(repository), ['owner', 'name']);
  assert.deepEqual(Object.keys(repository.owner), ['login', 'id']);
});

test('what is not GraphQL is refused with its place', () => {
  assert.throws(
    () => readDocument('{ a {'),
    (error) => error instanceof GraphqlSyntaxError && error.place.column === 6,
  );
  assert.throws(() => readDocument('query {\n  a(b: ?)\n}'), /\[2, 8\]/);
  assert.throws(() => readDocument('{ a '.repeat(200)), /nested too deeply/);
});

test('texts keep their escapes and blocks lose their common indent', () => {
  const { operations } = readDocument(
    '{ a(quoted: "x\\n\\"y\\u00e9", block: """\n    one\n      two\n    """, list: [1, -2.5e1, true, null, RED]) }',
  );
  const [field] = operations[0].selections;
  assert.deepEqual(field.kind === 'field' && field.arguments, [
    ['quoted', { kind: 'literal', value: 'x\n"y\u00e9' }],
    ['block', { kind: 'literal', value: 'one\n  two' }],
    [
      'list',
      {
        kind: 'list',
        items: [
          { kind: 'literal', value: 1 },
          { kind: 'literal', value: -25 },
          { kind: 'literal', value: true },
          { kind: 'literal', value: null },
          { kind: 'enum', name: 'RED' },
        ],
      },
    ],
  ]);
});
