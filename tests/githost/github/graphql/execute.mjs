/**
 * Runs a query that was read, over object types that say how each field is found.
 *
 * **Invariant:** a document that asks for what does not exist is refused whole, before any field is resolved.
 */

import { InputError, coerced, coercedFields, valueOf } from './input.mjs';

/** @typedef {import('./read.mjs').Selection} Selection */
/** @typedef {import('./read.mjs').FieldNode} FieldNode */
/** @typedef {import('./read.mjs').Document} Document */

/**
 * @typedef {object} FieldType
 * @property {string} type of the answer, such as `[TreeEntry!]`
 * @property {Record<string, string>} [arguments]
 * @property {(parent: any, given: Record<string, any>, context: any) => unknown} [resolve] the parent's property of that name when not given
 */

/**
 * @typedef {object} Schema
 * @property {Record<string, Record<string, FieldType>>} objects fields by type; the roots are `Query` and `Mutation`
 * @property {Record<string, { fields: Record<string, FieldType>, possible: readonly string[] }>} interfaces their values carry `__typename`
 * @property {import('./input.mjs').InputTypes} inputs
 */

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
  const refused = new Checker(schema, document).check(operation, root);
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

/** Looks for what no schema has, without resolving anything. */
class Checker {
  /** @type {GraphqlError[]} */
  #errors = [];
  #schema;
  #document;

  /**
   * @param {Schema} schema
   * @param {Document} document
   */
  constructor(schema, document) {
    this.#schema = schema;
    this.#document = document;
  }

  /**
   * @param {import('./read.mjs').Operation} operation
   * @param {string} root
   */
  check(operation, root) {
    this.#selections(root, operation.selections, [operation.type], new Set());
    return this.#errors;
  }

  /**
   * @param {string} type
   * @param {readonly Selection[]} selections
   * @param {(string | number)[]} path
   * @param {ReadonlySet<string>} spreading names of the fragments around
   */
  #selections(type, selections, path, spreading) {
    for (const selection of selections) {
      if (selection.kind === 'field') {
        this.#field(type, selection, path, spreading);
      } else if (selection.kind === 'inline') {
        const on = selection.on ?? type;
        if (this.#isType(on, path)) this.#selections(on, selection.selections, [...path, `... on ${on}`], spreading);
      } else {
        const fragment = this.#document.fragments.get(selection.name);
        if (fragment === undefined || spreading.has(selection.name)) {
          this.#errors.push({
            path,
            locations: [selection.place],
            message: `Fragment ${selection.name} cannot be used`,
          });
        } else if (this.#isType(fragment.on, path)) {
          this.#selections(fragment.on, fragment.selections, path, new Set([...spreading, selection.name]));
        }
      }
    }
  }

  /**
   * @param {string} type
   * @param {FieldNode} node
   * @param {(string | number)[]} path
   * @param {ReadonlySet<string>} spreading
   */
  #field(type, node, path, spreading) {
    if (node.name === '__typename') return;
    const below = [...path, node.alias];
    const field = fieldsOf(this.#schema, type)?.[node.name];
    if (field === undefined) {
      this.#errors.push({
        path: below,
        extensions: { code: 'undefinedField', typeName: type, fieldName: node.name },
        locations: [node.place],
        message: `Field '${node.name}' doesn't exist on type '${type}'`,
      });
      return;
    }
    this.#arguments(field, node, below);
    const inner = namedType(field.type);
    const composite = fieldsOf(this.#schema, inner) !== undefined;
    if (composite && node.selections.length === 0) {
      const message = `Field must have selections (field '${node.name}' returns ${inner} but has no selections. Did you mean '${node.name} { ... }'?)`;
      this.#errors.push({ path: below, locations: [node.place], message });
    } else if (!composite && node.selections.length > 0) {
      const message = `Selections can't be made on scalars (field '${node.name}' returns ${inner} but has selections)`;
      this.#errors.push({ path: below, locations: [node.place], message });
    }
    this.#selections(inner, node.selections, below, spreading);
  }

  /**
   * @param {FieldType} field
   * @param {FieldNode} node
   * @param {(string | number)[]} path
   */
  #arguments(field, node, path) {
    const wanted = field.arguments ?? {};
    for (const [name] of node.arguments) {
      if (wanted[name] !== undefined) continue;
      const message = `Field '${node.name}' doesn't accept argument '${name}'`;
      this.#errors.push({ path: [...path, name], locations: [node.place], message });
    }
    const given = new Set(node.arguments.map(([name]) => name));
    const missing = Object.keys(wanted).filter((name) => wanted[name].endsWith('!') && !given.has(name));
    if (missing.length > 0) {
      const message = `Field '${node.name}' is missing required arguments: ${missing.join(', ')}`;
      this.#errors.push({ path, locations: [node.place], message });
    }
  }

  /**
   * @param {string} type
   * @param {(string | number)[]} path
   */
  #isType(type, path) {
    if (fieldsOf(this.#schema, type) !== undefined) return true;
    this.#errors.push({ path, message: `No such type ${type}, so it can't be a fragment condition` });
    return false;
  }
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

/**
 * @param {Schema} schema
 * @param {string} type
 */
function fieldsOf(schema, type) {
  return schema.objects[type] ?? schema.interfaces[type]?.fields;
}

/**
 * @param {Schema} schema
 * @param {string} type of an object
 * @param {string} condition
 */
function isA(schema, type, condition) {
  return type === condition || schema.interfaces[condition]?.possible.includes(type) === true;
}

/** @param {string} type such as `[Ref!]!` */
function namedType(type) {
  return type.replace(/[[\]!]/g, '');
}
