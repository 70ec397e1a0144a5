/**
 * Keeps the token of the Git host and hands it to the worker that asks.
 *
 * **Invariant:** the token is in this closure and in the worker's request
 * header, and in the vault if the user wants it there; nowhere else: not in
 * state, not in an address. One that was typed for a place goes to no other.
 */

import type { Vault } from './vault.js';

/** Asks for the token at each need: the user may have typed a new one. */
export type TokenSource = () => string | Promise<string>;

export interface TokenKeeper {
  /** Whether a token can be kept on this machine. */
  readonly canKeep: boolean;
  /** Gives tokens for this place from now on; one that is kept for it, if none was typed. */
  use(place: string): Promise<void>;
  /** Reads the token for a place out of the field it was typed in, and empties the field. */
  take(field: HTMLInputElement, place: string): void;
  /** Keeps the token that was typed for a place on this machine, or no longer. */
  keep(place: string, wish: 'keep' | 'forget'): Promise<void>;
  /** The places that tokens are kept for. */
  kept(): Promise<readonly string[]>;
  /** Makes the way by which one worker asks. */
  port(): MessagePort;
  /** Forgets what was typed. */
  forget(): void;
  /** Forgets, and answers nobody any more. */
  end(): void;
}

export type TokenAnswer = { readonly token: string } | { readonly problem: string };

export function keepToken(source: TokenSource | undefined, vault: Vault | null): TokenKeeper {
  let typed: { readonly place: string; readonly token: string } | null = null;
  let used = '';
  const ports = new Set<MessagePort>();

  const answer = async (): Promise<TokenAnswer> => {
    try {
      const own = typed?.place === used ? typed.token : null;
      return { token: own ?? (await source?.()) ?? '' };
    } catch {
      return { problem: 'The page that embeds this one gave no token' };
    }
  };

  return {
    canKeep: vault !== null,
    async use(place) {
      used = place;
      if (typed?.place === place || vault === null) return;
      const token = await vault.find(place);
      if (token !== null) typed = { place, token };
    },
    take(field, place) {
      const token = field.value.trim();
      if (token !== '') typed = { place, token };
      field.value = '';
    },
    async keep(place, wish) {
      if (wish === 'forget') await vault?.forget(place);
      else if (typed?.place === place) await vault?.keep(place, typed.token);
    },
    async kept() {
      return (await vault?.places()) ?? [];
    },
    port() {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => void answer().then((token) => port1.postMessage(token));
      ports.add(port1);
      return port2;
    },
    forget() {
      typed = null;
    },
    end() {
      typed = null;
      for (const port of ports) port.close();
      ports.clear();
    },
  };
}

/** The worker's end: asks the page through `port`, one question at a time. */
export function tokenFrom(port: MessagePort): TokenSource {
  const waiting: { give: (token: string) => void; fail: (error: Error) => void }[] = [];
  port.onmessage = ({ data }: MessageEvent<TokenAnswer>) => {
    const next = waiting.shift();
    if ('token' in data) next?.give(data.token);
    else next?.fail(new Error(data.problem));
  };
  return () =>
    new Promise<string>((give, fail) => {
      waiting.push({ give, fail });
      port.postMessage(null);
    });
}
