/**
 * Keeps the token of the Git host and hands it to the worker that asks.
 *
 * **Invariant:** the token is in this closure and in the worker's request
 * header, nowhere else: not in state, not in storage, not in an address.
 */

/** Asks for the token at each need: the user may have typed a new one. */
export type TokenSource = () => string | Promise<string>;

export interface TokenKeeper {
  /** Reads the token out of the field it was typed in, and empties the field. */
  take(field: HTMLInputElement): void;
  /** Makes the way by which one worker asks. */
  port(): MessagePort;
  forget(): void;
}

export type TokenAnswer = { readonly token: string } | { readonly problem: string };

export function keepToken(source: TokenSource | undefined): TokenKeeper {
  let typed: string | null = null;
  const ports = new Set<MessagePort>();

  const answer = async (): Promise<TokenAnswer> => {
    try {
      return { token: typed ?? (await source?.()) ?? '' };
    } catch {
      return { problem: 'The page that embeds this one gave no token' };
    }
  };

  return {
    take(field) {
      const token = field.value.trim();
      if (token !== '') typed = token;
      field.value = '';
    },
    port() {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => void answer().then((token) => port1.postMessage(token));
      ports.add(port1);
      return port2;
    },
    forget() {
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
