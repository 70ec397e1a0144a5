// Installs what is needed, builds, and serves the page with a Git host of its own to try it on.
//
//   npm start [-- --port 8080] [--host github|gitlab|gitea|bitbucket|azure]

import { parseArgs } from 'node:util';
import { buildPackage, buildPage, hasPage } from './build.mjs';
import { startDemo, teammateLines } from './demo.mjs';
import { Failure, script } from './step.mjs';

const usage = 'npm start [-- --port NUMBER] [--host NAME] [--host-port NUMBER]';

await script(async () => {
  const ports = options();
  await buildPackage();
  if (!hasPage()) throw new Failure('There is no page in www/src.');
  await buildPage();
  const { page, host } = await startDemo(ports);
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0));
  const lines = [
    `Hedgerow is ready:  ${page}`,
    ...(host.token ? [`The demo's token:   ${host.token}`] : []),
    `Its Git host:       ${host.url}`,
    ...teammateLines(host),
    'Ctrl-C ends both.',
  ];
  console.log(`\n${lines.join('\n')}\n`);
});

function options() {
  try {
    const port = { type: 'string' };
    const { values } = parseArgs({ options: { port, host: { type: 'string' }, 'host-port': port } });
    const hostArguments = values.host === undefined ? [] : ['--host', values.host];
    return { port: portOf(values.port), hostPort: portOf(values['host-port']), hostArguments };
  } catch (error) {
    throw new Failure(`${error.message} Usage: ${usage}`);
  }
}

function portOf(text) {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65535) throw new Failure(`${text} is no port.`);
  return port;
}
