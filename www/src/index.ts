/**
 * The page's one entry: shows Hedgerow inside an element of any page.
 *
 * **Invariant:** changes nothing outside the element it is given, and finds
 * its worker, wasm and styles beside itself.
 */

import { createClient } from './client.js';
import { HOST_TYPES } from './engine.js';
import type { Target } from './engine.js';
import { keepToken } from './git/transport.js';
import { openJournal } from './journal.js';
import { openVault } from './git/vault.js';
import type { TokenSource } from './git/transport.js';
import type { HostType } from './shapes.js';
import { createApp } from './app.js';

export interface MountOptions {
  /** What the form to connect starts with. */
  readonly host?: { readonly type?: HostType; readonly url?: string; readonly repository?: string };
  readonly branch?: string;
  readonly directory?: string;
  /** Gives the token at each need; without it the user types one. */
  readonly token?: TokenSource;
  /** `open` connects at once. Default `ask`. */
  readonly start?: 'ask' | 'open';
  /** Default `auto`: as the system says. */
  readonly theme?: 'auto' | 'light' | 'dark';
}

export interface Mounted {
  /** Takes the page away. Drafts stay where they are kept. */
  unmount(): void;
}

/** Shows the page inside `element`, which gives it its size. */
export function mount(element: HTMLElement, options: MountOptions = {}): Mounted {
  const keeper = keepToken(options.token, options.token === undefined ? openVault() : null);
  const styles = document.createElement('link');
  styles.rel = 'stylesheet';
  styles.href = new URL('./page.css', import.meta.url).href;
  element.append(styles);

  const engine = createClient({
    start: () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'hedgerow-engine' }),
    tokenPort: () => keeper.port(),
  });
  const page = createApp(element, {
    engine,
    keeper,
    journal: openJournal(),
    tokenGiven: options.token !== undefined,
    target: targetOf(options),
    start: options.start ?? 'ask',
    theme: options.theme ?? 'auto',
  });
  return {
    unmount() {
      page.end();
      styles.remove();
    },
  };
}

function targetOf({ host, branch, directory }: MountOptions): Target {
  return {
    type: HOST_TYPES.find((type) => type === host?.type) ?? 'github',
    url: host?.url ?? '',
    repository: host?.repository ?? '',
    branch: branch ?? '',
    directory: directory ?? '',
  };
}

export type { HostType, Target, TokenSource };
