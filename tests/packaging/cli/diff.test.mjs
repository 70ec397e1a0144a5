// `hedgerow diff`: files and folders, resource by resource.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { folder, hedgerow, vpc } from './command.mjs';

test('two files that say the same do not differ, whatever they look like', async (t) => {
  const cwd = folder(t, { old: 'a: 1\nb: [1, 2]\n', new: '# a comment\nb:\n- 1\n- 2\na: 0x1\n' });
  const { code, out, err } = await hedgerow(cwd, ['diff', 'old', 'new']);
  assert.deepEqual([code, out, err], [0, 'No differences.\n', '']);
});

test('a field that differs is named with both values', async (t) => {
  const cwd = folder(t, { 'old.yaml': vpc('vpc-1', 1001), 'new.yaml': vpc('vpc-1', 1002, '      isolated: true\n') });
  const { code, out } = await hedgerow(cwd, ['diff', 'old.yaml', 'new.yaml']);
  assert.equal(code, 1);
  const shown = [
    '~ VPC vpc-1 (new.yaml)',
    '    + spec.subnets.front.isolated: true',
    '    spec.subnets.front.subnet: "10.10.1.0/24" → "10.10.2.0/24"',
    '    spec.subnets.front.vlan: 1001 → 1002',
    '',
    '1 resource changed.\n',
  ];
  assert.deepEqual(out.split('\n').toSorted(), shown.join('\n').split('\n').toSorted());
});

test('folders: what was added, removed and moved', async (t) => {
  const cwd = folder(t, {
    'old/a.yaml': vpc('a', 1001),
    'old/b.yaml': vpc('b', 1002),
    'new/sub/a.yaml': vpc('a', 1001),
    'new/c.yaml': vpc('c', 1003),
  });
  const { code, out } = await hedgerow(cwd, ['diff', 'old', 'new/']);
  assert.equal(code, 1);
  assert.match(out, /^> VPC a \(a\.yaml → sub\/a\.yaml\)$/m);
  assert.match(out, /^- VPC b \(b\.yaml\)$/m);
  assert.match(out, /^\+ VPC c \(c\.yaml\)$/m);
  assert.match(out, /\n1 resource added, 1 resource removed, 1 resource moved\.\n$/);
  assert.equal((await hedgerow(cwd, ['diff', 'old', 'old'])).code, 0);
});

test('--json prints the answer', async (t) => {
  const cwd = folder(t, { old: vpc('a', 1001), new: vpc('a', 1002) });
  const { code, out } = await hedgerow(cwd, ['diff', '--json', 'old', 'new']);
  const { changes, findings } = JSON.parse(out);
  assert.deepEqual([code, changes.length, findings], [1, 1, []]);
  assert.ok(
    changes[0].leaves.some(
      ({ field, before, after }) => field === '/spec/subnets/front/vlan' && before === 1001 && after === 1002,
    ),
  );
});

test('a side from standard input', async (t) => {
  const cwd = folder(t, { 'new.yaml': 'a: 2\n' });
  const { code, out } = await hedgerow(cwd, ['diff', '-', 'new.yaml'], { input: 'a: 1\n' });
  assert.equal(code, 1);
  assert.match(out, /a: 1 → 2/);
});

test('what is broken is said beside the differences, and never passes for the same', async (t) => {
  const cwd = folder(t, {
    'old.yaml': 'a: 1\nb: *no\n',
    'new.yaml': 'a: 2\nb: *no\n',
    'other.yaml': 'a: 1 # x\nb: *no\n',
  });
  const differ = await hedgerow(cwd, ['diff', 'old.yaml', 'new.yaml']);
  assert.equal(differ.code, 1);
  assert.match(differ.err, /^new\.yaml:2:4: error: /m);
  const unsure = await hedgerow(cwd, ['diff', 'old.yaml', 'other.yaml']);
  assert.deepEqual([unsure.code, unsure.out], [2, '']);
  assert.match(unsure.err, /What is no YAML cannot be compared/);
  assert.equal((await hedgerow(cwd, ['diff', 'old.yaml', 'old.yaml'])).code, 0);
});

for (const [what, args, message] of [
  [
    'a folder and a file',
    ['.', 'a.yaml'],
    /`\.` is a folder and `a\.yaml` is a file\. Name two folders, or two files\./,
  ],
  ['no such file', ['a.yaml', 'b.yaml'], /There is no file or folder `b\.yaml`/],
]) {
  test(`${what} is said with a next step`, async (t) => {
    const { code, out, err } = await hedgerow(folder(t, { 'a.yaml': 'a: 1\n' }), ['diff', ...args]);
    assert.deepEqual([code, out], [2, '']);
    assert.match(err, message);
  });
}
