/**
 * Looks for what a schema does not have in a document, without resolving anything.
 *
 * **Invariant:** every fault is reported, each with the path to it.
 */

import { fieldsOf, namedType, possible } from './schema.mjs';

/** @typedef {import('./read.mjs').Document} Document */
/** @typedef {import('./read.mjs').FieldNode} FieldNode */
/** @typedef {import('./read.mjs').Operation} Operation */
/** @typedef {import('./read.mjs').Selection} Selection */
/** @typedef {import('./read.mjs').ValueNode} ValueNode */
/** @typedef {import('./schema.mjs').FieldType} FieldType */
/** @typedef {import('./schema.mjs').Schema} Schema */
/** @typedef {import('./execute.mjs').GraphqlError} GraphqlError */
/** @typedef {(string | number)[]} Path */

/**
 * @param {Schema} schema
 * @param {Document} document
 * @param {Operation} operation of the document
 * @returns {GraphqlError[]}
 */
export function check(schema, document, operation) {
  return new Checker(schema, document, operation).run();
}

class Checker {
  /** @type {GraphqlError[]} */
  #errors = [];
  /** @type {Set<string>} */
  #used = new Set();
  #schema;
  #document;
  #operation;

  /**
   * @param {Schema} schema
   * @param {Document} document
   * @param {Operation} operation
   */
  constructor(schema, document, operation) {
    this.#schema = schema;
    this.#document = document;
    this.#operation = operation;
  }

  run() {
    const { type, name, variables, selections } = this.#operation;
    const root = type === 'query' ? 'Query' : 'Mutation';
    this.#selections(root, selections, [name === null ? type : `${type} ${name}`], new Set());
    for (const variable of variables) {
      if (this.#used.has(variable.name)) continue;
      this.#errors.push({
        locations: [variable.place],
        message: `Variable $${variable.name} is declared by ${name ?? `anonymous ${type}`} but not used`,
      });
    }
    return this.#errors;
  }

  /**
   * @param {string} type
   * @param {readonly Selection[]} selections
   * @param {Path} path
   * @param {ReadonlySet<string>} spreading names of the fragments around
   */
  #selections(type, selections, path, spreading) {
    for (const selection of selections) {
      for (const { arguments: given } of selection.directives) {
        for (const [name, value] of given) this.#value({ name, type: 'Boolean!', value }, path);
      }
      if (selection.kind === 'field') {
        this.#field(type, selection, path, spreading);
      } else if (selection.kind === 'inline') {
        const on = selection.on ?? type;
        const below = [...path, `... on ${on}`];
        if (this.#fits(type, on, below)) this.#selections(on, selection.selections, below, spreading);
      } else {
        this.#spread(type, selection, path, spreading);
      }
    }
  }

  /**
   * @param {string} type
   * @param {import('./read.mjs').FragmentSpread} spread
   * @param {Path} path
   * @param {ReadonlySet<string>} spreading
   */
  #spread(type, { name, place }, path, spreading) {
    const fragment = this.#document.fragments.get(name);
    if (fragment === undefined) {
      this.#errors.push({ path, locations: [place], message: `Fragment ${name} was used, but not defined` });
    } else if (spreading.has(name)) {
      this.#errors.push({ path, locations: [place], message: `Fragment ${name} contains an infinite loop` });
    } else if (this.#fits(type, fragment.on, [...path, `... ${name}`])) {
      this.#selections(fragment.on, fragment.selections, path, new Set([...spreading, name]));
    }
  }

  /**
   * @param {string} type
   * @param {FieldNode} node
   * @param {Path} path
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
   * @param {Path} path
   */
  #arguments(field, node, path) {
    const wanted = field.arguments ?? {};
    for (const [name, value] of node.arguments) {
      const type = wanted[name];
      if (type === undefined) {
        const message = `Field '${node.name}' doesn't accept argument '${name}'`;
        this.#errors.push({ path: [...path, name], locations: [node.place], message });
      } else {
        this.#value({ name, type, value }, path);
      }
    }
    const given = new Set(node.arguments.map(([name]) => name));
    const missing = Object.keys(wanted).filter((name) => wanted[name]?.endsWith('!') && !given.has(name));
    if (missing.length > 0) {
      const message = `Field '${node.name}' is missing required arguments: ${missing.join(', ')}`;
      this.#errors.push({ path, locations: [node.place], message });
    }
  }

  /**
   * Looks for variables: each must be declared, and one that stands for a whole argument must be of its type.
   *
   * @param {{ name: string, type: string | null, value: ValueNode }} argument a type of null is not compared
   * @param {Path} path
   */
  #value({ name, type, value }, path) {
    if (value.kind === 'list') {
      for (const item of value.items) this.#value({ name, type: null, value: item }, path);
    } else if (value.kind === 'object') {
      for (const [field, inner] of value.fields) this.#value({ name: field, type: null, value: inner }, path);
    } else if (value.kind === 'variable') {
      this.#used.add(value.name);
      const declared = this.#operation.variables.find((variable) => variable.name === value.name);
      if (declared === undefined) {
        this.#errors.push({ path, message: `Variable $${value.name} is used but not declared` });
      } else if (type !== null && !mayStandFor(declared, type)) {
        const message = `Type mismatch on variable $${value.name} and argument ${name} (${declared.type} / ${type})`;
        this.#errors.push({ path: [...path, name], locations: [declared.place], message });
      }
    }
  }

  /**
   * Tells whether a fragment on one type can be met where another one is.
   *
   * @param {string} type
   * @param {string} on
   * @param {Path} path
   */
  #fits(type, on, path) {
    if (fieldsOf(this.#schema, on) === undefined) {
      this.#errors.push({ path, message: `No such type ${on}, so it can't be a fragment condition` });
      return false;
    }
    const around = possible(this.#schema, type);
    if (possible(this.#schema, on).some((name) => around.includes(name))) return true;
    this.#errors.push({ path, message: `Fragment on ${on} can't be spread inside ${type}` });
    return false;
  }
}

/**
 * @param {import('./read.mjs').VariableDefinition} declared
 * @param {string} type of the argument
 */
function mayStandFor({ type: declared, fallback }, type) {
  if (declared === type || declared === `${type}!`) return true;
  return fallback !== null && `${declared}!` === type;
}
