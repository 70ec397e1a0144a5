/**
 * Stands in for the engine in tests of the page: a few files in memory, and
 * rules that can be read at a glance.
 *
 * It reads block maps of scalars, one resource a file, which is what the
 * tests give it. It never ships.
 */

import { EngineFailure } from '../../www/src/engine.js';
import type { Calls, OpenFile, Overview, Row } from '../../www/src/engine.js';
import type { Handlers, Surroundings } from '../../www/src/serve.js';
import type {
  Choice,
  CommitAnswer,
  Conflict,
  Edit,
  Finding,
  Json,
  PlannedFile,
  ResourceId,
} from '../../www/src/shapes.js';

export interface World {
  /** What the branch holds, by path. */
  readonly branch: Map<string, string>;
  /** What is kept over a reload. */
  readonly drafts: Map<string, { base: string; text: string }>;
  head: number;
  readonly token: string;
  /** Answers the next commits give instead of landing. */
  readonly answers: CommitAnswer[];
  /** Conflicts the next commit finds. */
  readonly conflicts: Conflict[];
}

export function world(files: Readonly<Record<string, string>>): World {
  return {
    branch: new Map(Object.entries(files)),
    drafts: new Map(),
    head: 1,
    token: 'secret',
    answers: [],
    conflicts: [],
  };
}

export function double(it: World): (surroundings: Surroundings) => Handlers {
  return ({ token, tell }) => {
    let open: Conflict[] = [];
    const textOf = (path: string): string | undefined => it.drafts.get(path)?.text ?? it.branch.get(path);
    const paths = (): string[] => [...new Set([...it.branch.keys(), ...it.drafts.keys()])].sort();

    const overview = (): Overview => {
      const rows = paths().flatMap((path): Row[] => {
        const id = identity(textOf(path) ?? it.branch.get(path) ?? '', path);
        const draft = it.drafts.get(path);
        const state = open.some(({ theirs }) => theirs.path === path)
          ? 'conflict'
          : draft === undefined
            ? 'clean'
            : it.branch.has(path)
              ? 'changed'
              : 'added';
        return [{ id, path, state }];
      });
      const drafts = it.drafts.size;
      return {
        branch: 'main',
        status: {
          state: open.length > 0 ? 'conflicted' : drafts > 0 ? 'drafts' : 'in-step',
          head: headId(it.head),
          drafts,
          conflicts: open.length,
          outbox: [],
        },
        rows,
        findings: paths().flatMap((path) => check(textOf(path) ?? '', path)),
        notChecked: [],
        elsewhere: 0,
        conflicts: open,
        storage: 'indexeddb',
      };
    };

    const file = (id: ResourceId): OpenFile => {
      const path = paths().find((each) => same(identity(textOf(each) ?? '', each), id));
      const text = path === undefined ? undefined : textOf(path);
      if (path === undefined || text === undefined) {
        throw new EngineFailure('no-such-resource', `there is no ${id.kind} ${id.name}`);
      }
      return { id: identity(text, path), path, text, value: valueOf(text) };
    };

    const keep = (path: string, text: string): void => {
      const base = it.drafts.get(path)?.base ?? it.branch.get(path) ?? '';
      if (text === it.branch.get(path)) it.drafts.delete(path);
      else it.drafts.set(path, { base, text });
    };

    const land = (): CommitAnswer => {
      for (const [path, { text }] of it.drafts) it.branch.set(path, text);
      it.drafts.clear();
      it.head += 1;
      return { type: 'landed', commit: headId(it.head) };
    };

    return {
      async open(_target, signal) {
        for (let done = 0; done <= it.branch.size; done += 4) {
          if (signal.aborted) throw new EngineFailure('aborted', 'the call was aborted');
          tell({ type: 'progress', progress: { step: 'files', done, total: it.branch.size } });
          await Promise.resolve();
        }
        if ((await token()) !== it.token) throw new EngineFailure('auth', 'the host refused the token with status 401');
        return overview();
      },
      sync: () => answer(overview),
      overview: () => answer(overview),
      read: (id) => answer(() => file(id)),
      write: ({ path, text: typed, was }) =>
        answer(() => {
          const text = merged(was, typed, textOf(path) ?? '');
          keep(path, text);
          const id = identity(text, path);
          return { file: { id, path, text, value: valueOf(text) }, overview: overview() };
        }),
      edit: ({ id, edits }) =>
        answer(() => {
          const before = file(id);
          keep(before.path, edits.reduce(applied, before.text));
          return { file: file(id), overview: overview() };
        }),
      create: (value) =>
        answer(() => {
          const text = printed(value, '');
          const id = identity(text, '');
          keep(`fabric/managed/vpcs/${id.name}.yaml`, text);
          return overview();
        }),
      remove: () => Promise.reject(new EngineFailure('bad-request', 'the double removes nothing')),
      discard: (id) =>
        answer(() => {
          if (id === null) it.drafts.clear();
          else it.drafts.delete(file(id).path);
          open = [];
          return overview();
        }),
      preview: () =>
        answer(() => ({
          head: headId(it.head),
          findings: [],
          files: [...it.drafts].map(([path, { text }]): PlannedFile => {
            const before = it.branch.get(path);
            return { path, change: before === undefined ? 'added' : 'changed', diff: diff(before ?? '', text) };
          }),
        })),
      commit: ({ findings }) =>
        answer((): Calls['commit']['answer'] => {
          const given = it.answers.shift();
          if (given !== undefined) return { answer: given, overview: overview() };
          if (it.conflicts.length > 0) {
            open = it.conflicts.splice(0);
            return { answer: { type: 'conflicted', conflicts: open }, overview: overview() };
          }
          const wrong = [...it.drafts].flatMap(([path, { text }]) => check(text, path));
          if (wrong.length > 0 && findings === 'refuse') {
            const message = 'the drafts bring errors that the fabric would refuse';
            return {
              answer: {
                type: 'refused',
                reason: 'findings',
                message,
                findings: wrong,
                offers: ['accept-findings', 'export'],
              },
              overview: overview(),
            };
          }
          const landed = land();
          return { answer: landed, overview: overview() };
        }),
      choose: (choices) =>
        answer(() => {
          for (const choice of choices) settle(choice);
          open = open.filter(({ id }) => !choices.some(({ conflict }) => conflict === id));
          return overview();
        }),
      export: () =>
        answer(() => [...it.drafts].map(([path, { text }]) => diff(it.branch.get(path) ?? '', text, path)).join('')),
      close: () => Promise.resolve(null),
    };

    function settle(choice: Choice): void {
      const conflict = open.find(({ id }) => id === choice.conflict);
      const path = conflict?.theirs.path;
      if (conflict?.field === undefined || path === undefined) return;
      const value =
        'take' in choice
          ? choice.take === 'both'
            ? undefined
            : conflict[choice.take].value
          : 'value' in choice
            ? choice.value
            : choice.text;
      if (value !== undefined) keep(path, applied(textOf(path) ?? '', { op: 'set', field: conflict.field, value }));
    }
  };
}

