// The merge driver in real repositories: a real `git merge` and a real `git rebase`, clean and conflicting.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { bin, folder, vpc } from './command.mjs';

const file = 'fabric/my vpc.yaml';

/** Makes a repository whose two branches changed one file, with Hedgerow as its merge driver. */
function repository(t, { base, main, topic }) {
  const cwd = folder(t, { [file]: base, '.gitattributes': '*.yaml merge=hedgerow\n' });
  const env = {
    ...process.env,
    ...{ GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null', GIT_EDITOR: 'true' },
    ...{
      GIT_AUTHOR_NAME: 'A',
      GIT_AUTHOR_EMAIL: 'a@example.com',
      GIT_COMMITTER_NAME: 'A',
      GIT_COMMITTER_EMAIL: 'a@example.com',
    },
  };
  const git = (...args) => execFileSync('git', args, { cwd, env, encoding: 'utf8', stdio: 'pipe' });
  const tried = (...args) => spawnSync('git', args, { cwd, env, encoding: 'utf8' });
  const read = () => readFileSync(join(cwd, file), 'utf8');
  const write = (text) => writeFileSync(join(cwd, file), text);
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'merge.hedgerow.name', 'Hedgerow, by meaning');
  const program = `'${process.execPath}' '${bin}'`;
  git('config', 'merge.hedgerow.driver', `${program} merge %O %A %B --path %P --output %A`);
  git('add', '.');
  git('commit', '--quiet', '-m', 'base');
  git('checkout', '--quiet', '-b', 'topic');
  write(topic);
  git('commit', '--quiet', '-am', 'topic');
  git('checkout', '--quiet', 'main');
  write(main);
  git('commit', '--quiet', '-am', 'main');
  return { git, tried, read, write };
}

// Lines beside each other: a merge by lines would ask.
const base = 'spec:\n  vlan: 1001\n  gateway: 10.0.0.1\n';
const main = 'spec:\n  vlan: 1002\n  gateway: 10.0.0.1\n';
const topic = 'spec:\n  vlan: 1001\n  gateway: 10.0.0.9\n';
const both = 'spec:\n  vlan: 1002\n  gateway: 10.0.0.9\n';
const clash = 'spec:\n  vlan: 1003\n  gateway: 10.0.0.9\n';

test('a merge that lines would ask about is clean', (t) => {
  const { git, tried, read } = repository(t, { base, main, topic });
  const { status, stderr } = tried('merge', 'topic', '-m', 'merged');
  assert.equal(status, 0, stderr);
  assert.equal(read(), both);
  assert.equal(git('status', '--porcelain'), '');
});

test('a merge that contradicts leaves the file unmerged, with markers, and can be finished', (t) => {
  const { git, tried, read, write } = repository(t, { base, main, topic: clash });
  const { status, stdout, stderr } = tried('merge', 'topic', '-m', 'merged');
  assert.equal(status, 1);
  assert.match(stdout + stderr, /conflict: spec\.vlan: ours `1002`, theirs `1003`, before `1001`/);
  assert.match(stdout + stderr, /fabric\/my vpc\.yaml: 1 conflict, marked in fabric\/my vpc\.yaml\./);
  assert.equal(git('status', '--porcelain', '-z'), `UU ${file}\0`);
  const marked = [
    'spec:',
    '<<<<<<< ours: spec.vlan',
    '  vlan: 1002',
    '||||||| base',
    '  vlan: 1001',
    '=======',
    '  vlan: 1003',
    '>>>>>>> theirs',
    '  gateway: 10.0.0.9\n',
  ];
  assert.equal(read(), marked.join('\n'));
  write(both);
  git('commit', '--quiet', '-am', 'merged');
  assert.equal(git('status', '--porcelain'), '');
});

test('a rebase is clean', (t) => {
  const { git, tried, read } = repository(t, { base, main, topic });
  const { status, stderr } = tried('rebase', 'main', 'topic');
  assert.equal(status, 0, stderr);
  assert.equal(read(), both);
  assert.equal(git('log', '--format=%s'), 'topic\nmain\nbase\n');
});

