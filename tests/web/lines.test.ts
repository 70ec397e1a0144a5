import assert from 'node:assert/strict';
import { test } from 'node:test';

import { difference, linesOf, rejoin } from '../../www/src/editor/lines.js';

function typed(original: string, change: (lines: string[]) => string[]): string {
  return rejoin(original, change([...linesOf(original)]));
}

test('a text that was not changed keeps every line end', () => {
  for (const text of ['', 'a', 'a\n', 'a\r\nb\r\n', 'a\r\nb\nc\rd', '\n\n\r\n', '\r']) {
    assert.equal(
      typed(text, (lines) => lines),
      text,
    );
  }
});

test('a line changed in a Windows file keeps the Windows line ends', () => {
  assert.equal(
    typed('a: 1\r\nb: 2\r\nc: 3\r\n', ([first, , ...rest]) => [first ?? '', 'b: 5', ...rest]),
    'a: 1\r\nb: 5\r\nc: 3\r\n',
  );
});

test('a line put into a Windows file gets its line end', () => {
  assert.equal(
    typed('a: 1\r\nb: 2\r\n', ([first, ...rest]) => [first ?? '', 'new: 0', ...rest]),
    'a: 1\r\nnew: 0\r\nb: 2\r\n',
  );
});

test('a change in a mixed file leaves the other lines as they are', () => {
  assert.equal(
    typed('a\r\nb\nc\r\nd', (lines) => lines.map((line) => (line === 'b' ? 'B' : line))),
    'a\r\nB\nc\r\nd',
  );
  assert.equal(
    typed('a\nb\r\nc\nd\n', (lines) => lines.filter((line) => line !== 'b')),
    'a\nc\nd\n',
  );
});

test('a line end taken away at the end of the file stays away', () => {
  assert.equal(
    typed('a\nb\n', (lines) => lines.slice(0, -1)),
    'a\nb',
  );
});

test('the difference of two texts is the least stretch between what they share', () => {
  assert.deepEqual(difference('vlan: 1000\n', 'vlan: 1100\n'), { from: 7, to: 8, text: '1' });
  assert.deepEqual(difference('abc', 'abc'), { from: 3, to: 3, text: '' });
  assert.deepEqual(difference('aa', 'a'), { from: 1, to: 2, text: '' });
});
