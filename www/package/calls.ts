// What the package exports, one line for each call. The types are the engine's own, made from the Rust code.

import * as engine from './engine.js';
import { guard } from './engine-state.js';

/** The version of the package. */
export const version = /* @__PURE__ */ guard(engine.version);
