/** A token is kept where the user says, and goes nowhere else. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { startGitHost } from '../githost/server.mjs';
import { addressOf, bench, commit, connect, landed, moveFront, vlanOf } from './bench.mjs';

/** @typedef {import('./bench.mjs').Page} Page */

/** @param {Page} page */
const tree = (page) => page.getByRole('tree', { name: 'Resources by kind' });
/** @param {Page} page */
const box = (page) => page.getByRole('checkbox', { name: /^Keep the token on this machine/ });
/** @param {Page} page */
const forget = (page) => page.getByRole('button', { name: /^Forget the token for GitHub at / });

/** Opens the fabric and has the token kept. */
async function keepToken(page, address, token) {
  await page.goto(address);
  await box(page).check();
  await connect(page, token);
  await tree(page).waitFor();
  await stored(page, 1);
}

/** Waits until so many tokens are kept. @param {Page} page @param {number} number */
async function stored(page, number) {
  const until = Date.now() + 10_000;
  while ((await everything(page)).tokens.length !== number) assert.ok(Date.now() < until, `${number} tokens are kept`);
}

/** All that the browser stores for the page, as text; buffers as the bytes they are. @param {Page} page */
function everything(page) {
  return page.evaluate(async () => {
    const asked = (request) =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const bytes = (value) => {
      if (value instanceof ArrayBuffer) return new TextDecoder('latin1').decode(value);
      if (ArrayBuffer.isView(value)) return new TextDecoder('latin1').decode(value.buffer);
      return value;
    };
    const texts = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie, location.href];
    const tokens = [];
    for (const { name } of await indexedDB.databases()) {
      const database = await asked(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        const keys = await asked(database.transaction(store).objectStore(store).getAllKeys());
        const values = await asked(database.transaction(store).objectStore(store).getAll());
        for (const [index, value] of values.entries()) {
          texts.push(JSON.stringify([keys[index], value], (_, part) => bytes(part)));
          if (name !== 'hedgerow-tokens') continue;
          const raw = await crypto.subtle.exportKey('raw', value.key).then(
            () => 'given out',
            () => 'kept back',
          );
          tokens.push({ place: keys[index], extractable: value.key.extractable, raw });
        }
      }
      database.close();
    }
    return { texts, tokens };
  });
}

test('a token is not kept unless the user wants it', async (t) => {
  const { page, host, address } = await bench(t);
  await page.goto(address);
  assert.equal(await box(page).isChecked(), false);
  await connect(page, host.token);
  await tree(page).waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'Open fabric' }).click();
  await page.getByRole('alert').getByText(/token/i).first().waitFor();
  assert.deepEqual((await everything(page)).tokens, []);
});

test('a token that is kept opens the fabric again, lies there encrypted, and is forgotten when the user says so', async (t) => {
  const { page, host, git, address } = await bench(t);
  const start = git('rev-parse', 'main').trim();
  await keepToken(page, address, host.token);
  const { texts, tokens } = await everything(page);
  assert.deepEqual(tokens, [{ place: `github ${host.url}`, extractable: false, raw: 'kept back' }]);
  for (const hidden of [host.token, btoa(host.token), host.token.slice(0, 12)]) {
    assert.deepEqual(
      texts.filter((text) => text.includes(hidden)),
      [],
    );
  }

  await page.reload();
  await page.getByText('is kept on this machine. It is used unless you type another.').waitFor();
  await page.getByRole('button', { name: 'Open fabric' }).click();
  await tree(page).waitFor();
  await page.getByRole('treeitem', { name: /^vpc-web(,|$)/ }).click();
  await vlanOf(page, 'front').fill('1015');
  await commit(page, 'With the token that was kept');
  await landed(page);
  assert.equal(git('rev-list', '--count', `${start}..main`).trim(), '1');

  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await forget(page).click();
  await forget(page).waitFor({ state: 'detached' });
  await stored(page, 0);
  await page.getByRole('button', { name: 'Open fabric' }).click();
  await page.getByRole('alert').getByText(/token/i).first().waitFor();
});

test('a token that is refused is not kept', async (t) => {
  const { page, address } = await bench(t);
  await page.goto(address);
  await box(page).check();
  await connect(page, 'no-such-token');
  await page.getByRole('alert').getByText(/token/i).first().waitFor();
  assert.deepEqual((await everything(page)).tokens, []);
});

test('a token goes to no other address than the one it was typed or kept for', async (t) => {
  const other = await startGitHost({});
  t.after(() => other.close());
  const { page, host, site, address } = await bench(t, { origins: [other.origin] });
  await keepToken(page, address, host.token);
  // In memory, after a try that failed.
  await page.goto(addressOf(site.url, host, { repository: 'demo/elsewhere' }));
  await connect(page, host.token);
  await page.getByRole('alert').getByText('Check repository, branch and address').waitFor();
  await page.getByLabel('Repository').fill(host.repository);
  await page.getByLabel('API address').fill(other.url);
  await page.getByRole('button', { name: 'Open fabric' }).click();
  await page.getByRole('alert').getByText(/token/i).first().waitFor();
  // Kept, with the other address from the start.
  await page.goto(addressOf(site.url, host, { api: other.url }));
  await page.getByRole('button', { name: 'Open fabric' }).click();
  await page.getByRole('alert').first().waitFor();
  assert.deepEqual(other.requests.carriers(host.token), []);
  assert.ok(host.requests.carriers(host.token).length > 0);
});

test('a token that is kept and runs out is replaced by the one that is typed then', async (t) => {
  const { page, host, git, address } = await bench(t);
  const start = git('rev-parse', 'main').trim();
  await keepToken(page, address, host.token);
  await page.reload();
  await page.getByRole('button', { name: 'Open fabric' }).click();
  await tree(page).waitFor();
  await page.getByRole('treeitem', { name: /^vpc-web(,|$)/ }).click();
  await vlanOf(page, 'front').fill('1015');
  host.accounts.change(host.token, { state: 'expired' });
  await commit(page, 'Move the web front');
  const form = page.getByRole('form', { name: 'New token' });
  await form.getByLabel('New token').fill(host.tokens.classic);
  assert.equal(await form.getByRole('checkbox').isChecked(), false);
  await form.getByRole('button', { name: 'Use this token' }).click();
  await landed(page);
  assert.equal(git('rev-list', '--count', `${start}..main`).trim(), '1');
  // The old one is of no use, and the new one was not to be kept.
  await stored(page, 0);
});

test('a fabric that was closed can be opened again', async (t) => {
  const { page, host, address } = await bench(t);
  await moveFront(page, address, host.token, '1015');
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await connect(page, host.token);
  await tree(page).waitFor();
  await page.getByRole('button', { name: '1 draft: show diff' }).waitFor();
});
