/**
 * Puts down what is typed where it outlives the page, key by key.
 *
 * A worker's database writes later than a page may die; this storage writes
 * at once. Each page has an entry of its own in it, which others take over
 * when the page is gone: a lock that the page holds says that it is not.
 *
 * **Invariant:** what a living page put down is taken by no other.
 */

import type { Journal, Unkept } from './store/unkept.js';

const PREFIX = 'hedgerow-typed ';

/** Opens the journal. Where pages cannot tell who is gone, each has one by itself, which a reload outlives. */
export function openJournal(): Journal {
  const shared = globalThis.isSecureContext && 'locks' in navigator;
  const storage = storageOf(shared ? 'localStorage' : 'sessionStorage');
  const page = `${PREFIX}${shared ? crypto.randomUUID() : 'page'}`;
  let leave = (): void => undefined;
  if (shared) {
    const here = new Promise<void>((resolve) => (leave = resolve));
    // A page whose browser gives no locks is taken for gone, at worst: then two pages merge one edit.
    navigator.locks.request(page, () => here).catch(() => undefined);
  }

  const journal: Journal = {
    put(fabric, edits) {
      const key = `${page} ${fabric}`;
      try {
        if (edits.length === 0) storage?.removeItem(key);
        else if (storage === null) return 'refused';
        else storage.setItem(key, JSON.stringify(edits));
        return 'put';
      } catch {
        // An older state of what is typed would come back as if it were the last.
        storage?.removeItem(key);
        return 'refused';
      }
    },
    async take(fabric, adopt) {
      if (storage === null) return;
      const move = (key: string): void => {
        const left = read(storage, key);
        if (left.length > 0 && adopt(left) === 'put' && !key.startsWith(`${page} `)) storage.removeItem(key);
      };
      for (const key of Object.keys(storage)) {
        if (!key.startsWith(PREFIX) || !key.endsWith(` ${fabric}`)) continue;
        const owner = key.slice(0, -fabric.length - 1);
        if (owner === page) move(key);
        else if (shared) await navigator.locks.request(owner, { ifAvailable: true }, (lock) => lock && move(key));
      }
    },
    end: () => leave(),
  };
  return journal;
}

/** Returns a storage; null where the browser has none for this page. */
function storageOf(name: 'localStorage' | 'sessionStorage'): Storage | null {
  try {
    return globalThis[name];
  } catch {
    return null;
  }
}

function read(storage: Storage, key: string): readonly Unkept[] {
  try {
    return JSON.parse(storage.getItem(key) ?? '[]') as readonly Unkept[];
  } catch {
    return [];
  }
}
