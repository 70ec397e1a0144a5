/** What happens to work when the host, the network, the token or the text itself is in trouble. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  bench,
  changedLines,
  commit,
  connect,
  frontDiff,
  kept,
  landed,
  moveFront,
  openFabric,
  openVpc,
  vlanOf,
} from './bench.mjs';

test('a commit without a connection waits, over a reload too, and lands once', async (t) => {
  const { page, context, host, git, address } = await bench(t);
  const start = git('rev-parse', 'main').trim();
  await moveFront(page, address, host.token, '1015');
  await context.route(`${host.origin}/**`, (route) => route.abort('connectionrefused'));
  await commit(page, 'Move the web front');
  const outcome = page.getByRole('region', { name: 'Outcome' });
  await outcome.getByText('Kept, not sent yet').waitFor();
  assert.equal(git('rev-parse', 'main').trim(), start);
  assert.equal(await vlanOf(page, 'front').inputValue(), '1015');

  await context.unroute(`${host.origin}/**`);
  await page.reload();
  await connect(page, host.token);
  await outcome.getByText('1 commit not on the branch yet').waitFor();
  await outcome.getByText(/^Move the web front: /).waitFor();
  await page.getByText('In step with the branch').waitFor();
  assert.equal(git('rev-list', '--count', `${start}..main`).trim(), '1');
  assert.deepEqual(changedLines(git, start, 'main'), frontDiff);
});

test('a token that runs out freezes the commit, and a new one sends it', async (t) => {
  const { page, host, git, address } = await bench(t);
  const start = git('rev-parse', 'main').trim();
  await moveFront(page, address, host.token, '1015');
  host.accounts.change(host.token, { state: 'expired' });
  await commit(page, 'Move the web front');
  const form = page.getByRole('form', { name: 'New token' });
  await form.waitFor();
  assert.equal(git('rev-parse', 'main').trim(), start);

  await form.getByLabel('New token').fill(host.tokens.classic);
  await form.getByRole('button', { name: 'Use this token' }).click();
  await page.getByText('In step with the branch').waitFor();
  assert.equal(git('rev-list', '--count', `${start}..main`).trim(), '1');
  assert.deepEqual(changedLines(git, start, 'main'), frontDiff);
});

test('a branch that takes no direct pushes is said, and a pull request offered', async (t) => {
  const { page, host, git, address } = await bench(t);
  const start = git('rev-parse', 'main').trim();
  host.hosted().protect('main', {});
  await moveFront(page, address, host.token, '1015');
  await commit(page, 'Move the web front');
  const outcome = page.getByRole('region', { name: 'Outcome' });
  await outcome.getByRole('button', { name: 'Open a pull request instead' }).click();
  await outcome.getByText('A pull request is open').waitFor();
  assert.equal(git('rev-parse', 'main').trim(), start);
  const [branch] = git('for-each-ref', '--format=%(refname:short)', '--contains', start, 'refs/heads')
    .split('\n')
    .filter((name) => name !== 'main' && name !== '');
  assert.deepEqual(changedLines(git, start, branch), frontDiff);
});

test('a text that names nothing any more stays a draft that can be mended', async (t) => {
  const { page, host, address } = await bench(t);
  await openFabric(page, address, host.token);
  await openVpc(page, 'vpc-db');
  await page.getByRole('tab', { name: 'YAML' }).click();
  const text = page.getByRole('textbox', { name: 'YAML of VPC vpc-db' });
  await text.press('ControlOrMeta+Home');
  for (let line = 0; line < 3; line += 1) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Shift+End');
  await page.keyboard.type('  nome: vpc-db');
  await kept(page);
  await page.getByRole('button', { name: 'Sync' }).click();
  await page.getByRole('treeitem', { name: /^vpc-web(,|$)/ }).click();
  await page.getByRole('treeitem', { name: /^vpc-db, unreadable/ }).click();
  assert.match(await text.innerText(), /\n {2}nome: vpc-db\n/);
  await text.press('ControlOrMeta+Home');
  for (let line = 0; line < 3; line += 1) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Shift+End');
  await page.keyboard.type('  name: vpc-db');
  await page.getByRole('button', { name: 'No drafts' }).waitFor();
});

test('a resource that is removed goes with the commit, and one that is made comes with it', async (t) => {
  const { page, host, git, address } = await bench(t);
  const start = git('rev-parse', 'main').trim();
  await openFabric(page, address, host.token);
  await page.getByRole('treeitem', { name: /^server-11--vpc-lab--one/ }).click();
  await page.getByRole('button', { name: 'Remove resource' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove resource' }).click();
  await page.getByRole('treeitem', { name: /^server-11--vpc-lab--one, removed/ }).waitFor();
  await page.getByRole('button', { name: 'New VPC' }).click();
  const dialog = page.getByRole('dialog', { name: 'New VPC' });
  await dialog.getByLabel('Name').fill('vpc-new');
  await dialog.getByLabel('VLAN').fill('1600');
  await dialog.getByLabel('CIDR').fill('10.20.90.0/24');
  await dialog.getByRole('button', { name: 'Create draft' }).click();
  await page.getByRole('form', { name: 'VPC vpc-new' }).waitFor();
  await commit(page, 'Swap them');
  await landed(page);
  assert.deepEqual(git('diff', '--name-status', start, 'main').trim().split('\n'), [
    'D\tfabrics/dc-east/managed/vpcattachments/server-11--vpc-lab--one.yaml',
    'A\tfabrics/dc-east/managed/vpcs/vpc-new.yaml',
  ]);
});
