/**
 * Azure DevOps' way to say no: a sentence with a number such as TF401028, and the name of the exception.
 *
 * **Invariant:** whatever a handler refuses is thrown as a `Refusal`; anything else that is thrown is a fault of this server.
 */

import { json } from '../http.mjs';

export class Refusal extends Error {
  /**
   * @param {number} status
   * @param {string} typeKey
   * @param {string} message
   */
  constructor(status, typeKey, message) {
    super(message);
    this.status = status;
    this.typeKey = typeKey;
  }

  answer() {
    const { status, typeKey, message } = this;
    return json(status, {
      $id: '1',
      innerException: null,
      message,
      typeName: `Microsoft.TeamFoundation.Git.Server.${typeKey}, Microsoft.TeamFoundation.Git.Server`,
      typeKey,
      errorCode: 0,
      eventId: 3000,
    });
  }
}

/** @param {string} name */
export function noRepository(name) {
  return new Refusal(
    404,
    'GitRepositoryNotFoundException',
    `TF401019: The Git repository with name or identifier ${name} does not exist or you do not have permissions for the operation you are attempting.`,
  );
}

/** @param {string} name */
export function unresolvable(name) {
  return new Refusal(
    404,
    'GitUnresolvableToCommitException',
    `TF401175:The version descriptor <Branch: ${name} > could not be resolved to a version in the repository`,
  );
}

/** @param {string} path */
export function noItem(path) {
  return new Refusal(
    404,
    'GitItemNotFoundException',
    `TF401174: The item '${path}' could not be found in the repository`,
  );
}

/** @param {string} oid */
export function noObject(oid) {
  return new Refusal(404, 'GitItemNotFoundException', `The object ${oid} could not be found`);
}

/** @param {string} message */
export function badArgument(message) {
  return new Refusal(400, 'InvalidArgumentValueException', message);
}

/** Says that a change does not fit the tree. @param {string} message */
export function badPath(message) {
  return new Refusal(400, 'ArgumentException', message);
}

/** @param {string} ref */
export function stale(ref) {
  return new Refusal(
    409,
    'GitReferenceStaleException',
    `TF401028: The reference '${ref}' has already been updated by another client, so you cannot update it. Please try again.`,
  );
}

/** @param {string} right */
export function needsPermission(right) {
  return new Refusal(
    403,
    'GitNeedsPermissionException',
    `TF401027: You need the Git '${right}' permission to perform this action.`,
  );
}

export function rejectedByPolicy() {
  return new Refusal(
    403,
    'GitRefUpdateRejectedByPolicyException',
    'TF402455: Pushes to this branch are not permitted; you must use a pull request to update this branch.',
  );
}
