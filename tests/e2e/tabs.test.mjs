/** Several tabs, no connection, a reload or a crash at the wrong time: nothing is lost, and nothing is done twice. */

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import {
  bench,
  changedLines,
  commit,
  connect,
  dist,
  frontDiff,
  kept,
  landed,
  moveFront,
  openFabric,
  openVpc,
  vlanOf,
} from './bench.mjs';

const write = { operation: 'createCommitOnBranch' };

/** Another tab of the same browser, with a VLAN of `vpc` changed there. */
async function otherTab({ context, host, address }, { vpc, subnet, vlan }) {
  const page = await context.newPage();
  await openFabric(page, address, host.token);
  await openVpc(page, vpc);
  await vlanOf(page, subnet).fill(vlan);
  await kept(page);
  return page;
}

/** Waits until the browser keeps a record of this kind. @param {import('./bench.mjs').Page} page */
async function recorded(page, kind) {
  const keys = () =>
    page.evaluate(async () => {
      const asked = (request) =>
        new Promise((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error);
        });
      const database = await asked(indexedDB.open('hedgerow'));
      const all = await asked(database.transaction('records').objectStore('records').getAllKeys());
      database.close();
      return all;
    });
  const until = Date.now() + 10_000;
  while (!(await keys()).some((key) => key.includes(kind))) assert.ok(Date.now() < until, `no ${kind} is kept`);
}

/** A save of which the host has all, and whose answer is on the way. */
async function underWay(t) {
  const { page, host, git, address } = await bench(t);
  const start = git('rev-parse', 'main').trim();
  await moveFront(page, address, host.token, '1015');
  host.fault({ on: write, fault: { type: 'delay', ms: 1500, at: 'answer' } });
  await commit(page, 'Move the web front');
  await arrived(host);
  return { page, host, git, start };
}

/** The messages of the commits since `start`, the oldest first. */
function subjects(git, start) {
  return git('log', '--reverse', '--format=%s', `${start}..main`).trim().split('\n').filter(Boolean);
}

