/**
 * Turns the values of a query and its variables into arguments of the types that a field wants.
 *
 * **Invariant:** what a field receives has every required part and no unknown one.
 */

/** @typedef {import('./read.mjs').ValueNode} ValueNode */

/**
 * Input objects and enums by name. A type is written as in GraphQL: `[FileAddition!]`, `String!`.
 *
 * @typedef {Record<string, { fields: Record<string, string> } | { values: readonly string[] }>} InputTypes
 */

/** Raised when a value does not fit its type. */
export class InputError extends Error {}

/**
 * Puts variables in place.
 *
 * @param {ValueNode} node
 * @param {ReadonlyMap<string, unknown>} variables
 * @returns {unknown} undefined for a variable without a value
 */
export function valueOf(node, variables) {
  switch (node.kind) {
    case 'variable':
      return variables.get(node.name);
    case 'literal':
      return node.value;
    case 'enum':
      return node.name;
    case 'list':
      return node.items.map((item) => valueOf(item, variables) ?? null);
    case 'object':
      return Object.fromEntries(
        node.fields
          .map(([name, field]) => [name, valueOf(field, variables)])
          .filter(([, value]) => value !== undefined),
      );
  }
}

/**
 * @param {InputTypes} types
 * @param {string} type
 * @param {unknown} value
 * @param {string} where words for messages
 * @returns {unknown}
 */
export function coerced(types, type, value, where) {
  if (type.endsWith('!')) {
    if (value === undefined || value === null) {
      throw new InputError(`${where} of type ${type} was provided invalid value`);
    }
    return coerced(types, type.slice(0, -1), value, where);
  }
  if (value === undefined || value === null) return value;
  if (type.startsWith('[')) {
    const items = Array.isArray(value) ? value : [value];
    return items.map((item, index) => coerced(types, type.slice(1, -1), item, `${where}.${index}`));
  }
  const known = types[type];
  if (known === undefined) return coercedScalar(type, value, where);
  if ('values' in known) {
    if (!known.values.includes(/** @type {string} */ (value))) {
      throw new InputError(`${where}: ${JSON.stringify(value)} is not one of ${known.values.join(', ')}`);
    }
    return value;
  }
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new InputError(`${where} has an invalid value (${JSON.stringify(value)}). Expected type '${type}'.`);
  }
  return coercedFields(types, { type, fields: known.fields }, /** @type {Record<string, unknown>} */ (value), where);
}

/**
 * @param {InputTypes} types
 * @param {{ type: string, fields: Record<string, string> }} object
 * @param {Record<string, unknown>} value
 * @param {string} where
 */
export function coercedFields(types, { type, fields }, value, where) {
  for (const name of Object.keys(value)) {
    if (fields[name] === undefined) throw new InputError(`${where}: ${type} doesn't accept argument '${name}'`);
  }
  return Object.fromEntries(
    Object.entries(fields).map(([name, wanted]) => [name, coerced(types, wanted, value[name], `${where}.${name}`)]),
  );
}

/** @type {Record<string, (value: unknown) => boolean>} */
const SCALARS = {
  Int: (value) => Number.isInteger(value),
  Boolean: (value) => typeof value === 'boolean',
  ID: (value) => typeof value === 'string',
  String: (value) => typeof value === 'string',
  GitObjectID: (value) => typeof value === 'string' && /^[0-9a-f]{40}$/.test(value),
  GitRefname: (value) => typeof value === 'string' && value !== '',
  GitTimestamp: (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value)),
  Base64String: (value) => typeof value === 'string' && /^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(value),
};

/**
 * @param {string} type
 * @param {unknown} value
 * @param {string} where
 */
function coercedScalar(type, value, where) {
  const fits = SCALARS[type];
  if (fits === undefined) throw new InputError(`${where}: there is no type ${type}`);
  if (!fits(value)) {
    throw new InputError(`${where} has an invalid value (${JSON.stringify(value)}). Expected type '${type}'.`);
  }
  return value;
}
