/** Reads what the page's address asks for. An address holds no token. */

import { HOST_TYPES } from './engine.js';
import type { MountOptions } from './index.js';

export function optionsFrom(query: URLSearchParams): MountOptions {
  const type = HOST_TYPES.find((known) => known === query.get('host'));
  const theme = (['light', 'dark'] as const).find((known) => known === query.get('theme'));
  return {
    host: {
      ...(type === undefined ? {} : { type }),
      url: query.get('api') ?? '',
      repository: query.get('repository') ?? '',
    },
    branch: query.get('branch') ?? '',
    directory: query.get('directory') ?? '',
    ...(theme === undefined ? {} : { theme }),
  };
}
