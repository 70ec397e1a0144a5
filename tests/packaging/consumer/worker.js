// A module worker that uses the package.

import { init, version } from 'hedgerow';

init().then(
  () => postMessage(version()),
  (error) => postMessage(String(error)),
);
