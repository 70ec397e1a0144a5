import assert from 'node:assert/strict';
import { test } from 'node:test';

import { diffLines } from '../../www/src/views/changes.js';

test('lines of a diff carry their numbers on both sides', () => {
  const lines = diffLines(
    '--- a/x\n+++ b/x\n@@ -4,3 +4,4 @@\n keep\n-old\n+new\n+more\n last\n\\ No newline at end of file\n',
  );
  assert.deepEqual(
    lines.map(({ sign, before, after, text }) => [sign, before, after, text]),
    [
      ['hunk', null, null, '@@ -4,3 +4,4 @@'],
      ['same', 4, 4, 'keep'],
      ['removed', 5, null, 'old'],
      ['added', null, 5, 'new'],
      ['added', null, 6, 'more'],
      ['same', 6, 7, 'last'],
      ['note', null, null, 'No newline at the end of the file'],
    ],
  );
});

test('a removed line that looks like a file header is still a line', () => {
  const lines = diffLines('@@ -1,2 +1,1 @@\n--- dashes\n keep\n');
  assert.deepEqual(
    lines.map(({ sign, text }) => [sign, text]),
    [
      ['hunk', '@@ -1,2 +1,1 @@'],
      ['removed', '-- dashes'],
      ['same', 'keep'],
    ],
  );
});

test('an empty diff has no lines', () => {
  assert.deepEqual(diffLines(''), []);
});
