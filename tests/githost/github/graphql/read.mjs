/**
 * Reads a GraphQL document into a tree: operations, selections, arguments, variables and fragments.
 *
 * Types, directives on definitions and subscriptions are not part of what is read.
 *
 * **Invariant:** what is not GraphQL is refused with its line and column, never skipped.
 */

/** @typedef {{ line: number, column: number }} Place */

/**
 * @typedef {{ kind: 'variable', name: string }
 *   | { kind: 'literal', value: string | number | boolean | null }
 *   | { kind: 'enum', name: string }
 *   | { kind: 'list', items: ValueNode[] }
 *   | { kind: 'object', fields: [string, ValueNode][] }} ValueNode
 */

/** @typedef {{ name: string, arguments: [string, ValueNode][] }} Directive */

/**
 * @typedef {{ kind: 'field', alias: string, name: string, arguments: [string, ValueNode][], directives: Directive[], selections: Selection[], place: Place }} FieldNode
 * @typedef {{ kind: 'inline', on: string | null, directives: Directive[], selections: Selection[] }} InlineFragment
 * @typedef {{ kind: 'spread', name: string, directives: Directive[], place: Place }} FragmentSpread
 * @typedef {FieldNode | InlineFragment | FragmentSpread} Selection
 */

/** @typedef {{ name: string, type: string, fallback: ValueNode | null, place: Place }} VariableDefinition */

/**
 * @typedef {{ type: 'query' | 'mutation', name: string | null, variables: VariableDefinition[], selections: Selection[] }} Operation
 * @typedef {{ name: string, on: string, selections: Selection[] }} Fragment
 * @typedef {{ operations: Operation[], fragments: Map<string, Fragment> }} Document
 */

/** @typedef {{ kind: 'name' | 'number' | 'text' | 'sign' | 'end', value: string, place: Place }} Token */

