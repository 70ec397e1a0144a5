// Compiles only if the package's types are found and say what they should.

import { HedgerowError, init, version } from 'hedgerow';
import type { InitOptions } from 'hedgerow';

const options: InitOptions = { module: new Uint8Array(8) };
export const started: Promise<void> = init(options);
export const text: string = version();
export const code = (error: unknown): string | undefined => (error instanceof HedgerowError ? error.code : undefined);

// @ts-expect-error -- there is no such option.
void init({ modul: 'engine.wasm' });
// @ts-expect-error -- the version is text.
export const number: number = version();
