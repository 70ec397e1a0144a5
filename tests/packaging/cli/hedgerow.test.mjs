// The command line as a whole: help, versions, misspelt words, and output that nobody reads.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { root } from '../../../.ci/step.mjs';
import { folder, hedgerow, vpc } from './command.mjs';

const { version } = JSON.parse(readFileSync(join(root, 'pkg', 'package.json'), 'utf8'));

describe('help', () => {
  test('the overview names each command', async (t) => {
    const { code, out, err } = await hedgerow(folder(t), ['--help']);
    assert.deepEqual([code, err], [0, '']);
    for (const name of ['validate', 'merge', 'diff', '--version']) assert.match(out, new RegExp(name));
  });

  for (const command of ['validate', 'merge', 'diff']) {
    test(`${command} has its own, with exit codes and examples, however it is asked for`, async (t) => {
      const cwd = folder(t);
      const asked = [
        [command, '--help'],
        [command, '-h'],
        ['help', command],
      ];
      const answers = await Promise.all(asked.map((words) => hedgerow(cwd, words)));
      for (const { code, out, err } of answers) {
        assert.deepEqual([code, err, out], [0, '', answers[0].out]);
        assert.match(out, new RegExp(`^hedgerow ${command} `));
        assert.match(out, /^Ends with 0/m);
      }
    });
  }

  test('only what is there is offered', async (t) => {
    const { out } = await hedgerow(folder(t), ['--help']);
    assert.doesNotMatch(out, /init|check|ingest|migrate/);
    assert.equal((await hedgerow(folder(t), ['ingest', '.'])).code, 2);
  });
});

test('the version is that of the package', async (t) => {
  assert.deepEqual((await hedgerow(folder(t), ['--version'])).out, `${version}\n`);
});

describe('misspelt words', () => {
  for (const [words, code, message] of [
    [['valdiate', 'x'], 2, /no command `valdiate`. Did you mean `validate`\?/],
    [['--hlep'], 2, /no option `--hlep`/],
    [['frobnicate'], 2, /The commands are validate, merge, diff/],
    [['validate', '--formt', 'json', '.'], 2, /no option `--formt`. Did you mean `--format`\?/],
    [['validate', '--drop_unknown', '.'], 2, /Did you mean `--drop-unknown`\?/],
    [['validate', '-x', '.'], 2, /no option `-x`. `hedgerow validate --help` lists/],
    [['validate', '--format', 'sarf', '.'], 2, /no format `sarf`. Did you mean `sarif`\?/],
    [['validate', '--format', 'xml', '.'], 2, /The formats: human, json, github, sarif/],
    [['validate', '--part=yes', '.'], 2, /`--part` takes no value; leave `=yes` out/],
    [['validate', '.', '--settings'], 2, /`--settings` needs a value/],
    [['validate', '--settings', '--part', '.'], 2, /`--settings` needs a value/],
    [['validate'], 2, /needs files or folders/],
    [['merge', 'a', 'b'], 129, /takes three files/],
    [['merge', 'a', 'b', 'c', '--ouput', 'd'], 129, /Did you mean `--output`\?/],
    [['merge', 'a', 'b', 'c', 'd'], 129, /takes three files/],
    [['diff', 'a'], 2, /takes two files, or two folders/],
    [['diff', 'a', 'b', '--jsn'], 2, /Did you mean `--json`\?/],
  ]) {
    test(`hedgerow ${words.join(' ')}`, async (t) => {
      const answer = await hedgerow(folder(t), words);
      assert.equal(answer.code, code);
      assert.equal(answer.out, '');
      assert.match(answer.err, message);
    });
  }

  test('no word at all shows the overview, as an error', async (t) => {
    const { code, out, err } = await hedgerow(folder(t), []);
    assert.deepEqual([code, out], [2, '']);
    assert.match(err, /hedgerow validate/);
  });
});

test('output that is not read to its end ends the program without a word', async (t) => {
  const many = Array.from({ length: 1500 }, (_, at) => vpc(`vpc-${at}`, 1001)).join('\n---\n');
  const cwd = folder(t, { 'many.yaml': many });
  const { code, err } = await hedgerow(cwd, ['validate', 'many.yaml'], { until: 'first' });
  assert.equal(err, '');
  assert.equal(code, 1);
});
