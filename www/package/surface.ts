// What both entry points export beside their `init`.

export * from './calls.js';
export type * from './engine-types.js';
export type { InitOptions } from './engine-state.js';
export { HedgerowError } from './error.js';
export type { ModuleSource } from './load.js';