const DEPTH_LIMIT = 100;
const TOKEN =
  /(?:[\s,\uFEFF]|#[^\n\r]*)*(?:(?<block>"""(?:\\"""|[^])*?""")|(?<text>"(?:[^"\\\n\r]|\\.)*")|(?<name>[_A-Za-z]\w*)|(?<number>-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<sign>\.{3}|[!$&()[\]{}:=@|])|$)/y;

export class GraphqlSyntaxError extends Error {
  /**
   * @param {string} message
   * @param {Place} place
   */
  constructor(message, place) {
    super(`${message} at [${place.line}, ${place.column}]`);
    this.place = place;
  }
}

/**
 * @param {string} source
 * @returns {Document}
 */
export function readDocument(source) {
  return new Reader(tokensOf(source)).document();
}

/**
 * @param {string} source
 * @returns {Token[]}
 */
function tokensOf(source) {
  /** @type {Token[]} */
  const tokens = [];
  const expression = new RegExp(TOKEN);
  let [line, lineStart, scanned] = [1, 0, 0];
  /** @param {number} offset */
  const placeOf = (offset) => {
    for (; scanned < offset; scanned += 1) {
      if (source.charCodeAt(scanned) === 0x0a) [line, lineStart] = [line + 1, scanned + 1];
    }
    return { line, column: offset - lineStart + 1 };
  };
  for (;;) {
    const from = expression.lastIndex;
    const match = expression.exec(source);
    if (match === null) {
      const at = from + (/^(?:[\s,\uFEFF]|#[^\n\r]*)*/.exec(source.slice(from))?.[0].length ?? 0);
      throw new GraphqlSyntaxError(`Parse error on ${JSON.stringify(source.slice(at, at + 1))}`, placeOf(at));
    }
    const { block, text, name, number, sign } = match.groups ?? {};
    const shown = block ?? text ?? name ?? number ?? sign ?? '';
    const place = placeOf(expression.lastIndex - shown.length);
    if (block !== undefined) tokens.push({ kind: 'text', value: blockText(block.slice(3, -3)), place });
    else if (text !== undefined) tokens.push({ kind: 'text', value: quotedText(text, place), place });
    else if (name !== undefined) tokens.push({ kind: 'name', value: name, place });
    else if (number !== undefined) tokens.push({ kind: 'number', value: number, place });
    else if (sign !== undefined) tokens.push({ kind: 'sign', value: sign, place });
    else return [...tokens, { kind: 'end', value: '', place }];
  }
}

/**
 * @param {string} text with its quotes
 * @param {Place} place
 */
function quotedText(text, place) {
  try {
    return JSON.parse(text.replace(/\t/g, '\\t'));
  } catch {
    throw new GraphqlSyntaxError('Parse error on a text with a bad escape', place);
  }
}

/** Takes the common indentation off a block of text, and blank lines off its ends. @param {string} raw */
function blockText(raw) {
  const lines = raw.replace(/\\"""/g, '"""').split(/\r\n|\n|\r/);
  const indents = lines
    .slice(1)
    .filter((line) => /\S/.test(line))
    .map((line) => line.length - line.trimStart().length);
  const indent = indents.length === 0 ? 0 : Math.min(...indents);
  const cut = lines.map((line, index) => (index === 0 ? line : line.slice(indent)));
  while (cut.length > 0 && !/\S/.test(cut[0])) cut.shift();
  while (cut.length > 0 && !/\S/.test(cut[cut.length - 1])) cut.pop();
  return cut.join('\n');
}

class Reader {
  #tokens;
  #at = 0;
  #depth = 0;

  /** @param {readonly Token[]} tokens */
  constructor(tokens) {
    this.#tokens = tokens;
  }

  /** @returns {Document} */
  document() {
    /** @type {Document} */
    const document = { operations: [], fragments: new Map() };
    while (this.#next.kind !== 'end') {
      if (this.#isName('fragment')) {
        const fragment = this.#fragment();
        document.fragments.set(fragment.name, fragment);
      } else {
        document.operations.push(this.#operation());
      }
    }
    return document;
  }

  /** @returns {Operation} */
  #operation() {
    if (this.#isSign('{')) return { type: 'query', name: null, variables: [], selections: this.#selections() };
    const token = this.#next;
    const type = this.#name();
    if (type !== 'query' && type !== 'mutation') throw unexpected(token);
    const name = this.#next.kind === 'name' ? this.#name() : null;
    const variables = this.#isSign('(') ? this.#between('(', ')', () => this.#variable()) : [];
    this.#directives();
    return { type, name, variables, selections: this.#selections() };
  }

  /** @returns {Fragment} */
  #fragment() {
    this.#name();
    const name = this.#name();
    const token = this.#next;
    if (this.#name() !== 'on') throw unexpected(token);
    const on = this.#name();
    this.#directives();
    return { name, on, selections: this.#selections() };
  }

  /** @returns {VariableDefinition} */
  #variable() {
    const { place } = this.#next;
    this.#sign('$');
    const name = this.#name();
    this.#sign(':');
    const type = this.#type();
    const fallback = this.#takes('=') ? this.#value() : null;
    this.#directives();
    return { name, type, fallback, place };
  }

  /** @returns {string} such as `[ID!]!` */
  #type() {
    const inner = this.#takes('[') ? `[${this.#type()}` : this.#name();
    if (inner.startsWith('[')) this.#sign(']');
    const type = inner.startsWith('[') ? `${inner}]` : inner;
    return this.#takes('!') ? `${type}!` : type;
  }

  /** @returns {Selection[]} */
  #selections() {
    return this.#deeper(() => this.#between('{', '}', () => this.#selection()));
  }

  /** @returns {Selection} */
  #selection() {
    const { place } = this.#next;
    if (this.#takes('...')) {
      if (this.#next.kind === 'name' && this.#next.value !== 'on') {
        return { kind: 'spread', name: this.#name(), directives: this.#directives(), place };
      }
      const on = this.#isName('on') ? (this.#name(), this.#name()) : null;
      return { kind: 'inline', on, directives: this.#directives(), selections: this.#selections() };
    }
    const first = this.#name();
    const name = this.#takes(':') ? this.#name() : first;
    const given = this.#arguments();
    const directives = this.#directives();
    const selections = this.#isSign('{') ? this.#selections() : [];
    return { kind: 'field', alias: first, name, arguments: given, directives, selections, place };
  }

  /** @returns {[string, ValueNode][]} */
  #arguments() {
    return this.#isSign('(') ? this.#between('(', ')', () => this.#argument()) : [];
  }

  /** @returns {[string, ValueNode]} */
  #argument() {
    const name = this.#name();
    this.#sign(':');
    return [name, this.#value()];
  }

  /** @returns {Directive[]} */
  #directives() {
    const directives = [];
    while (this.#takes('@')) directives.push({ name: this.#name(), arguments: this.#arguments() });
    return directives;
  }

  /** @returns {ValueNode} */
  #value() {
    const token = this.#next;
    if (token.kind === 'text') return { kind: 'literal', value: this.#take().value };
    if (token.kind === 'number') return { kind: 'literal', value: Number(this.#take().value) };
    if (token.kind === 'name') return this.#word();
    if (this.#takes('$')) return { kind: 'variable', name: this.#name() };
    if (this.#isSign('[')) {
      return { kind: 'list', items: this.#deeper(() => this.#between('[', ']', () => this.#value())) };
    }
    if (this.#isSign('{')) {
      return { kind: 'object', fields: this.#deeper(() => this.#between('{', '}', () => this.#argument())) };
    }
    throw unexpected(token);
  }

  /** @returns {ValueNode} */
  #word() {
    const word = this.#name();
    if (word === 'null') return { kind: 'literal', value: null };
    if (word === 'true' || word === 'false') return { kind: 'literal', value: word === 'true' };
    return { kind: 'enum', name: word };
  }

  /**
   * @template T
   * @param {string} open
   * @param {string} close
   * @param {() => T} read
   * @returns {T[]}
   */
  #between(open, close, read) {
    this.#sign(open);
    const items = [];
    while (!this.#takes(close)) {
      if (this.#next.kind === 'end') throw unexpected(this.#next);
      items.push(read());
    }
    return items;
  }

  /**
   * @template T
   * @param {() => T} read
   * @returns {T}
   */
  #deeper(read) {
    this.#depth += 1;
    if (this.#depth > DEPTH_LIMIT) throw new GraphqlSyntaxError('The document is nested too deeply', this.#next.place);
    const result = read();
    this.#depth -= 1;
    return result;
  }

  get #next() {
    return this.#tokens[this.#at];
  }

  #take() {
    const token = this.#tokens[this.#at];
    this.#at += 1;
    return token;
  }

  /** @param {string} value */
  #isSign(value) {
    return this.#next.kind === 'sign' && this.#next.value === value;
  }

  /** @param {string} value */
  #isName(value) {
    return this.#next.kind === 'name' && this.#next.value === value;
  }

  /** @param {string} value */
  #takes(value) {
    if (!this.#isSign(value)) return false;
    this.#at += 1;
    return true;
  }

  /** @param {string} value */
  #sign(value) {
    if (!this.#takes(value)) throw unexpected(this.#next);
  }

  #name() {
    if (this.#next.kind !== 'name') throw unexpected(this.#next);
    return this.#take().value;
  }
}

/** @param {Token} token */
function unexpected({ kind, value, place }) {
  const shown = kind === 'end' ? 'end of file' : JSON.stringify(value);
  return new GraphqlSyntaxError(`Parse error on ${shown}`, place);
}
