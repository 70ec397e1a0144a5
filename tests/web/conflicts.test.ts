import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Conflict, Side } from '../../www/src/shapes.js';
import { canTakeBoth } from '../../www/src/views/conflicts.js';
import { readOwn } from '../../www/src/views/own.js';
import { plain, sideText } from '../../www/src/views/words.js';

function conflict(base: Side, ours: Side, theirs: Side, more: Partial<Conflict> = {}): Conflict {
  return {
    id: 'c',
    kind: 'modify/modify',
    severity: 'medium',
    label: 'spec.x',
    base,
    ours,
    theirs,
    suggestions: [],
    ...more,
  };
}

const value = (of: Side['value']): Side => ({ present: true, ...(of === undefined ? {} : { value: of }) });

test('an own value is read as what the sides are', () => {
  const numbers = conflict(value(1), value(2), value(3));
  assert.deepEqual(readOwn(numbers, ' 1044 '), { conflict: 'c', value: 1044 });
  assert.deepEqual(readOwn(numbers, 'soon'), { conflict: 'c', value: 'soon' });
  const texts = conflict(value('1'), value('2'), value('3'));
  assert.deepEqual(readOwn(texts, '1044'), { conflict: 'c', value: '1044' });
  const flags = conflict(value(true), value(false), { present: false });
  assert.deepEqual(readOwn(flags, 'true'), { conflict: 'c', value: true });
});

test('an own value for a map or a block of text is given as it was written', () => {
  const maps = conflict(value({ a: 1 }), value({ a: 2 }), { present: false });
  assert.deepEqual(readOwn(maps, 'a: 3\n'), { conflict: 'c', text: 'a: 3\n' });
  const block = conflict(value('x'), value('y'), value('z'), { kind: 'text' });
  assert.deepEqual(readOwn(block, ' two\nlines\n'), { conflict: 'c', text: ' two\nlines\n' });
});

test('both sides are offered where that means something', () => {
  assert.equal(canTakeBoth(conflict(value(1), value(2), value(3))), false);
  assert.equal(canTakeBoth(conflict(value([]), value([1]), value([2]))), true);
  assert.equal(canTakeBoth(conflict(value(1), value(2), value(3), { kind: 'semantic' })), true);
  const suggested = { title: 'Keep both', choice: { conflict: 'c', take: 'both' } } as const;
  assert.equal(canTakeBoth(conflict(value(1), value(2), value(3), { suggestions: [suggested] })), true);
});

test('a side is shown as its text, else as its value, else as not there', () => {
  assert.equal(sideText({ present: true, text: '"010"', value: '010' }), '"010"');
  assert.equal(
    sideText(value({ vlan: 7, hosts: ['a', { b: null }], none: {}, list: [] })),
    'vlan: 7\nhosts:\n  - a\n  - b: null\nnone: {}\nlist: []',
  );
  assert.equal(sideText({ present: false }), null);
  assert.equal(plain('a: b'), '"a: b"');
  assert.equal(plain(''), '""');
  assert.equal(plain('010'), '"010"');
  assert.equal(plain('on'), '"on"');
  assert.equal(plain('10.0.1.0/24'), '10.0.1.0/24');
  assert.equal(plain('leaf-01/E1/1'), 'leaf-01/E1/1');
});
