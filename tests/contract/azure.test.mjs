// What the engine sends to Azure DevOps is what Azure DevOps documents, written down here as a table of our own.

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import Ajv from 'ajv';
import { problemsOf, requestsTo } from './requests.mjs';

const id = { type: 'string', pattern: '^[0-9a-f]{40}$' };
const head = { type: 'string', pattern: '^refs/heads/.+' };
const object = (properties, optional = []) => ({
  type: 'object',
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: false,
});
const list = (items, sizes = {}) => ({ type: 'array', items, minItems: 1, ...sizes });
const oid = /^[0-9a-f]{40}$/;
const number = /^\d+$/;
const version = { 'api-version': /^7\.1$/ };
const json = /^application\/json$/;

const item = object({ path: { type: 'string', pattern: '^/[^/]' } });
const written = object({ content: { type: 'string' }, contentType: { enum: ['rawtext', 'base64encoded'] } });
const change = {
  oneOf: [
    object({ changeType: { enum: ['add', 'edit'] }, item, newContent: written }),
    object({ changeType: { enum: ['delete'] }, item }),
  ],
};

/** @type {import('./requests.mjs').Operation[]} */
const operations = [
  { name: 'repository', method: 'GET', path: /^$/, query: version, accept: json },
  { name: 'refs', method: 'GET', path: /^\/refs$/, query: { ...version, filter: /^heads\/.+/ }, accept: json },
  {
    name: 'items',
    method: 'GET',
    path: /^\/items$/,
    query: {
      ...version,
      scopePath: /^\//,
      recursionLevel: /^(?:none|oneLevel|full)$/,
      'versionDescriptor.version': /./,
      'versionDescriptor.versionType': /^(?:branch|commit)$/,
    },
    accept: json,
  },
  {
    name: 'tree',
    method: 'GET',
    path: /^\/trees\/[0-9a-f]{40}$/,
    query: { ...version, recursive: /^true$/ },
    accept: json,
  },
  {
    name: 'blob',
    method: 'GET',
    path: /^\/blobs\/[0-9a-f]{40}$/,
    query: { ...version, $format: /^octetstream$/ },
    accept: /^application\/octet-stream$/,
  },
  {
    name: 'blobs',
    method: 'POST',
    path: /^\/blobs$/,
    query: { ...version, $format: /^zip$/ },
    accept: /^application\/zip$/,
    body: list(id),
  },
  {
    name: 'diffs',
    method: 'GET',
    path: /^\/diffs\/commits$/,
    query: {
      ...version,
      baseVersion: oid,
      baseVersionType: /^commit$/,
      targetVersion: /./,
      targetVersionType: /^(?:branch|commit)$/,
      diffCommonCommit: /^(?:true|false)$/,
      $top: number,
      $skip: number,
    },
    required: ['baseVersion', 'targetVersion'],
    accept: json,
  },
  { name: 'commit', method: 'GET', path: /^\/commits\/[0-9a-f]{40}$/, query: version, accept: json },
  {
    name: 'commits',
    method: 'GET',
    path: /^\/commits$/,
    query: {
      ...version,
      'searchCriteria.itemVersion.version': /./,
      'searchCriteria.itemVersion.versionType': /^(?:branch|commit)$/,
      'searchCriteria.itemPath': /^\//,
      $top: number,
      $skip: number,
    },
    accept: json,
  },
  {
    name: 'push',
    method: 'POST',
    path: /^\/pushes$/,
    query: version,
    accept: json,
    body: object({
      refUpdates: list(object({ name: head, oldObjectId: id }), { maxItems: 1 }),
      commits: list(object({ comment: { type: 'string', minLength: 1 }, changes: list(change) }), { maxItems: 1 }),
    }),
  },
  {
    name: 'pullrequests',
    method: 'GET',
    path: /^\/pullrequests$/,
    query: {
      ...version,
      'searchCriteria.status': /^(?:all|active|abandoned|completed)$/,
      'searchCriteria.sourceRefName': /^refs\/heads\/.+/,
      'searchCriteria.targetRefName': /^refs\/heads\/.+/,
    },
    accept: json,
  },
  {
    name: 'new pull request',
    method: 'POST',
    path: /^\/pullrequests$/,
    query: version,
    accept: json,
    body: object({
      sourceRefName: head,
      targetRefName: head,
      title: { type: 'string', minLength: 1 },
      description: { type: 'string', maxLength: 4000 },
    }),
  },
].map((operation) => ({ ...operation, required: ['api-version', ...(operation.required ?? [])] }));

describe('Azure DevOps', () => {
  let requests = [];
  before(async () => {
    requests = await requestsTo('Azure');
  });

  test('takes every request, and each kind is sent', () => {
    assert.ok(requests.length > 100, `only ${requests.length} requests were seen`);
    const seen = new Set();
    const contract = { base: '/acme/fabric/_apis/git/repositories/fabric', operations, ajv: new Ajv(), seen };
    assert.deepEqual([...new Set(requests.flatMap((request) => problemsOf(request, contract)))], []);
    assert.deepEqual([...seen].toSorted(), operations.map(({ name }) => name).toSorted());
  });

  test('is not sent what it does not know', () => {
    const ajv = new Ajv();
    const contract = { base: '/acme', operations, ajv, seen: new Set() };
    const ask = (method, path, body = null) =>
      problemsOf(
        { method, url: new URL(`https://dev.azure.com/acme${path}`), headers: { accept: 'application/json' }, body },
        contract,
      );
    assert.deepEqual(ask('GET', '/refs?filter=heads/main'), ['refs: api-version is left out']);
    assert.deepEqual(ask('GET', '/stats?api-version=7.1'), ['there is no GET /stats']);
    const push = { refUpdates: [{ name: 'main', oldObjectId: '' }], commits: [] };
    assert.equal(ask('POST', '/pushes?api-version=7.1', push).length, 1);
  });
});
