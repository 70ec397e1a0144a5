// Brings all sources into the form that `npm run check` asks for.

import { join } from 'node:path';
import { setup } from './setup.mjs';
import { root, run, script } from './step.mjs';

await script(async () => {
  await setup('rust', 'npm');
  await run('cargo', ['fmt']);
  await run(process.execPath, [
    join(root, 'node_modules', 'prettier', 'bin', 'prettier.cjs'),
    ...['--write', '--log-level', 'warn', '.'],
  ]);
});
