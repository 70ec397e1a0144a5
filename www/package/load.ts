import { HedgerowError } from './error.js';

/** Where the compiled engine comes from. */
export type ModuleSource = string | URL | Response | BufferSource | WebAssembly.Module;

/** Gets the bytes behind an address. */
export type Fetcher = (address: URL | string) => Promise<Response | BufferSource>;

/** Compiles the engine from wherever it is given. */
export async function compile(source: ModuleSource, fetcher: Fetcher): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  const isAddress = typeof source === 'string' || source instanceof URL;
  const content = isAddress ? await fetchFrom(source, fetcher) : source;
  try {
    return await (isResponse(content) ? compileResponse(content) : WebAssembly.compile(content));
  } catch (error) {
    throw asLoadError(error);
  }
}

/** Gets the engine in a page or a worker. */
export const fetchInBrowser: Fetcher = (address) => fetch(address, { credentials: 'same-origin' });

async function fetchFrom(address: string | URL, fetcher: Fetcher): Promise<Response | BufferSource> {
  try {
    return await fetcher(address);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const details = { url: String(address) };
    throw new HedgerowError('load-failed', `The engine could not be read from ${address}: ${reason}`, {
      details,
      cause,
    });
  }
}

async function compileResponse(response: Response): Promise<WebAssembly.Module> {
  if (!response.ok) {
    const details = { url: response.url, status: response.status };
    throw new HedgerowError(
      'load-failed',
      `The engine could not be read from ${response.url}: the server answered ${response.status}`,
      { details },
    );
  }
  const type = response.headers.get('content-type') ?? '';
  const canStream = type.split(';')[0]?.trim().toLowerCase() === 'application/wasm';
  // Streaming demands this type. Servers that do not know it send the same bytes under another.
  if (canStream && typeof WebAssembly.compileStreaming === 'function') return WebAssembly.compileStreaming(response);
  return WebAssembly.compile(await response.arrayBuffer());
}

function isResponse(content: Response | BufferSource): content is Response {
  return typeof Response === 'function' && content instanceof Response;
}

function asLoadError(cause: unknown): HedgerowError {
  if (cause instanceof HedgerowError) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (/content security policy|\bCSP\b|unsafe-eval/i.test(reason)) {
    return new HedgerowError(
      'blocked-by-csp',
      "The page's Content-Security-Policy forbids WebAssembly: add 'wasm-unsafe-eval' to its script-src",
      { cause },
    );
  }
  return new HedgerowError('load-failed', `The engine could not be compiled: ${reason}`, { cause });
}
