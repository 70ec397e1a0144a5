// Holds the one engine of this page, worker or process, and stands between it and the caller.

import * as engine from './engine.js';
import { HedgerowError, isCrash, toHedgerowError } from './error.js';
import { compile, type Fetcher, type ModuleSource } from './load.js';

/** How to start the engine. */
export interface InitOptions {
  /** Where the engine is, if not in the file beside this script. */
  module?: ModuleSource;
}

let started: Promise<void> | undefined;
let ready = false;
/** Set once the engine has failed in a way it cannot go on from. */
let broken: HedgerowError | undefined;

/** Makes the `init` of an entry point, which knows where its engine lies and how to get at it. */
export function initializer(beside: () => URL, fetcher: Fetcher): (options?: InitOptions) => Promise<void> {
  return (options = {}) => {
    const unknown = Object.keys(options).find((name) => name !== 'module');
    if (unknown !== undefined) {
      return Promise.reject(new HedgerowError('bad-request', `init has no option \`${unknown}\``));
    }
    if (started !== undefined) return started;
    const attempt = startFrom(options, beside, fetcher).catch((error: unknown) => {
      // A failed start may be tried again.
      started = undefined;
      throw toHedgerowError(error);
    });
    started = attempt;
    return attempt;
  };
}

async function startFrom(options: InitOptions, beside: () => URL, fetcher: Fetcher): Promise<void> {
  const module = await compile(options.module ?? beside(), fetcher);
  await engine.default({ module_or_path: module });
  for (const exported of Object.values(engine)) if (hasMethods(exported)) guardClass(exported);
  ready = true;
}

/** Gives an exported function its guard: no call before `init`, and every error a `HedgerowError`. */
export function guard<Call extends (...args: never[]) => unknown>(call: Call): Call {
  const guarded = function (this: unknown, ...args: never[]): unknown {
    if (!ready) {
      throw new HedgerowError('not-initialized', 'The engine is not there yet: call init() and await it first');
    }
    if (broken !== undefined) {
      const message = `The engine stopped earlier and has to be loaded anew, in a new worker: ${broken.message}`;
      throw new HedgerowError('internal', message, { cause: broken });
    }
    try {
      const answer: unknown = Reflect.apply(call, this, args);
      return answer instanceof Promise ? answer.catch(rethrow) : answer;
    } catch (error) {
      return rethrow(error);
    }
  };
  // The parameters and the answer are the call's own.
  return guarded as unknown as Call;
}

const guardedClasses = new WeakSet();

/** Gives every method of a class the guard of `guard`, once. */
export function guardClass<Class extends { prototype: object }>(exported: Class): Class {
  if (guardedClasses.has(exported)) return exported;
  guardedClasses.add(exported);
  const properties = Object.entries(Object.getOwnPropertyDescriptors(exported.prototype));
  for (const [name, property] of properties) {
    if (name === 'constructor' || typeof property.value !== 'function') continue;
    const method = property.value as (...args: never[]) => unknown;
    Object.defineProperty(exported.prototype, name, { ...property, value: guard(method) });
  }
  return exported;
}

/** Of the engine's exports, only what JavaScript holds on to and frees is a class. */
function hasMethods(exported: unknown): exported is { prototype: object } {
  if (typeof exported !== 'function') return false;
  const prototype: unknown = exported.prototype;
  return typeof prototype === 'object' && prototype !== null && 'free' in prototype;
}

function rethrow(thrown: unknown): never {
  const error = toHedgerowError(thrown);
  if (isCrash(thrown)) broken = error;
  throw error;
}
