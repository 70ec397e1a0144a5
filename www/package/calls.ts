// What the package exports, one line for each call. The types are the engine's own, made from the Rust code.

import * as engine from './engine.js';
import { guard, guardClass, withWorkspacePart } from './engine-state.js';
import { parse as lazyParse } from './parse.js';

/** The version of the package. */
export const version = /* @__PURE__ */ guard(engine.version);

/** Reads a file. Never throws for what the file holds: that is in the findings. */
export const parse = /* @__PURE__ */ guard(lazyParse);
export type { ParseAnswer, ParsedDocument, ParseOptions } from './parse.js';

/** Changes fields of a file by the least change of its text. */
export const edit = /* @__PURE__ */ guard(engine.edit);

/** Says what the fabric would say about files. */
export const validate = /* @__PURE__ */ guard(engine.validate);

/** Opens a fabric, to validate it again after each edit. */
export const openFabric = /* @__PURE__ */ guard(engine.openFabric);
guardClass(engine.Fabric);

/** Says what differs between two states: per resource, and in it per field. */
export const diff = /* @__PURE__ */ guard(engine.diff);

/** Merges three versions of one file by meaning. */
export const merge = /* @__PURE__ */ guard(engine.merge);

/** Merges the files of three versions; a change follows its resource to another file. */
export const mergeFiles = /* @__PURE__ */ guard(engine.mergeFiles);

/** Writes the text of a merge with conflict markers at whole nodes, for an editor. */
export const markers = /* @__PURE__ */ guard(engine.markers);

/** Opens a branch of a Git repository, with the drafts of one person. */
export const openWorkspace = /* @__PURE__ */ guard(/* @__PURE__ */ withWorkspacePart(engine.openWorkspace));
guardClass(engine.Workspace);
