/** Turns a failed call into words for the user and a next step. */

import { EngineFailure } from '../engine.js';
import type { Problem } from './state.js';

export function problemOf(error: unknown): Problem {
  if (!(error instanceof EngineFailure)) {
    const message = error instanceof Error ? error.message : String(error);
    return { code: 'internal', message, help: 'Reload the page. Drafts are kept.' };
  }
  return { code: error.code, message: sentence(error.message), help: helpFor(error.code) };
}

function helpFor(code: string): string {
  switch (code) {
    case 'auth':
    case 'unauthorized':
    case 'bad-token':
      return 'Give a token that may read and write the repository, then connect again.';
    case 'forbidden':
      return 'Ask for the right to this repository, or give another token.';
    case 'not-found':
    case 'no-such-repository':
    case 'no-such-branch':
      return 'Check repository, branch and address. A private repository looks missing to a token without rights.';
    case 'empty-directory':
      return 'Check the fabric directory: it holds no resource.';
    case 'offline':
    case 'network':
    case 'unreachable':
      return 'Check the address and the connection. The host must allow requests from this page (CORS).';
    case 'rate-limit':
      return 'Wait a while, then try again.';
    case 'storage':
    case 'no-storage':
      return 'Allow this page to store data, or export your drafts before you leave.';
    case 'engine-stopped':
      return 'Your drafts are kept. Repeat the last step; reload the page when it happens again.';
    case 'wasm-refused':
      return "Let the page's Content-Security-Policy allow 'wasm-unsafe-eval' in script-src.";
    default:
      return 'Try again. Reload the page when it happens again; drafts are kept.';
  }
}

function sentence(message: string): string {
  const first = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}
