/** The page as such: what it says when something is wrong, and how it behaves inside another page. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { addressOf, bench, commit, connect, kept, openFabric, moveFront, openVpc, vlanOf } from './bench.mjs';

test('a token that is refused is said beside the form, which takes another', async (t) => {
  const { page, host, address } = await bench(t);
  await page.goto(address);
  await connect(page, 'no-such-token');
  await page.getByRole('alert').getByText(/token/i).first().waitFor();
  assert.equal(await page.getByLabel('Access token').inputValue(), '');
  await connect(page, host.token);
  await page.getByRole('tree', { name: 'Resources by kind' }).waitFor();
});

test('a repository that is not there is said, with what to check', async (t) => {
  const { page, host, site } = await bench(t);
  await page.goto(addressOf(site.url, host, { repository: 'demo/elsewhere' }));
  await connect(page, host.token);
  await page.getByRole('alert').getByText('Check repository, branch and address').waitFor();
});

test('a host that cannot be reached is said, with what to check', async (t) => {
  const { page, host, address } = await bench(t);
  await page.goto(address);
  await page.route(`${host.origin}/**`, (route) => route.abort('connectionrefused'));
  await connect(page, host.token);
  await page.getByRole('alert').getByText('Check the address and the connection').waitFor();
});

test('a directory without resources says so', async (t) => {
  const { page, host, site } = await bench(t);
  await page.goto(addressOf(site.url, host, { directory: 'fabrics/none' }));
  await connect(page, host.token);
  await page.getByText('This directory holds no resources yet.').waitFor();
});

test('errors of our own refuse a commit, and the way past them is offered', async (t) => {
  const { page, host, git, address } = await bench(t);
  const start = git('rev-parse', 'main').trim();
  await moveFront(page, address, host.token, '5000');
  await commit(page, 'A VLAN that cannot be');
  const outcome = page.getByRole('region', { name: 'Outcome' });
  await outcome.getByText('Not committed').waitFor();
  assert.equal(git('rev-parse', 'main').trim(), start);
  await outcome.getByRole('button', { name: 'Commit in spite of the findings' }).click();
  await outcome.getByText('Committed to main').waitFor();
  assert.equal(git('rev-list', '--count', `${start}..main`).trim(), '1');
});

test('a draft that is discarded leaves the file as it is on the branch', async (t) => {
  const { page, host, address } = await bench(t);
  await moveFront(page, address, host.token, '1015');
  await page.getByRole('button', { name: 'Discard draft' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Discard draft' }).click();
  await page.getByRole('button', { name: 'No drafts' }).waitFor();
  assert.equal(await vlanOf(page, 'front').inputValue(), '1010');
});

test('the tree is walked and folded with the keyboard', async (t) => {
  const { page, host, address } = await bench(t);
  await openFabric(page, address, host.token);
  await page.getByRole('treeitem', { name: /^VPC, / }).focus();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('End');
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByRole('form', { name: 'VPC vpc-build' }).waitFor();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await page
    .getByRole('treeitem', { name: /^VPC, / })
    .and(page.locator('[aria-expanded=false]'))
    .waitFor();
  await page.getByRole('searchbox', { name: 'Filter resources' }).fill('leaf-03');
  await page.getByRole('treeitem', { name: 'leaf-03', exact: true }).waitFor();
  assert.equal(await page.getByRole('treeitem', { name: /^VPC, / }).count(), 0);
});

test('inside another page nothing is taken: not its shortcuts, not its styles, not its globals', async (t) => {
  const answers = {
    '/other/index.html':
      '<!doctype html><meta charset="utf-8"><title>Other</title><link rel="stylesheet" href="other.css"><h1>Other page</h1>' +
      '<input id="search" aria-label="Search of the page"><output id="left"></output><div id="here"></div><script type="module" src="other.js"></script>',
    '/other/other.css': '#here { height: 700px; } h1 { color: rgb(1, 2, 3); } button { text-transform: uppercase; }',
    // The hotkey of pages that exempt only their own inputs from it.
    '/other/other.js':
      "import { mount } from '../hedgerow.js';" +
      "addEventListener('keydown', (event) => { if (event.key === '/' && event.target.tagName !== 'INPUT') { event.preventDefault(); document.getElementById('search').focus(); } });" +
      'const before = Object.keys(window);' +
      'const query = new URLSearchParams(location.search);' +
      "const mounted = mount(document.getElementById('here'), { host: { type: 'github', url: query.get('api'), repository: query.get('repository') }, branch: query.get('branch'), directory: query.get('directory'), theme: 'dark' });" +
      "document.getElementById('search').onchange = () => { mounted.unmount(); document.getElementById('left').textContent = JSON.stringify(Object.keys(window).filter((key) => !before.includes(key))); };",
  };
  const { page, host, site } = await bench(t, { answers });
  await openFabric(page, addressOf(`${site.url}other/`, host), host.token);
  await openVpc(page, 'vpc-db');
  await page.getByRole('tab', { name: 'YAML' }).click();
  const text = page.getByRole('textbox', { name: 'YAML of VPC vpc-db' });
  await text.press('ControlOrMeta+Home');
  await page.keyboard.type('# 10.0.0.0/24\n');
  await kept(page);
  assert.match(await text.innerText(), /^# 10\.0\.0\.0\/24\n/);
  assert.equal(await page.getByLabel('Search of the page').inputValue(), '');
  assert.equal(
    await page.getByRole('heading', { name: 'Other page' }).evaluate((heading) => getComputedStyle(heading).color),
    'rgb(1, 2, 3)',
  );

  const search = page.getByLabel('Search of the page');
  await search.fill('done');
  await search.press('Tab');
  await page.getByRole('status').getByText('[]', { exact: true }).waitFor();
  assert.equal(await page.locator('#here').evaluate((here) => here.childNodes.length), 0);
});

test('the token is in no address, no storage and no text of the page', async (t) => {
  const { page, host, address } = await bench(t);
  await moveFront(page, address, host.token, '1015');
  const found = await page.evaluate(async (token) => {
    const places = [
      location.href,
      document.documentElement.outerHTML,
      JSON.stringify(localStorage),
      JSON.stringify(sessionStorage),
      document.cookie,
    ];
    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise((resolve, reject) => {
        const request = indexedDB.open(name);
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
      for (const store of database.objectStoreNames) {
        const all = await new Promise((resolve) => {
          const request = database.transaction(store).objectStore(store).getAll();
          request.onsuccess = () => resolve(request.result);
        });
        places.push(JSON.stringify(all));
      }
      database.close();
    }
    return places.filter((place) => place.includes(token)).length;
  }, host.token);
  assert.equal(found, 0);
  assert.deepEqual(
    host.log().filter(({ path, query, body }) => `${path}${query}${body}`.includes(host.token)),
    [],
  );
});

test('the focus goes on with the user: to the tree that was opened, and back to the message that was sent', async (t) => {
  const { page, host, address } = await bench(t);
  await openFabric(page, address, host.token);
  const role = () =>
    page.evaluate(() => document.activeElement?.getAttribute('role') ?? document.activeElement?.ariaLabel);
  assert.equal(await role(), 'treeitem');
  await openVpc(page, 'vpc-web');
  await vlanOf(page, 'front').fill('1015');
  await kept(page);
  const message = page.getByRole('textbox', { name: 'Commit message' });
  await message.fill('Move the front');
  await message.press('Enter');
  await page.getByRole('region', { name: 'Outcome' }).getByText('Committed to main').waitFor();
  assert.equal(await role(), 'Commit message');
  assert.equal(await message.inputValue(), '');
});

test('a text that cannot be read is called unreadable, and words of code in messages are set as code', async (t) => {
  const { page, host, address } = await bench(t);
  await openFabric(page, address, host.token);
  await openVpc(page, 'vpc-db');
  await page.getByRole('tab', { name: 'YAML' }).click();
  await page.getByRole('textbox', { name: 'YAML of VPC vpc-db' }).press('ControlOrMeta+Home');
  await page.keyboard.type('a: [<img>\nb: `x`\n');
  await kept(page);
  await page.getByRole('treeitem', { name: /^vpc-db, unreadable/ }).waitFor();
  assert.equal(await page.locator('.hr-row-removed').count(), 0);
  const findings = page.getByRole('region', { name: 'Findings' });
  assert.doesNotMatch(await findings.innerText(), /`\w+`/);
  assert.equal(await findings.locator('img').count(), 0);
});

test('the name of the repository is whole in a window of 1100 pixels, also after a commit', async (t) => {
  const { page, host, address } = await bench(t, { viewport: { width: 1100, height: 800 } });
  await moveFront(page, address, host.token, '1015');
  await commit(page, 'Move the front');
  await page.getByRole('region', { name: 'Outcome' }).getByText('Committed to main').waitFor();
  const [shown, whole] = await page
    .locator('.hr-repository')
    .evaluate((name) => [
      Math.min(name.getBoundingClientRect().right, name.parentElement.getBoundingClientRect().right) -
        name.getBoundingClientRect().left,
      name.scrollWidth,
    ]);
  assert.ok(shown >= whole - 1, `${shown} of ${whole} pixels`);
});
