/**
 * What a GraphQL schema is here: object types whose fields say how they are found.
 */

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

/**
 * @param {Schema} schema
 * @param {string} type
 * @returns {Record<string, FieldType> | undefined} undefined for scalars, enums and what is no type
 */
export function fieldsOf(schema, type) {
  return schema.objects[type] ?? schema.interfaces[type]?.fields;
}

/**
 * Tells whether a value of an object type is one of what a fragment is for.
 *
 * @param {Schema} schema
 * @param {string} type of an object
 * @param {string} condition
 */
export function isA(schema, type, condition) {
  return possible(schema, condition).includes(type);
}

/**
 * @param {Schema} schema
 * @param {string} type
 * @returns {readonly string[]} names of the object types that a value of this type may have
 */
export function possible(schema, type) {
  return schema.interfaces[type]?.possible ?? [type];
}

/** Answers the type inside lists and exclamation marks. @param {string} type such as `[Ref!]!` */
export function namedType(type) {
  return type.replace(/[[\]!]/g, '');
}
