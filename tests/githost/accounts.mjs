/**
 * Knows the people of the host and what their tokens may do.
 *
 * **Invariant:** what a token may do is said here, in one record; façades only translate it into their host's words.
 */

/** @typedef {'none' | 'read' | 'write'} Access */

/**
 * @typedef {object} Account
 * @property {number} id
 * @property {string} login
 * @property {string} name
 * @property {string} email
 */

/**
 * @typedef {object} Token
 * @property {string} text
 * @property {Account} account
 * @property {'valid' | 'expired' | 'revoked'} state
 * @property {'fine-grained' | 'classic'} kind
 * @property {Access} contents what the token may do with files and refs
 * @property {Access} pulls what it may do with pull requests
 * @property {string[]} scopes of a classic token
 * @property {string | null} singleSignOn address at which the organisation wants the token to be authorised first
 */

/** @type {Account} */
export const DEMO_ACCOUNT = { id: 4711, login: 'demo', name: 'Dana Demo', email: 'dana@fabric.example' };

/** @typedef {Partial<Omit<Token, 'text' | 'account'>> & { account?: Account }} TokenSettings */

/** Tokens every new host knows, by what they are good for. */
export const DEMO_TOKENS = Object.freeze({
  write: 'demo-write-token',
  read: 'demo-read-token',
  expired: 'demo-expired-token',
  wrongScope: 'demo-wrong-scope-token',
  singleSignOn: 'demo-single-sign-on-token',
  classic: 'demo-classic-token',
});

/** @type {[string, TokenSettings][]} */
const DEMO_SETTINGS = [
  [DEMO_TOKENS.write, {}],
  [DEMO_TOKENS.read, { contents: 'read', pulls: 'read' }],
  [DEMO_TOKENS.expired, { state: 'expired' }],
  [DEMO_TOKENS.wrongScope, { contents: 'none', pulls: 'none' }],
  [DEMO_TOKENS.singleSignOn, { singleSignOn: 'https://github.com/orgs/demo/sso?authorization_request=demo' }],
  [DEMO_TOKENS.classic, { kind: 'classic', scopes: ['repo'] }],
];

export class Accounts {
  /** @type {Map<string, Token>} */
  #tokens = new Map();

  constructor() {
    for (const [text, settings] of DEMO_SETTINGS) this.add(text, settings);
  }

  /**
   * @param {string} text
   * @param {TokenSettings} [settings] what differs from a valid token with write access
   */
  add(text, settings = {}) {
    this.#tokens.set(text, {
      text,
      account: DEMO_ACCOUNT,
      state: 'valid',
      kind: 'fine-grained',
      contents: 'write',
      pulls: 'write',
      scopes: [],
      singleSignOn: null,
      ...settings,
    });
  }

  /**
   * @param {string} text
   * @returns {Token | null}
   */
  find(text) {
    return this.#tokens.get(text) ?? null;
  }

  /**
   * @param {string} text
   * @param {TokenSettings} settings
   */
  change(text, settings) {
    const token = this.#tokens.get(text);
    if (token === undefined) throw new RangeError('there is no such token');
    this.#tokens.set(text, { ...token, ...settings });
  }
}
