// Whatever the engine throws reaches the caller as a HedgerowError.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { root } from '../../.ci/step.mjs';

const pkg = join(root, 'pkg');
const { HedgerowError, init } = await import(join(pkg, 'node.js'));
const { guard, guardClass } = await import(join(pkg, 'engine-state.js'));

/** What the engine throws: an object with a code. */
const thrown = Object.assign(new Error('the field is missing'), { code: 'no-such-field', details: { field: '/spec' } });

before(() => init());

describe('a guarded call', () => {
  test('passes arguments and answer through', () => {
    assert.equal(guard((a, b) => a + b)(2, 3), 5);
  });

  test('turns what is thrown into our error with code, message, details and cause', () => {
    const call = guard(() => {
      throw thrown;
    });
    assert.throws(call, (error) => {
      assert.ok(error instanceof HedgerowError && error instanceof Error);
      assert.deepEqual(
        [error.name, error.code, error.message],
        ['HedgerowError', 'no-such-field', 'the field is missing'],
      );
      assert.deepEqual(error.details, { field: '/spec' });
      assert.equal(error.cause, thrown);
      return true;
    });
  });

  test('turns a rejection into our error', async () => {
    await assert.rejects(guard(() => Promise.reject(thrown))(), { name: 'HedgerowError', code: 'no-such-field' });
  });

  test('leaves our own error as it is', () => {
    const ours = new HedgerowError('bad-request', 'no');
    const call = guard(() => {
      throw ours;
    });
    assert.throws(call, (error) => error === ours);
  });
});

describe('what the glue throws', () => {
  for (const [what, error, expected] of [
    ['a freed object', new Error('null pointer passed to rust'), { code: 'bad-request', message: /freed/ }],
    ['an argument of the wrong kind', new TypeError('no such kind'), { code: 'bad-request', message: /no such kind/ }],
    ['anything else', new Error('odd'), { code: 'internal', message: /odd/ }],
    ['no error at all', 'odd text', { code: 'internal', message: /odd text/ }],
  ]) {
    test(`${what} is one bad call, not the end of the engine`, () => {
      const call = guard(() => {
        throw error;
      });
      assert.throws(call, { name: 'HedgerowError', ...expected });
      assert.equal(guard(() => 5)(), 5);
    });
  }
});

test('the methods of a guarded class throw our errors and keep their object', () => {
  class Engine {
    #value = 7;
    value() {
      return this.#value;
    }
    fail() {
      throw thrown;
    }
  }
  guardClass(Engine);
  const guarded = Engine.prototype.value;
  guardClass(Engine);
  assert.equal(Engine.prototype.value, guarded, 'guarded once');
  assert.equal(new Engine().value(), 7);
  assert.throws(() => new Engine().fail(), { name: 'HedgerowError', code: 'no-such-field' });
});

// The last test, for there is no way back from here.
test('after a crash every call says that the engine has to be loaded anew', () => {
  const crash = guard(() => {
    throw new WebAssembly.RuntimeError('unreachable');
  });
  assert.throws(crash, { name: 'HedgerowError', code: 'internal', message: /unreachable/ });
  assert.throws(
    guard(() => 5),
    { name: 'HedgerowError', code: 'internal', message: /new worker.*unreachable/ },
  );
});