test('a rebase that contradicts stops, and goes on once it is decided', (t) => {
  const { git, tried, read, write } = repository(t, { base, main, topic: clash });
  assert.equal(tried('rebase', 'main', 'topic').status, 1);
  // What is rebased is theirs, what it is put on is ours.
  assert.match(read(), /^<<<<<<< ours: spec\.vlan\n {2}vlan: 1002\n/m);
  write(both);
  git('add', '.');
  git('rebase', '--continue');
  assert.equal(read(), both);
  assert.equal(git('log', '--format=%s'), 'topic\nmain\nbase\n');
});

test('a file that both branches add is merged', (t) => {
  const { git, tried, write, read } = repository(t, { base, main, topic });
  git('checkout', '--quiet', '--orphan', 'other');
  write('spec:\n  vlan: 1002\n');
  git('commit', '--quiet', '-am', 'other');
  const { status, stderr } = tried('merge', '--allow-unrelated-histories', 'main', '-m', 'merged');
  assert.equal(status, 0, stderr);
  assert.equal(read(), main);
});

test('a file that is no text is a conflict of Git, with ours left', (t) => {
  const binary = (last) => Buffer.from([0x89, 0xff, 0x00, last]);
  const { git, tried, read } = repository(t, { base: binary(1), main: binary(2), topic: binary(3) });
  const { status, stdout, stderr } = tried('merge', 'topic');
  assert.equal(status, 1);
  assert.match(stdout + stderr, /it is no text/);
  assert.equal(git('status', '--porcelain', '-z'), `UU ${file}\0`);
  assert.equal(read(), binary(2).toString('utf8'));
});

test('branches that merged each other before have a base that can be read', (t) => {
  const { git, tried, read, write } = repository(t, { base, main, topic });
  const [mainHead, topicHead] = ['main', 'topic'].map((name) => git('rev-parse', name).trim());
  git('merge', topicHead, '-m', 'topic into main');
  git('checkout', '--quiet', 'topic');
  git('merge', mainHead, '-m', 'main into topic');
  write(read().replace('10.0.0.9', '10.0.0.7'));
  git('commit', '--quiet', '-am', 'later');
  git('checkout', '--quiet', 'main');
  write(read().replace('1002', '1004'));
  git('commit', '--quiet', '-am', 'later too');
  const { status, stdout, stderr } = tried('merge', 'topic', '-m', 'merged');
  assert.equal(status, 0, stdout + stderr);
  assert.equal(read(), 'spec:\n  vlan: 1004\n  gateway: 10.0.0.7\n');
});

test('branches that merged each other and decided otherwise still contradict', (t) => {
  const { git, tried, read, write } = repository(t, { base, main, topic: clash });
  const [mainHead, topicHead] = ['main', 'topic'].map((name) => git('rev-parse', name).trim());
  tried('merge', topicHead);
  write(both);
  git('commit', '--quiet', '-am', 'topic into main');
  git('checkout', '--quiet', 'topic');
  tried('merge', mainHead);
  write(clash);
  git('commit', '--quiet', '-am', 'main into topic');
  const { status, stdout, stderr } = tried('merge', 'main');
  assert.equal(status, 1);
  assert.match(stdout + stderr, /conflict: spec\.vlan: ours `1003`, theirs `1002`, before `1001`/);
  assert.match(read(), /^<<<<<<< ours: spec\.vlan$/m);
  assert.match(read(), /^ {2}gateway: 10\.0\.0\.9$/m);
});

test('a driver that cannot run is no conflict', (t) => {
  const { git, tried } = repository(t, { base, main, topic: vpc('vpc-1', 1001) });
  git('config', 'merge.hedgerow.driver', `'${process.execPath}' '${bin}' merge %O %A %B --polcy x`);
  const { status, stderr } = tried('merge', 'topic');
  assert.notEqual(status, 0);
  assert.match(stderr, /Did you mean `--policy`\?/);
});
