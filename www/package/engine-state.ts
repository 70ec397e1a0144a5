// Holds the one engine of this page, worker or process, and stands between it and the caller.

import * as engine from './engine.js';
import { HedgerowError, isCrash, toHedgerowError } from './error.js';
import { compile, type Fetcher, type ModuleSource } from './load.js';

/** How to start the engine. */
export interface InitOptions {
  /** Where the engine is, if not in the file beside this script. */
  module?: ModuleSource;
  /** Where its second part is, which `openWorkspace` fetches, if not in the file beside this script. */
  workspace?: ModuleSource;
}

/** Where the engine lies and how to get at it. */
export interface Home {
  engine: () => URL;
  workspace: () => URL;
  fetcher: Fetcher;
}

let started: Promise<void> | undefined;
/** Gets the part of the engine that only a workspace needs, once. */
let startWorkspacePart: () => Promise<void>;
let ready = false;
/** Set once the engine has failed in a way it cannot go on from. */
let broken: HedgerowError | undefined;

/** Makes the `init` of an entry point. */
export function initializer(home: Home): (options?: InitOptions) => Promise<void> {
  return (options = {}) => {
    const unknown = Object.keys(options).find((name) => name !== 'module' && name !== 'workspace');
    if (unknown !== undefined) {
      return Promise.reject(new HedgerowError('bad-request', `init has no option \`${unknown}\``));
    }
    if (started !== undefined) return started;
    const attempt = startFrom(options, home).catch((error: unknown) => {
      // A failed start may be tried again.
      started = undefined;
      throw toHedgerowError(error);
    });
    started = attempt;
    return attempt;
  };
}

async function startFrom(options: InitOptions, home: Home): Promise<void> {
  const module = await compilePart('engine', options, home);
  await engine.default({ module_or_path: module });
  startWorkspacePart = once(async () => {
    await engine.startSecond(await compilePart('workspace', options, home));
  });
  for (const exported of Object.values(engine)) if (hasMethods(exported)) guardClass(exported);
  ready = true;
}

/** Makes a call wait for the part of the engine that only a workspace needs. */
export function withWorkspacePart<Args extends unknown[], Answer>(
  call: (...args: Args) => Promise<Answer>,
): (...args: Args) => Promise<Answer> {
  return async (...args) => {
    await startWorkspacePart();
    return call(...args);
  };
}

/** Compiles a module, which has to be of the same build as the scripts: its functions are called by number. */
async function compilePart(
  part: 'engine' | 'workspace',
  options: InitOptions,
  home: Home,
): Promise<WebAssembly.Module> {
  const given = part === 'engine' ? options.module : options.workspace;
  const module = await compile(given ?? home[part](), home.fetcher);
  const mark = `${part} of ${engine.build}`;
  if (!WebAssembly.Module.exports(module).some(({ name }) => name === mark)) {
    const message = 'A WebAssembly file is of another version than the scripts: take all files from one package';
    throw new HedgerowError('load-failed', message);
  }
  return module;
}

/** Shares one run between all who ask; a failed one may be tried again. */
function once(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () =>
    (running ??= run().catch((error: unknown) => {
      running = undefined;
      throw error;
    }));
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
