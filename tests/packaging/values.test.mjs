// Values cross between JavaScript and files as what they are, or not at all.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { root } from '../../.ci/step.mjs';

const { edit, init, merge, parse } = await import(join(root, 'pkg', 'node.js'));

before(() => init());

describe('a value', () => {
  test('has a key called __proto__ as a key', () => {
    const [{ value }] = parse('labels: {__proto__: {isAdmin: true}}').documents;
    assert.deepEqual(Object.keys(value.labels), ['__proto__']);
    assert.equal(value.labels.isAdmin, undefined);
    const versions = { base: 'a: {}\n', ours: 'a: {__proto__: {x: 1}}\n', theirs: 'a: {__proto__: {x: 2}}\n' };
    for (const { ours } of merge(versions).conflicts) assert.equal(Object.getPrototypeOf(ours), Object.prototype);
  });

  test('of every kind that JSON has is written', () => {
    const value = { b: [1, 2.5, -3, 'x', null, true], c: {}, left: undefined };
    const { content } = edit('a: 1\n', [{ op: 'set', field: '/a', value }]);
    assert.deepEqual(parse(content).documents[0].value, { a: { b: [1, 2.5, -3, 'x', null, true], c: {} } });
  });

  const odd = { NaN: NaN, Infinity, 'a hole': [undefined], 'a function': () => 1, 'a map': new Map([[1, 2]]) };
  const self = {};
  self.self = self;
  for (const [name, value] of Object.entries({ ...odd, 'a date': new Date(0), 'a big integer': 1n, itself: self })) {
    test(`that is or holds ${name} is refused, and nothing is written`, () => {
      const set = () => edit('a: 1\n', [{ op: 'set', field: '/a', value }]);
      assert.throws(set, { code: 'bad-request', message: 'edits: this is no plain value' });
    });
  }
});
