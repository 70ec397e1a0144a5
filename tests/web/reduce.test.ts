import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { OpenFile, Overview } from '../../www/src/engine.js';
import type { CommitAnswer, Conflict } from '../../www/src/shapes.js';
import { reduce } from '../../www/src/store/reduce.js';
import { initialState, keyOf } from '../../www/src/store/state.js';
import type { State } from '../../www/src/store/state.js';
import { byKind, matches } from '../../www/src/views/tree.js';

const target = { type: 'github', url: '', repository: 'acme/fabric', branch: '', directory: '' } as const;
const id = { group: 'vpc.githedgehog.com', kind: 'VPC', namespace: 'default', name: 'front' };
const file: OpenFile = { id, path: 'vpcs/front.yaml', text: 'a: 1\n', value: { a: 1 } };
const overview: Overview = {
  branch: 'main',
  status: { state: 'in-step', head: 'c0ffee', drafts: 0, conflicts: 0, outbox: [] },
  rows: [{ id, path: file.path, state: 'clean' }],
  findings: [],
  notChecked: [],
  elsewhere: 0,
  conflicts: [],
  storage: 'indexeddb',
};

function open(): State {
  return [
    { type: 'opened', overview } as const,
    { type: 'reading', key: keyOf(id) } as const,
    { type: 'read', key: keyOf(id), file } as const,
  ].reduce(reduce, initialState(target, false));
}

test('a file that was read after another was picked is not shown', () => {
  const before = reduce(open(), { type: 'reading', key: 'another' });
  assert.equal(reduce(before, { type: 'read', key: keyOf(id), file }), before);
});

test('an answer to an older text says nothing about this one', () => {
  const typing = reduce(reduce(open(), { type: 'typed', revision: 1 }), { type: 'typed', revision: 2 });
  const late = reduce(typing, { type: 'written', revision: 1, file: { ...file, text: 'old' }, overview });
  assert.equal(late.opened.type === 'file' ? late.opened.file.text : '', file.text);
  assert.equal(late.opened.type === 'file' ? late.opened.phase : '', 'typing');
  const now = reduce(typing, { type: 'written', revision: 2, file: { ...file, text: 'new' }, overview });
  assert.equal(now.opened.type === 'file' ? now.opened.file.text : '', 'new');
});

test('progress shows where something runs, and nowhere else', () => {
  const progress = { step: 'files', done: 1, total: 2 };
  const loading = reduce(initialState(target, false), { type: 'opening', target });
  assert.deepEqual(reduce(loading, { type: 'progressed', progress }).phase, { type: 'loading', progress });
  const idle = open();
  assert.equal(reduce(idle, { type: 'progressed', progress }), idle);
});

test('what became of a commit that had to wait is shown, and takes nothing from what is typed or under way', () => {
  const landed = { type: 'landed', commit: 'c0ffee' } as const;
  const typing = reduce(open(), { type: 'message-typed', message: 'The next one' });
  const told = reduce(typing, { type: 'saved', message: 'The first', answer: landed, overview });
  assert.deepEqual([told.save, told.message], [{ type: 'answered', answer: landed }, 'The next one']);
  const sending = reduce(typing, { type: 'sending' });
  const busy = reduce(sending, { type: 'saved', message: 'The first', answer: landed, overview });
  assert.equal(busy.save.type, 'sending');
  // One that came back can be sent again as it was.
  const refused: CommitAnswer = { type: 'refused', reason: 'protected', message: 'no', findings: [], offers: [] };
  const back = reduce(open(), { type: 'saved', message: 'The first', answer: refused, overview });
  assert.deepEqual([back.message, back.pane], ['The first', 'resource']);
});

test('choices for conflicts that are gone go with them', () => {
  const side = { present: true, value: 1 };
  const conflict: Conflict = {
    id: 'a',
    kind: 'modify/modify',
    severity: 'low',
    label: 'x',
    base: side,
    ours: side,
    theirs: side,
    suggestions: [],
  };
  const conflicted = reduce(open(), {
    type: 'looked',
    overview: { ...overview, conflicts: [conflict, { ...conflict, id: 'b' }] },
  });
  const chosen = reduce(conflicted, { type: 'chosen', choice: { conflict: 'a', take: 'ours' } });
  assert.deepEqual(
    [...reduce(chosen, { type: 'looked', overview: { ...overview, conflicts: [conflict] } }).settling.choices.keys()],
    ['a'],
  );
  assert.deepEqual([...reduce(chosen, { type: 'looked', overview }).settling.choices.keys()], []);
});

test('the tree finds by every word of kind, name and path, and sorts VPCs first', () => {
  const row = (kind: string, name: string, group = 'wiring.githedgehog.com') => ({
    id: { group, kind, namespace: 'default', name },
    path: `managed/${name}.yaml`,
    state: 'clean' as const,
  });
  const rows = [row('Switch', 'leaf-10'), row('Switch', 'leaf-2'), row('VPC', 'front', 'vpc.githedgehog.com')];
  assert.deepEqual(
    [...byKind(rows)].map(([kind, of]) => [kind, of.map(({ id: { name } }) => name)]),
    [
      ['VPC', ['front']],
      ['Switch', ['leaf-2', 'leaf-10']],
    ],
  );
  assert.deepEqual(
    rows.filter((each) => matches(each, 'switch 10')).map(({ id: { name } }) => name),
    ['leaf-10'],
  );
});
