/**
 * Decides which faults strike which request: by rule for one test, or by seed for thousands of runs.
 *
 * The server carries out what concerns the connection; a façade looks up what concerns its content.
 *
 * **Invariant:** the same rules and the same order of requests give the same faults.
 */

import { matches } from './log.mjs';
import { randomFrom } from './random.mjs';

/**
 * When a fault strikes: `arrival` before anything is done, `answer` after all is done and before a byte is sent.
 *
 * @typedef {'arrival' | 'answer'} Moment
 */

/**
 * @typedef {{ type: 'status', status: number, body?: string, headers?: Record<string, string>, at?: Moment, cors?: 'kept' | 'missing' }
 *   | { type: 'drop', at?: Moment | 'body', bytes?: number }
 *   | { type: 'delay', ms: number, at?: Moment }
 *   | { type: 'hidden-headers', names: string[] }
 *   | { type: 'stale-refs' }
 *   | { type: 'truncated-tree', entries: number }
 *   | { type: 'reordered' }
 *   | { type: 'wrong-bytes' }
 *   | { type: 'expired-token' }
 *   | { type: 'rate-limit', limit: 'primary' | 'secondary', status?: 403 | 429, retryAfter?: number }
 *   | { type: 'loser-forbidden' }} Fault
 *
 * - `status` answers with this status instead; with `at: 'answer'` the work is done all the same. `cors: 'missing'` is a gateway's answer.
 * - `drop` breaks the connection; `at: 'body'` sends the head and `bytes` bytes of the body first.
 * - `hidden-headers` leaves headers out, as a host does that does not expose them.
 * - `stale-refs` reads refs as they were before their last move.
 * - `truncated-tree` cuts recursive listings after so many entries and says so.
 * - `reordered` turns lists and batches around.
 * - `wrong-bytes` changes one byte in every blob that is read.
 * - `expired-token` treats the token as expired.
 * - `rate-limit` refuses as the host refuses who asks too much, with 403 when no status is given.
 * - `loser-forbidden` tells who loses a race that they may not push.
 */

/**
 * @typedef {object} FaultRule
 * @property {import('./log.mjs').RequestPattern} [on] which requests; all when not given
 * @property {number} [skip] how many of them to let pass first
 * @property {number} [times] how many to strike then; 1 when not given
 * @property {Fault} fault
 */

/**
 * @typedef {object} Chaos
 * @property {number} seed
 * @property {number} rate share of requests that are struck, 0 to 1
 * @property {Fault[]} faults of which one is taken
 * @property {import('./log.mjs').RequestPattern} [on]
 */

/** @type {ReadonlySet<string>} */
export const FAULT_TYPES = new Set([
  'status',
  'drop',
  'delay',
  'hidden-headers',
  'stale-refs',
  'truncated-tree',
  'reordered',
  'wrong-bytes',
  'expired-token',
  'rate-limit',
  'loser-forbidden',
]);

export class Faults {
  /** @type {{ on: import('./log.mjs').RequestPattern, skip: number, times: number, fault: Fault }[]} */
  #rules = [];
  /** @type {{ chaos: Chaos, random: () => number } | null} */
  #chaos = null;

  /** @param {FaultRule} rule */
  add({ on = {}, skip = 0, times = 1, fault }) {
    if (!FAULT_TYPES.has(fault?.type)) throw new TypeError(`no fault is of type ${fault?.type}`);
    this.#rules.push({ on, skip, times, fault });
  }

  /** @param {Chaos} chaos */
  scatter(chaos) {
    for (const fault of chaos.faults) {
      if (!FAULT_TYPES.has(fault?.type)) throw new TypeError(`no fault is of type ${fault?.type}`);
    }
    this.#chaos = { chaos, random: randomFrom(chaos.seed) };
  }

  clear() {
    this.#rules = [];
    this.#chaos = null;
  }

  /** Says how many rules have not struck as often as they should. */
  get pending() {
    return this.#rules.length;
  }

  /**
   * Answers what strikes this request, and counts it as struck.
   *
   * @param {import('./log.mjs').LogEntry} entry
   * @returns {Struck}
   */
  take(entry) {
    /** @type {Fault[]} */
    const taken = [];
    for (const rule of this.#rules) {
      if (!matches(entry, rule.on)) continue;
      if (rule.skip > 0) {
        rule.skip -= 1;
      } else {
        rule.times -= 1;
        taken.push(rule.fault);
      }
    }
    this.#rules = this.#rules.filter(({ times }) => times > 0);
    if (this.#chaos !== null && matches(entry, this.#chaos.chaos.on ?? {})) {
      const { chaos, random } = this.#chaos;
      const [strikes, which] = [random() < chaos.rate, Math.floor(random() * chaos.faults.length)];
      if (strikes && chaos.faults.length > 0) taken.push(chaos.faults[which]);
    }
    entry.faults.push(...taken.map(({ type }) => type));
    return new Struck(taken);
  }
}

/** The faults of one request. */
export class Struck {
  #faults;

  /** @param {readonly Fault[]} faults */
  constructor(faults) {
    this.#faults = faults;
  }

  /**
   * @template {Fault['type']} T
   * @param {T} type
   * @param {Moment | 'body'} [moment] faults that name none strike on arrival
   * @returns {Extract<Fault, { type: T }> | undefined}
   */
  find(type, moment) {
    const found = this.#faults.find(
      (fault) =>
        fault.type === type &&
        (moment === undefined || ('at' in fault ? (fault.at ?? 'arrival') : 'arrival') === moment),
    );
    return /** @type {Extract<Fault, { type: T }> | undefined} */ (found);
  }
}
