// Takes the picture of the README: the real page, on the demo's fabric, with an edit that the fabric would refuse.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openBrowser } from './browser.mjs';
import { buildPackage, buildPage, hasPage } from './build.mjs';
import { startDemo } from './demo.mjs';
import { setup } from './setup.mjs';
import { Failure, root, script, step } from './step.mjs';

const folder = join(root, 'www', 'pictures');

await script(async () => {
  await setup();
  await buildPackage();
  if (!hasPage()) throw new Failure('There is no page in www/src.');
  await buildPage();
  const demo = await startDemo({ port: 0 });
  const browser = await openBrowser();
  try {
    mkdirSync(folder, { recursive: true });
    for (const theme of ['light', 'dark']) await step(`Picture, ${theme}`, () => picture(browser, demo, theme));
  } finally {
    await browser.close();
    await demo.close();
  }
  console.log(`The pictures are in ${folder}.`);
});

async function picture(browser, demo, colorScheme) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme });
  try {
    await page.goto(demo.page);
    await page.getByLabel('Access token').fill(demo.host.token);
    await page.getByRole('button', { name: 'Open fabric' }).click();
    const kinds = page.getByRole('tree', { name: 'Resources by kind' });
    const vpcs = kinds.getByRole('treeitem', { name: /^VPC, / });
    await vpcs.getByRole('treeitem').first().click();
    const vlan = page.getByRole('table', { name: 'Subnets' }).getByLabel(/VLAN/).first();
    await vlan.fill('5000');
    await page.getByRole('region', { name: 'Findings' }).getByText(/5000/).first().waitFor();
    await page.screenshot({ path: join(folder, `page-${colorScheme}.png`) });
  } finally {
    await page.close();
  }
}