function answer<T>(make: () => T): Promise<T> {
  return new Promise((give) => {
    give(make());
  });
}

/** Line by line, of texts with as many lines. */
function merged(base: string, ours: string, theirs: string): string {
  if (base === theirs) return ours;
  const [before, mine] = [base.split('\n'), ours.split('\n')];
  return theirs
    .split('\n')
    .map((line, at) => (mine[at] === before[at] ? line : (mine[at] ?? line)))
    .join('\n');
}

function headId(head: number): string {
  return head.toString(16).padStart(40, 'c0ffee');
}

interface Line {
  readonly at: number;
  readonly indent: number;
  readonly path: readonly string[];
  readonly value: string;
}

function linesOf(text: string): Line[] {
  const above: { indent: number; key: string }[] = [];
  return text.split('\n').flatMap((line, at) => {
    const match = /^( *)([\w./-]+):(?: +(.*?))?(?: +#.*)?$/.exec(line);
    if (match === null) return [];
    const indent = match[1]?.length ?? 0;
    while (above.length > 0 && (above.at(-1)?.indent ?? 0) >= indent) above.pop();
    above.push({ indent, key: match[2] ?? '' });
    return [{ at, indent, path: above.map(({ key }) => key), value: match[3] ?? '' }];
  });
}

export function valueOf(text: string): Json {
  const value: Record<string, unknown> = {};
  const lines = linesOf(text);
  for (const [index, { path, value: written, indent }] of lines.entries()) {
    let at = value;
    for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>;
    const isMap = written === '' && (lines[index + 1]?.indent ?? 0) > indent;
    at[path.at(-1) ?? ''] = isMap ? {} : scalar(written);
  }
  return value as Json;
}

function scalar(text: string): Json {
  if (text === '') return null;
  if (/^-?\d+$/.test(text)) return Number(text);
  if (text === 'true' || text === 'false') return text === 'true';
  return text.replace(/^(['"])(.*)\1$/, '$2');
}

function applied(text: string, edit: Edit): string {
  if (edit.op !== 'set' && edit.op !== 'remove') {
    throw new EngineFailure('bad-request', `the double knows no ${edit.op}`);
  }
  const rows = text.split('\n');
  const path = edit.field
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const lines = linesOf(text);
  const is = (line: Line, of: readonly string[]): boolean => line.path.join('\0') === of.join('\0');
  const line = lines.find((each) => is(each, path));
  if (edit.op === 'set') {
    const key = path.at(-1) ?? '';
    if (line !== undefined) {
      const comment = / +#.*$/.exec(rows[line.at] ?? '')?.[0] ?? '';
      rows[line.at] =
        `${' '.repeat(line.indent)}${key}: ${typeof edit.value === 'string' ? edit.value : JSON.stringify(edit.value)}${comment}`;
      return rows.join('\n');
    }
    const parent = lines.find((each) => is(each, path.slice(0, -1)));
    if (parent === undefined) throw new EngineFailure('no-such-field', `there is no field ${edit.field}`);
    const last =
      lines
        .filter(
          (each) =>
            each.path.length > parent.path.length &&
            is({ ...each, path: each.path.slice(0, parent.path.length) }, parent.path),
        )
        .at(-1) ?? parent;
    rows.splice(
      last.at + 1,
      0,
      ...printed({ [key]: edit.value }, ' '.repeat(parent.indent + 2))
        .trimEnd()
        .split('\n'),
    );
    return rows.join('\n');
  }
  if (line !== undefined) {
    const after = lines.find((each) => each.at > line.at && each.indent <= line.indent);
    rows.splice(line.at, (after?.at ?? rows.length - 1) - line.at);
    return rows.join('\n');
  }
  throw new EngineFailure('no-such-field', `there is no field ${edit.field}`);
}

function printed(value: Json, indent: string): string {
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .map(([key, item]) =>
      typeof item === 'object' && item !== null
        ? `${indent}${key}:\n${printed(item as Json, `${indent}  `)}`
        : `${indent}${key}: ${String(item)}\n`,
    )
    .join('');
}

function identity(text: string, path: string): ResourceId {
  const lines = linesOf(text);
  const at = (...of: string[]): string => lines.find(({ path: here }) => here.join('/') === of.join('/'))?.value ?? '';
  const kind = at('kind');
  return {
    group: at('apiVersion').split('/')[0] ?? '',
    kind: kind === '' ? 'Unknown' : kind,
    namespace: 'default',
    name: at('metadata', 'name') || path,
  };
}

function same(a: ResourceId, b: ResourceId): boolean {
  return a.kind === b.kind && a.name === b.name;
}

function check(text: string, path: string): Finding[] {
  return linesOf(text).flatMap(({ path: keys, value, at }): Finding[] => {
    if (keys.at(-1) !== 'vlan' || (Number(value) >= 1 && Number(value) <= 4094)) return [];
    const row = text.split('\n')[at] ?? '';
    const start = text.split('\n').slice(0, at).join('\n').length + (at > 0 ? 1 : 0);
    const column = row.indexOf(value === '' ? ':' : value);
    return [
      {
        code: 'VPC-17',
        severity: 'error',
        message: `the VLAN ${value} is outside 1 to 4094`,
        help: 'Take a VLAN of the namespace',
        path,
        resource: identity(text, path),
        field: `/${keys.join('/')}`,
        range: {
          start: { offset: start + column, line: at + 1, column: column + 1 },
          end: { offset: start + column + value.length, line: at + 1, column: column + 1 + value.length },
        },
      },
    ];
  });
}

/** A diff in one hunk, with three lines around what differs. */
function diff(before: string, after: string, path = ''): string {
  const a = before === '' ? [] : before.split('\n').slice(0, -1);
  const b = after.split('\n').slice(0, -1);
  let head = 0;
  while (head < Math.min(a.length, b.length) && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < Math.min(a.length, b.length) - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  const from = Math.max(0, head - 3);
  const more = Math.min(3, tail);
  const lines = [
    ...a.slice(from, head).map((line) => ` ${line}`),
    ...a.slice(head, a.length - tail).map((line) => `-${line}`),
    ...b.slice(head, b.length - tail).map((line) => `+${line}`),
    ...a.slice(a.length - tail, a.length - tail + more).map((line) => ` ${line}`),
  ];
  const name = path === '' ? '' : `--- a/${path}\n+++ b/${path}\n`;
  return `${name}@@ -${a.length === 0 ? 0 : from + 1},${a.length - tail + more - from} +${from + 1},${b.length - tail + more - from} @@\n${lines.join('\n')}\n`;
}
