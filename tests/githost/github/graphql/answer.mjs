/**
 * Turns a POST to `/graphql` into an answer: status 200 for nearly everything, with errors inside.
 */

import { json } from '../../http.mjs';
import { Refusal } from '../refusal.mjs';
import { execute } from './execute.mjs';
import { INPUTS, OBJECTS as MUTATIONS } from './mutations.mjs';
import { INTERFACES, OBJECTS as QUERIES } from './queries.mjs';
import { GraphqlSyntaxError, readDocument } from './read.mjs';

/** @type {import('./schema.mjs').Schema} */
const SCHEMA = { objects: { ...QUERIES, ...MUTATIONS }, interfaces: INTERFACES, inputs: INPUTS };

/**
 * @param {import('./values.mjs').GraphqlContext} context
 * @returns {Promise<import('../../http.mjs').Answer>}
 */
export async function answerGraphql(context) {
  const { request, struck } = context.call;
  if (context.credential.type === 'anonymous') {
    throw new Refusal(401, 'This endpoint requires you to be authenticated.');
  }
  const asked = requestIn(request.body);
  if (asked === null) throw new Refusal(400, 'A query attribute must be specified and must be a string.');
  try {
    const document = readDocument(asked.query);
    const answer = await execute(SCHEMA, { ...asked, document }, context);
    if (struck.find('reordered') && answer.data) answer.data = reversed(answer.data);
    return json(200, answer);
  } catch (error) {
    if (!(error instanceof GraphqlSyntaxError)) throw error;
    return json(200, { errors: [{ message: error.message, locations: [error.place] }] });
  }
}

/**
 * Names the root fields of a request, for the log.
 *
 * @param {Buffer} body
 * @returns {string[]}
 */
export function operationsIn(body) {
  try {
    const asked = requestIn(body);
    if (asked === null) return [];
    return readDocument(asked.query).operations.flatMap(({ selections }) =>
      selections.flatMap((selection) => (selection.kind === 'field' ? [selection.name] : [])),
    );
  } catch {
    // What cannot be read is answered with an error later; in the log it has no name.
    return [];
  }
}

/** @param {Buffer} body */
function requestIn(body) {
  let value;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    throw new Refusal(400, 'Problems parsing JSON');
  }
  if (typeof value?.query !== 'string') return null;
  return {
    query: /** @type {string} */ (value.query),
    operationName: typeof value.operationName === 'string' ? value.operationName : null,
    variables: /** @type {Record<string, unknown>} */ (value.variables ?? {}),
  };
}

/**
 * Turns the order of fields around, at every depth: who matches answers by position gets them wrong.
 *
 * @param {Record<string, unknown>} data
 * @returns {Record<string, unknown>}
 */
function reversed(data) {
  return Object.fromEntries(
    Object.entries(data)
      .reverse()
      .map(([name, value]) => [name, isRecord(value) ? reversed(value) : value]),
  );
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isRecord(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
