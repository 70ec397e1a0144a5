// `hedgerow merge`: results, markers, exit codes, and what cannot be merged.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { folder, hedgerow, vpc } from './command.mjs';

const conflicting = { base: vpc('vpc-1', 1001), ours: vpc('vpc-1', 1002), theirs: vpc('vpc-1', 1003) };
const files = ['base', 'ours', 'theirs'];

const merged = async (t, sides, args = []) => {
  const cwd = folder(t, sides);
  return { cwd, ...(await hedgerow(cwd, ['merge', ...files, ...args])) };
};

test('changes of different fields go together, and nothing else is written', async (t) => {
  const base = 'a: 1 # one\nb:   2\n';
  const answer = await merged(t, { base, ours: 'a: 11 # one\nb:   2\n', theirs: 'a: 1 # one\nb:   22\n' });
  assert.deepEqual([answer.code, answer.out, answer.err], [0, 'a: 11 # one\nb:   22\n', '']);
});

test('a contradiction is marked around its field, and said', async (t) => {
  const { code, out, err } = await merged(t, { base: 'x: 1\na: 1\n', ours: 'x: 2\na: 2\n', theirs: 'x: 1\na: 3\n' });
  assert.equal(code, 1);
  assert.equal(out, 'x: 2\n<<<<<<< ours: a\na: 2\n||||||| base\na: 1\n=======\na: 3\n>>>>>>> theirs\n');
  assert.match(err, /^conflict: a: ours `2`, theirs `3`, before `1` \[modify\/modify\]$/m);
  assert.match(err, /^theirs: 1 conflict, marked in standard output\. Decide between the markers/m);
});

test('--path names the file in messages', async (t) => {
  const { err } = await merged(t, conflicting, ['--path', 'fabric/vpc-1.yaml']);
  assert.match(err, /^fabric\/vpc-1\.yaml: 2 conflicts/m);
});

test('--output may be one of the three', async (t) => {
  const { cwd, code, out } = await merged(t, { base: 'a: 1\n', ours: 'a: 2\n', theirs: 'a: 1\nb: 1\n' }, [
    '--output',
    'ours',
  ]);
  assert.deepEqual([code, out], [0, '']);
  assert.equal(readFileSync(join(cwd, 'ours'), 'utf8'), 'a: 2\nb: 1\n');
});

test('a name that begins with a dash is a name', async (t) => {
  const { code, err } = await merged(t, conflicting, ['--path', '-vpc.yaml']);
  assert.equal(code, 1);
  assert.match(err, /^-vpc\.yaml: 2 conflicts/m);
});

for (const [policy, vlan] of [
  ['draft-first', 1002],
  ['gui_wins', 1002],
  ['git-first', 1003],
]) {
  test(`--policy ${policy} leaves nothing open`, async (t) => {
    const { code, out } = await merged(t, conflicting, ['--policy', policy]);
    assert.equal(code, 0);
    assert.match(out, new RegExp(`vlan: ${vlan}`));
    assert.doesNotMatch(out, /<<<<<<</);
  });
}

test('--json prints the answer, and --output still gets the text', async (t) => {
  const { cwd, code, out } = await merged(t, conflicting, ['--json', '--output', 'result']);
  const answer = JSON.parse(out);
  assert.deepEqual([code, answer.type], [1, 'conflicted']);
  assert.deepEqual(
    answer.conflicts.map(({ field }) => field),
    ['/spec/subnets/front/subnet', '/spec/subnets/front/vlan'],
  );
  assert.match(readFileSync(join(cwd, 'result'), 'utf8'), /^<<<<<<< ours: spec\.subnets\.front\.vlan/m);
});

test('the two edits of a contradiction in meaning are both there, one between markers', async (t) => {
  const base = vpc('vpc-1', 1001);
  const subnet = (name, number) => `    ${name}:\n      subnet: 10.10.${number}.0/24\n      vlan: 1050\n`;
  const { code, out, err } = await merged(t, {
    base,
    ours: base + subnet('tills', 50),
    theirs: base + subnet('guests', 51),
  });
  assert.equal(code, 1);
  assert.match(err, /^conflict: .*share a VLAN \[semantic\]$/m);
  const [, ours] = /<<<<<<< ours: [^\n]*\n([\s\S]*?)\|\|\|\|\|\|\|/.exec(out) ?? [];
  assert.equal(ours, subnet('tills', 50));
  assert.equal(out.replace(/<<<<<<< [\s\S]*>>>>>>> theirs\n/, ''), base + subnet('guests', 51));
});

test('a file that one side adds, and one that both take away', async (t) => {
  const cwd = folder(t, { base: 'a: 1\n', ours: 'a: 1\n' });
  const added = await hedgerow(cwd, ['merge', '/dev/null', 'ours', '/dev/null']);
  assert.deepEqual([added.code, added.out], [0, 'a: 1\n']);
  const gone = await hedgerow(cwd, ['merge', 'base', '/dev/null', '/dev/null', '--output', 'ours']);
  assert.deepEqual([gone.code, gone.out], [0, '']);
  assert.ok(!existsSync(join(cwd, 'ours')));
});

