/**
 * Keeps tokens in this browser, encrypted, for those who ask for it.
 *
 * Each token has a key of its own, which the browser makes and never gives
 * out, not to this page either. So what lies on the disk is of use in this
 * browser alone.
 *
 * **Invariant:** a token is found only under the place it was kept for.
 */

export interface Vault {
  keep(place: string, token: string): Promise<void>;
  /** Returns the token that is kept for a place; null if there is none. */
  find(place: string): Promise<string | null>;
  forget(place: string): Promise<void>;
  places(): Promise<readonly string[]>;
}

interface Sealed {
  readonly key: CryptoKey;
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly data: ArrayBuffer;
}

const DATABASE = 'hedgerow-tokens';
const STORE = 'tokens';

/** Opens the vault; null where the browser has no keys or no database for this page. */
export function openVault(): Vault | null {
  if (!globalThis.isSecureContext || !('indexedDB' in globalThis)) return null;
  return {
    async keep(place, token) {
      const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
      const iv = crypto.getRandomValues(new Uint8Array(12));
      const data = await crypto.subtle.encrypt(cipher(iv, place), key, new TextEncoder().encode(token));
      const sealed: Sealed = { key, iv, data };
      await inStore('readwrite', (store) => store.put(sealed, place));
    },
    async find(place) {
      const sealed = (await inStore('readonly', (store) => store.get(place))) as Sealed | undefined;
      if (sealed === undefined) return null;
      const { key, iv, data } = sealed;
      return new TextDecoder().decode(await crypto.subtle.decrypt(cipher(iv, place), key, data));
    },
    async forget(place) {
      await inStore('readwrite', (store) => store.delete(place));
    },
    async places() {
      const keys = await inStore('readonly', (store) => store.getAllKeys());
      return keys.filter((key) => typeof key === 'string');
    },
  };
}

/** The place is sealed in, so that a record cannot be moved to another one. */
function cipher(iv: Uint8Array<ArrayBuffer>, place: string): AesGcmParams {
  return { name: 'AES-GCM', iv, additionalData: new TextEncoder().encode(place) };
}

async function inStore<T>(mode: IDBTransactionMode, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const database = await answered(opening);
  try {
    const transaction = database.transaction(STORE, mode);
    const answer = await answered(ask(transaction.objectStore(STORE)));
    if (mode === 'readwrite') await written(transaction);
    return answer;
  } finally {
    database.close();
  }
}

function answered<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((give, fail) => {
    request.onsuccess = () => give(request.result);
    request.onerror = () => fail(request.error ?? new Error('The browser gives no storage'));
  });
}

function written(transaction: IDBTransaction): Promise<void> {
  return new Promise((give, fail) => {
    transaction.oncomplete = () => give();
    transaction.onabort = () => fail(transaction.error ?? new Error('The storage is full'));
  });
}
