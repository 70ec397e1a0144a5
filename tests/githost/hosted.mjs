/**
 * One repository as the host knows it: the real Git repository, its rules and its pull requests.
 *
 * **Invariant:** everything that changes a branch goes through `move`, which checks rules and then asks Git.
 */

/**
 * @typedef {object} BranchRules
 * @property {number | null} approvals pull requests are required, with so many approvals; null when pushes are free
 * @property {'required' | 'optional'} signatures
 */

/**
 * @typedef {object} Pull
 * @property {number} number
 * @property {string} title
 * @property {string} body
 * @property {string} head branch
 * @property {string} base branch
 * @property {'open' | 'closed'} state
 * @property {'draft' | 'ready'} stage
 * @property {import('./accounts.mjs').Account} author
 * @property {string} createdAt
 */

/** @typedef {{ type: 'moved' } | { type: 'rule', rule: 'pull-request' | 'signature' } | { type: 'refused', reason: string }} MoveOutcome */

/** @type {BranchRules} */
const FREE = { approvals: null, signatures: 'optional' };

export class HostedRepository {
  /** @type {Pull[]} */
  pulls = [];
  /** @type {'private' | 'public'} */
  visibility = 'private';
  /** @type {'active' | 'archived'} */
  state = 'active';
  /** @type {Map<string, BranchRules>} */
  #rules = new Map();

  /**
   * @param {{ id: number, owner: string, name: string, defaultBranch: string, git: import('./git/repository.mjs').GitRepository }} about
   */
  constructor({ id, owner, name, defaultBranch, git }) {
    this.id = id;
    this.owner = owner;
    this.name = name;
    this.defaultBranch = defaultBranch;
    this.git = git;
  }

  get fullName() {
    return `${this.owner}/${this.name}`;
  }

  /**
   * @param {string} branch
   * @returns {BranchRules}
   */
  rules(branch) {
    return this.#rules.get(branch) ?? FREE;
  }

  /**
   * @param {string} branch
   * @param {Partial<BranchRules>} rules
   */
  protect(branch, rules) {
    this.#rules.set(branch, { ...FREE, approvals: 0, ...rules });
  }

  /** @param {string} branch */
  unprotect(branch) {
    this.#rules.delete(branch);
  }

  /**
   * Answers what a ref points to. A lagging read answers what it pointed to before its last move.
   *
   * @param {string} ref full name
   * @param {'current' | 'lagging'} [reading]
   */
  async ref(ref, reading = 'current') {
    const current = await this.git.info(ref);
    if (current === null || reading === 'current') return current;
    return (await this.git.before(ref)) ?? current;
  }

  /** Tells whether nothing has been committed on any branch. */
  async isEmpty() {
    return (await this.git.refs('refs/heads/')).length === 0;
  }

  /**
   * Moves refs as somebody who is held to the rules of the branches.
   *
   * @param {readonly import('./git/repository.mjs').RefMove[]} moves
   * @param {'signed' | 'unsigned'} signature of the new commits
   * @returns {Promise<MoveOutcome>}
   */
  async move(moves, signature) {
    for (const { ref } of moves) {
      const { approvals, signatures } = this.rules(ref.replace(/^refs\/heads\//, ''));
      if (approvals !== null) return { type: 'rule', rule: 'pull-request' };
      if (signatures === 'required' && signature === 'unsigned') return { type: 'rule', rule: 'signature' };
    }
    return this.git.moveRefs(moves);
  }
}
