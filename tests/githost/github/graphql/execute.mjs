/**
 * Runs a query that was read, over object types that say how each field is found.
 *
 * **Invariant:** a document that asks for what does not exist is refused whole, before any field is resolved.
 */

import { check } from './check.mjs';
import { InputError, coerced, coercedFields, valueOf } from './input.mjs';
import { fieldsOf, isA } from './schema.mjs';

/** @typedef {import('./read.mjs').Selection} Selection */
/** @typedef {import('./read.mjs').FieldNode} FieldNode */
/** @typedef {import('./read.mjs').Document} Document */

/** @typedef {import('./schema.mjs').Schema} Schema */
/** @typedef {{ line: number, column: number }} Place */
/** @typedef {{ type?: string, path?: (string | number)[], message: string, locations?: Place[], extensions?: Record<string, unknown> }} GraphqlError */

/** Raised by a resolver: the field becomes null, and the error says why. */
export class FieldError extends Error {
  /**
   * @param {string} type such as `NOT_FOUND`
   * @param {string} message
   */
  constructor(type, message) {
    super(message);
    this.type = type;
  }
}

/**
 * @typedef {object} Request
 * @property {Document} document
 * @property {string | null} operationName
 * @property {Record<string, unknown>} variables
 */

/**
 * @param {Schema} schema
 * @param {Request} request
 * @param {unknown} context handed to every resolver
 * @returns {Promise<{ data?: Record<string, unknown> | null, errors?: GraphqlError[] }>}
 */
export async function execute(schema, { document, operationName, variables }, context) {
  const named = document.operations.filter(({ name }) => operationName === null || name === operationName);
  if (named.length !== 1) {
    return {
      errors: [
        { message: operationName === null ? 'An operation name is required' : `No operation named "${operationName}"` },
      ],
    };
  }
  const [operation] = named;
  const root = operation.type === 'query' ? 'Query' : 'Mutation';
  const refused = check(schema, document, operation);
  if (refused.length > 0) return { errors: refused };
  const values = new Map();
  try {
    for (const { name, type, fallback } of operation.variables) {
      const given = variables[name] ?? (fallback === null ? undefined : valueOf(fallback, values));
      values.set(name, coerced(schema.inputs, type, given, `Variable $${name}`));
    }
  } catch (error) {
    if (error instanceof InputError) return { errors: [{ message: error.message }] };
    throw error;
  }
  const run = new Run(schema, { document, variables: values, context });
  const data = await run.selections(root, {}, operation.selections, []);
  return run.errors.length === 0 ? { data } : { data, errors: run.errors };
}

/** Resolves one operation. */
class Run {
  /** @type {GraphqlError[]} */
  errors = [];
  #schema;
  #document;
  #variables;
  #context;

  /**
   * @param {Schema} schema
   * @param {{ document: Document, variables: ReadonlyMap<string, unknown>, context: unknown }} request
   */
  constructor(schema, { document, variables, context }) {
    this.#schema = schema;
    this.#document = document;
    this.#variables = variables;
    this.#context = context;
  }

  /**
   * @param {string} type
   * @param {any} parent
   * @param {readonly Selection[]} selections
   * @param {(string | number)[]} path
   * @returns {Promise<Record<string, unknown>>}
   */
  async selections(type, parent, selections, path) {
    const concrete = this.#schema.interfaces[type] === undefined ? type : parent.__typename;
    /** @type {Map<string, FieldNode[]>} */
    const fields = new Map();
    this.#collect(concrete, selections, fields);
    /** @type {Record<string, unknown>} */
    const data = {};
    // One after the other: mutations must be, and answers have one order.
    for (const [alias, nodes] of fields) data[alias] = await this.#field(concrete, parent, nodes, [...path, alias]);
    return data;
  }

  /**
   * @param {string} type
   * @param {readonly Selection[]} selections
   * @param {Map<string, FieldNode[]>} into by alias
   */
  #collect(type, selections, into) {
    for (const selection of selections) {
      if (!this.#isWanted(selection.directives)) continue;
      if (selection.kind === 'field') {
        into.set(selection.alias, [...(into.get(selection.alias) ?? []), selection]);
      } else if (selection.kind === 'inline') {
        if (selection.on === null || isA(this.#schema, type, selection.on)) {
          this.#collect(type, selection.selections, into);
        }
      } else {
        const fragment = this.#document.fragments.get(selection.name);
        if (fragment && isA(this.#schema, type, fragment.on)) this.#collect(type, fragment.selections, into);
      }
    }
  }

  /** @param {readonly import('./read.mjs').Directive[]} directives */
  #isWanted(directives) {
    return directives.every(({ name, arguments: given }) => {
      const condition = given.find(([argument]) => argument === 'if');
      const holds = condition === undefined || valueOf(condition[1], this.#variables) === true;
      return name === 'skip' ? !holds : name === 'include' ? holds : true;
    });
  }

  /**
   * @param {string} type
   * @param {any} parent
   * @param {readonly FieldNode[]} nodes of one alias
   * @param {(string | number)[]} path
   */
  async #field(type, parent, nodes, path) {
    const [node] = nodes;
    if (node.name === '__typename') return type;
    const field = fieldsOf(this.#schema, type)?.[node.name];
    if (field === undefined) return null;
    try {
      const given = Object.fromEntries(node.arguments.map(([name, value]) => [name, valueOf(value, this.#variables)]));
      const wanted = { type: node.name, fields: field.arguments ?? {} };
      const checked = coercedFields(this.#schema.inputs, wanted, given, `Argument of ${node.name}`);
      const value = field.resolve ? await field.resolve(parent, checked, this.#context) : parent[node.name];
      const below = nodes.flatMap(({ selections }) => selections);
      return await this.#complete(field.type, value, below, path);
    } catch (error) {
      if (error instanceof FieldError) {
        this.errors.push({ type: error.type, path, locations: [node.place], message: error.message });
      } else if (error instanceof InputError) {
        this.errors.push({ path, locations: [node.place], message: error.message });
      } else {
        throw error;
      }
      return null;
    }
  }

  /**
   * @param {string} type
   * @param {any} value
   * @param {readonly Selection[]} selections
   * @param {(string | number)[]} path
   * @returns {Promise<unknown>}
   */
  async #complete(type, value, selections, path) {
    if (value === undefined || value === null) return null;
    const bare = type.replace(/!$/, '');
    if (bare.startsWith('[')) {
      const items = [];
      for (const [index, item] of value.entries()) {
        items.push(await this.#complete(bare.slice(1, -1), item, selections, [...path, index]));
      }
      return items;
    }
    return fieldsOf(this.#schema, bare) === undefined ? value : this.selections(bare, value, selections, path);
  }
}