test('a side from standard input', async (t) => {
  const cwd = folder(t, { base: 'a: 1\n', ours: 'a: 2\n' });
  assert.equal((await hedgerow(cwd, ['merge', 'base', 'ours', '-'], { input: 'a: 1\nb: 2\n' })).out, 'a: 2\nb: 2\n');
});

describe('bytes', () => {
  test('CR LF stays, in the result and in the markers', async (t) => {
    const crlf = (text) => text.replaceAll('\n', '\r\n');
    const sides = { base: crlf('a: 1\nb: 1\n'), ours: crlf('a: 2\nb: 1\n'), theirs: crlf('a: 3\nb: 2\n') };
    const { out } = await merged(t, sides);
    assert.equal(out.replaceAll('\r\n', ''), out.replaceAll(/[\r\n]/g, ''));
    assert.match(out, /^<<<<<<< ours: a\r\na: 2\r\n/);
  });

  test('UTF-16 stays UTF-16', async (t) => {
    const utf16 = (text) => Buffer.from(`\uFEFF${text}`, 'utf16le');
    const { code, bytes } = await merged(t, {
      base: utf16('a: ä\nb: 1\n'),
      ours: utf16('a: ö\nb: 1\n'),
      theirs: utf16('a: ä\nb: 2\n'),
    });
    assert.equal(code, 0);
    assert.deepEqual(bytes, utf16('a: ö\nb: 2\n'));
  });

  test('what is no text is kept as ours, as a conflict without markers', async (t) => {
    const binary = (last) => Buffer.from([0x89, 0xff, 0x00, last]);
    const { cwd, code, err } = await merged(t, { base: binary(1), ours: binary(2), theirs: binary(3) }, [
      '--output',
      'ours',
    ]);
    assert.equal(code, 1);
    assert.match(err, /it is no text, so ours was kept as it is\. Take theirs, or ours, in whole\./);
    assert.deepEqual(readFileSync(join(cwd, 'ours')), binary(2));
  });

  test('what is no text and changed on one side only is taken from there', async (t) => {
    const binary = (last) => Buffer.from([0x89, 0xff, 0x00, last]);
    const { code, bytes, err } = await merged(t, { base: binary(1), ours: binary(1), theirs: binary(3) });
    assert.deepEqual([code, err], [0, '']);
    assert.deepEqual(bytes, binary(3));
  });

  test('10 MB merge, and go through a pipe whole', async (t) => {
    const many = Array.from({ length: 47_000 }, (_, at) => vpc(`vpc-${at}`, 1001)).join('---\n');
    const end = (vlan) => `---\n${vpc('last', vlan)}`;
    const start = (vlan) => `${vpc('first', vlan)}---\n`;
    const { code, out } = await merged(t, {
      base: start(1001) + many + end(1001),
      ours: start(1002) + many + end(1001),
      theirs: start(1001) + many + end(1003),
    });
    assert.ok(out.length > 9_900_000, `${out.length} bytes`);
    assert.equal(code, 0);
    assert.ok(out === start(1002) + many + end(1003));
  });
});

test('what cannot be read as YAML is said, with its line', async (t) => {
  const { code, out, err } = await merged(t, { base: 'a: 1\nb: 1\n', ours: 'a: 1\nb: [\n', theirs: 'a: 1\nb: 2\n' });
  assert.equal(code, 1);
  assert.match(err, /^conflict: not all can be read as YAML; ours line \d: .*\[parse\]$/m);
  assert.match(out, /^<<<<<<< ours: /m);
});

describe('what cannot run ends with 129, with a next step', () => {
  for (const [what, args, message] of [
    ['a folder', ['base', '.', 'theirs'], /`\.` is a folder; `hedgerow merge` takes files/],
    ['no such file', ['base', 'our', 'theirs'], /There is no file or folder `our`\. Check the path/],
    [
      'no such policy',
      ['base', 'ours', 'theirs', '--policy', 'draft_first'],
      /no policy `draft_first`\. Did you mean `draft-first`\?/,
    ],
    [
      'another policy',
      ['base', 'ours', 'theirs', '--policy', 'newest'],
      /The policies: careful, draft-first, git-first/,
    ],
    [
      'no place to write to',
      ['base', 'ours', 'theirs', '--output', 'no/such/file'],
      /`no\/such\/file` cannot be written: there is no such file/,
    ],
    [
      'a folder to write to',
      ['base', 'ours', 'theirs', '--output', '.'],
      /`\.` cannot be written: it is a folder; name a file/,
    ],
  ]) {
    test(what, async (t) => {
      const { code, out, err } = await hedgerow(folder(t, conflicting), ['merge', ...args]);
      assert.deepEqual([code, out], [129, '']);
      assert.match(err, message);
    });
  }
});