/** Waits until the host has a commit in its hands. */
async function arrived(host) {
  const until = Date.now() + 10_000;
  while (host.log(write).length === 0) {
    assert.ok(Date.now() < until, 'no commit came in');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

for (const other of [
  { vpc: 'vpc-web', subnet: 'cache', vlan: '1025', what: 'the same file' },
  { vpc: 'vpc-build', subnet: 'runners', vlan: '1325', what: 'different files' },
]) {
  test(`two tabs that change ${other.what} and commit at once make one commit each`, async (t) => {
    const site = await bench(t);
    const { page, host, git, address } = site;
    const start = git('rev-parse', 'main').trim();
    await moveFront(page, address, host.token, '1015');
    const second = await otherTab(site, other);
    // A draft belongs to the tab it was made in.
    for (const each of [page, second]) await each.getByRole('button', { name: '1 draft: show diff' }).waitFor();
    await second.getByText('1 draft of another tab').waitFor();
    await Promise.all([commit(page, 'From the first tab'), commit(second, 'From the second tab')]);
    await Promise.all([landed(page), landed(second)]);
    assert.deepEqual(subjects(git, start).toSorted(), ['From the first tab', 'From the second tab']);
    const lines = changedLines(git, start, 'main');
    assert.equal(lines.length, 4);
    for (const line of frontDiff) assert.ok(lines.includes(line), line);
    assert.ok(
      lines.some((line) => line.startsWith('+') && line.includes(`vlan: ${other.vlan}`)),
      lines.join('\n'),
    );
    // Each has seen what the other did.
    const head = git('rev-parse', '--short=8', 'main').trim();
    for (const each of [page, second]) await each.locator('.hr-head').getByText(head).waitFor();
  });
}

test('two tabs that set one field are asked about it, and neither loses what it typed', async (t) => {
  const site = await bench(t);
  const { page, host, git, address } = site;
  const start = git('rev-parse', 'main').trim();
  await moveFront(page, address, host.token, '1015');
  const second = await otherTab(site, { vpc: 'vpc-web', subnet: 'front', vlan: '1016' });
  await commit(page, 'From the first tab');
  await landed(page);
  // The second tab hears of it, and asks before anything is sent.
  await second.getByText('Settle the conflict first').waitFor();
  await second.getByRole('button', { name: 'Conflicts, 1' }).click();
  const conflict = second.getByRole('group', { name: /^Conflict 1 of 1: spec\.subnets\.front\.vlan/ });
  await conflict.waitFor();
  assert.match(await conflict.getByRole('article', { name: 'Ours, your draft' }).innerText(), /\b1016\b/);
  assert.match(await conflict.getByRole('article', { name: 'Theirs, on main' }).innerText(), /\b1015\b/);
  assert.deepEqual(subjects(git, start), ['From the first tab']);
});

test('a tab that is reloaded has its own draft again, and not that of the other', async (t) => {
  const site = await bench(t);
  const { page, host, address } = site;
  await moveFront(page, address, host.token, '1015');
  const second = await otherTab(site, { vpc: 'vpc-build', subnet: 'runners', vlan: '1325' });
  await page.reload();
  await connect(page, host.token);
  for (const each of [page, second]) await each.getByRole('button', { name: '1 draft: show diff' }).waitFor();
  await openVpc(page, 'vpc-web');
  assert.equal(await vlanOf(page, 'front').inputValue(), '1015');
});

test('a draft of a tab that was closed is told of in the one that is left, and in it after a reload', async (t) => {
  const site = await bench(t);
  const { page, host, address } = site;
  await moveFront(page, address, host.token, '1015');
  const second = await otherTab(site, { vpc: 'vpc-build', subnet: 'runners', vlan: '1325' });
  await page.close();
  await second.getByRole('button', { name: 'Sync' }).click();
  await second.getByText('1 draft of another tab').waitFor();
  // It does not go into a commit that nobody has seen it in.
  await second.getByRole('button', { name: '1 draft: show diff' }).waitFor();
  await second.reload();
  await connect(second, host.token);
  await second.getByRole('button', { name: '2 drafts: show diff' }).waitFor();
  assert.equal(await second.getByText('of another tab').count(), 0);
});

test('the drafts of two tabs that are gone are in the next one, also where both changed one file', async (t) => {
  const site = await bench(t);
  const { page, context, host, git, address } = site;
  const start = git('rev-parse', 'main').trim();
  await moveFront(page, address, host.token, '1015');
  const second = await otherTab(site, { vpc: 'vpc-web', subnet: 'cache', vlan: '1025' });
  const third = await context.newPage();
  await Promise.all([page.close(), second.close()]);
  await openFabric(third, address, host.token);
  await openVpc(third, 'vpc-web');
  assert.equal(await vlanOf(third, 'front').inputValue(), '1015');
  assert.equal(await vlanOf(third, 'cache').inputValue(), '1025');
  await commit(third, 'What was left');
  await landed(third);
  assert.deepEqual(subjects(git, start), ['What was left']);
  assert.equal(changedLines(git, start, 'main').length, 4);
});

test('a commit made without a connection lands by itself when there is one again', async (t) => {
  const { page, context, host, git, address } = await bench(t);
  const start = git('rev-parse', 'main').trim();
  await moveFront(page, address, host.token, '1015');
  await context.setOffline(true);
  await commit(page, 'Move the web front');
  const outcome = page.getByRole('region', { name: 'Outcome' });
  await outcome.getByText('Kept, not sent yet').waitFor();
  await page.getByText('Offline').first().waitFor();
  assert.equal(host.log(write).length, 0);
  await context.setOffline(false);
  await landed(page);
  await page.getByText('In step with the branch').waitFor();
  assert.deepEqual(subjects(git, start), ['Move the web front']);
  assert.deepEqual(changedLines(git, start, 'main'), frontDiff);
});

test('without the host a page that is reloaded shows what it knew, and what is committed there lands by itself', async (t) => {
  const { page, context, host, git, address } = await bench(t);
  const start = git('rev-parse', 'main').trim();
  await moveFront(page, address, host.token, '1015');
  await context.route(`${host.origin}/**`, (route) => route.abort('connectionrefused'));
  await page.reload();
  await connect(page, host.token);
  await page.getByText('Offline').first().waitFor();
  await openVpc(page, 'vpc-web');
  assert.equal(await vlanOf(page, 'front').inputValue(), '1015');
  await commit(page, 'Move the web front');
  await page.getByRole('region', { name: 'Outcome' }).getByText('Kept, not sent yet').waitFor();
  await context.unroute(`${host.origin}/**`);
  await landed(page);
  await page.getByText('In step with the branch').waitFor();
  assert.deepEqual(subjects(git, start), ['Move the web front']);
  assert.deepEqual(changedLines(git, start, 'main'), frontDiff);
});

test('a commit that waits in a tab that was closed is sent by the one that is left', async (t) => {
  const site = await bench(t);
  const { page, context, host, git, address } = site;
  const start = git('rev-parse', 'main').trim();
  await moveFront(page, address, host.token, '1015');
  const second = await context.newPage();
  await openFabric(second, address, host.token);
  await context.setOffline(true);
  await commit(page, 'Move the web front');
  await page.getByRole('region', { name: 'Outcome' }).getByText('Kept, not sent yet').waitFor();
  await page.close();
  await context.setOffline(false);
  await second.getByRole('button', { name: 'Sync' }).click();
  await landed(second);
  assert.deepEqual(subjects(git, start), ['Move the web front']);
});

for (const at of ['arrival', 'answer']) {
  test(`a reload in the middle of a commit, on its ${at}, makes one commit`, async (t) => {
    const { page, host, git, address } = await bench(t);
    const start = git('rev-parse', 'main').trim();
    await moveFront(page, address, host.token, '1015');
    host.fault({ on: write, fault: { type: 'delay', ms: 1500, at } });
    await commit(page, 'Move the web front');
    await arrived(host);
    await page.reload();
    await connect(page, host.token);
    await page.getByText('In step with the branch').waitFor();
    await page.getByRole('button', { name: 'No drafts' }).waitFor();
    assert.deepEqual(subjects(git, start), ['Move the web front']);
    assert.deepEqual(changedLines(git, start, 'main'), frontDiff);
  });

  test(`a tab that crashes in the middle of a commit, on its ${at}, makes one commit and loses no draft`, async (t) => {
    const { page, context, host, git, address } = await bench(t);
    const start = git('rev-parse', 'main').trim();
    await moveFront(page, address, host.token, '1015');
    host.fault({ on: write, fault: { type: 'delay', ms: 1500, at } });
    await commit(page, 'Move the web front');
    await arrived(host);
    // What is typed while a commit is on its way belongs to the next one.
    await vlanOf(page, 'cache').fill('1025');
    await recorded(page, '/draft/');
    const gone = page.waitForEvent('crash');
    const devtools = await context.newCDPSession(page);
    devtools.send('Page.crash').catch(() => undefined);
    await gone;

    const next = await context.newPage();
    await openFabric(next, address, host.token);
    await next.getByRole('button', { name: '1 draft: show diff' }).waitFor();
    await openVpc(next, 'vpc-web');
    assert.equal(await vlanOf(next, 'cache').inputValue(), '1025');
    assert.equal(await vlanOf(next, 'front').inputValue(), '1015');
    await commit(next, 'And the cache');
    await landed(next);
    assert.deepEqual(subjects(git, start), ['Move the web front', 'And the cache']);
    assert.equal(changedLines(git, start, 'main').length, 4);
  });
}

test('a worker that is killed in the middle of a commit leaves one commit and no draft behind', async (t) => {
  const { page, host, git, start } = await underWay(t);
  await page
    .workers()[0]
    .evaluate('self.close()')
    .catch(() => undefined);
  await page.reload();
  await connect(page, host.token);
  await page.getByText('In step with the branch').waitFor();
  assert.deepEqual(subjects(git, start), ['Move the web front']);
  await page.getByRole('button', { name: 'No drafts' }).waitFor();
});

test('an engine that breaks in the middle of a commit is replaced, and the commit lands once', async (t) => {
  const { page, git, start } = await underWay(t);
  await vlanOf(page, 'cache').fill('1025');
  await recorded(page, '/draft/');
  await page.workers()[0].evaluate("setTimeout(() => { throw new Error('broken'); })");
  await landed(page);
  await page.getByRole('button', { name: '1 draft: show diff' }).waitFor();
  assert.deepEqual(subjects(git, start), ['Move the web front']);
  assert.deepEqual(changedLines(git, start, 'main'), frontDiff);
  await openVpc(page, 'vpc-web');
  assert.equal(await vlanOf(page, 'cache').inputValue(), '1025');
});

for (const [what, change] of [
  ['gives no storage', "Object.defineProperty(self, 'indexedDB', { value: undefined });"],
  [
    'refuses to open the storage',
    "IDBFactory.prototype.open = () => { throw new DOMException('', 'SecurityError'); };",
  ],
  ['has no room left', "IDBObjectStore.prototype.put = () => { throw new DOMException('', 'QuotaExceededError'); };"],
]) {
  test(`a browser that ${what} is warned of, and commits all the same`, async (t) => {
    const worker = readdirSync(dist).find((name) => /^hedgerow-engine\..*\.js$/.test(name));
    const answers = { [`/${worker}`]: `${change}\n${readFileSync(join(dist, worker), 'utf8')}` };
    const { page, host, git, address } = await bench(t, { answers });
    const start = git('rev-parse', 'main').trim();
    await openFabric(page, address, host.token);
    await openVpc(page, 'vpc-web');
    await vlanOf(page, 'front').fill('1015');
    await page.getByText('A reload would lose your drafts').waitFor();
    await commit(page, 'Move the web front');
    await landed(page);
    assert.deepEqual(subjects(git, start), ['Move the web front']);
  });
}

for (const way of ['reloaded', 'closed', 'left']) {
  test(`a field that is typed just before the page is ${way} is a draft at the next opening`, async (t) => {
    const { page, context, host, address } = await bench(t);
    await openFabric(page, address, host.token);
    await openVpc(page, 'vpc-lab');
    const field = page.getByRole('textbox', { name: /^VLAN of subnet / }).first();
    const name = await field.getAttribute('aria-label');
    await field.focus();
    await field.press('ControlOrMeta+a');
    await page.keyboard.type('1888');
    const next = await gone(page, way, context);
    await openFabric(next, address, host.token);
    await next.getByRole('button', { name: '1 draft: show diff' }).waitFor();
    await openVpc(next, 'vpc-lab');
    assert.equal(await next.getByRole('textbox', { name, exact: true }).inputValue(), '1888');
  });
}

test('a text that is typed just before the page is reloaded is a draft at the next opening', async (t) => {
  const { page, host, address } = await bench(t);
  await openFabric(page, address, host.token);
  await openVpc(page, 'vpc-lab');
  await page.getByRole('tab', { name: 'YAML' }).click();
  const text = page.getByRole('textbox', { name: 'YAML of VPC vpc-lab' });
  await text.press('ControlOrMeta+Home');
  await page.keyboard.type('# asked for on the phone\n');
  await page.reload();
  await connect(page, host.token);
  await page.getByRole('button', { name: '1 draft: show diff' }).waitFor();
  await openVpc(page, 'vpc-lab');
  await page.getByRole('tab', { name: 'YAML' }).click();
  assert.match(await text.innerText(), /^# asked for on the phone\n/);
});

test('what one tab types is not taken by another that opens', async (t) => {
  const site = await bench(t);
  const { page, host, address } = site;
  await openFabric(page, address, host.token);
  await openVpc(page, 'vpc-lab');
  // Put down as it would be while the engine is busy.
  await page.evaluate(() => {
    const set = Storage.prototype.removeItem;
    Storage.prototype.removeItem = function (key) {
      if (!key.startsWith('hedgerow-typed ')) set.call(this, key);
    };
  });
  await page
    .getByRole('textbox', { name: /^VLAN of subnet / })
    .first()
    .fill('1888');
  await kept(page);
  const left = () => page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('hedgerow-typed ')));
  assert.equal((await left()).length, 1);
  const second = await site.context.newPage();
  await openFabric(second, address, host.token);
  await second.getByText('No drafts').waitFor();
  assert.equal((await left()).length, 1);
});

test('where nothing can be put down the browser asks before what was typed is lost', { timeout: 30_000 }, async (t) => {
  const { page, host, address } = await bench(t);
  await page.addInitScript(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
  });
  await openFabric(page, address, host.token);
  await openVpc(page, 'vpc-lab');
  const field = page.getByRole('textbox', { name: /^VLAN of subnet / }).first();
  await field.focus();
  await page.keyboard.type('1');
  const asked = new Promise((resolve) => {
    page.once('dialog', (dialog) => resolve(dialog.type()) ?? dialog.dismiss());
  });
  await page.close({ runBeforeUnload: true });
  assert.equal(await asked, 'beforeunload');
  // It is kept while the user thinks about it, so that nothing is asked any more.
  await kept(page);
});

/** Takes a page away with nothing waited for, and gives the one to go on in. */
async function gone(page, way, context) {
  if (way === 'reloaded') await page.reload();
  else if (way === 'left') await page.goto('about:blank');
  else await page.close();
  return way === 'closed' ? context.newPage() : page;
}
