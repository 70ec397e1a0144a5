/** The resources of the fabric by kind, as a tree that the keyboard moves in. */

import type { Overview, Row } from '../engine.js';
import type { Finding, ResourceId } from '../shapes.js';
import { keyOf } from '../store/state.js';
import { h, icon } from './dom.js';
import { CHEVRON, PLUS } from './icons.js';
import { count, nameOf, rowStateWord } from './words.js';

export interface TreeProps {
  readonly overview: Overview;
  readonly query: string;
  readonly folded: ReadonlySet<string>;
  readonly selected: string | null;
  readonly onQuery: (query: string) => void;
  readonly onFold: (kind: string) => void;
  readonly onSelect: (id: ResourceId) => void;
  readonly onCreate: () => void;
}

interface Tally {
  readonly errors: number;
  readonly warnings: number;
}

export function fabricTree(props: TreeProps): HTMLElement {
  const { overview, query, folded, selected, onQuery, onFold, onSelect, onCreate } = props;
  const tallies = tally(overview.findings);
  const kinds = byKind(overview.rows.filter((row) => matches(row, query)));
  const shown = [...kinds].flatMap(([kind, rows]) => (isFolded(folded, kind, query) ? [] : rows));
  const anchor = shown.some(({ id }) => keyOf(id) === selected) ? selected : null;
  const first = [...kinds.keys()][0];

  const items = [...kinds].map(([kind, rows]) => {
    const closed = isFolded(folded, kind, query);
    return h(
      'li',
      {
        key: `kind:${kind}`,
        role: 'treeitem',
        className: 'hr-kind',
        ariaLabel: `${kind}, ${rows.length}`,
        ariaExpanded: closed ? 'false' : 'true',
        tabIndex: anchor === null && kind === first ? 0 : -1,
      },
      h(
        'div',
        { className: 'hr-kind-row', onclick: () => onFold(kind) },
        icon(CHEVRON),
        h('span', { className: 'hr-kind-name' }, kind),
        h('span', { className: 'hr-count' }, String(rows.length)),
        closed ? kindBadges(rows, tallies) : null,
      ),
      closed
        ? null
        : h(
            'ul',
            { role: 'group', className: 'hr-group' },
            ...rows.map((row) => rowItem(row, tallies, { selected, anchor, onSelect })),
          ),
    );
  });

  return h(
    'nav',
    { className: 'hr-tree-pane', ariaLabel: 'Fabric' },
    h(
      'div',
      { className: 'hr-tree-head' },
      h('input', {
        type: 'search',
        className: 'hr-input',
        ariaLabel: 'Filter resources',
        placeholder: 'Filter',
        value: query,
        spellcheck: false,
        autocomplete: 'off',
        oninput: (event) => {
          if (event.target instanceof HTMLInputElement) onQuery(event.target.value);
        },
      }),
      h(
        'button',
        {
          type: 'button',
          className: 'hr-button hr-only-icon',
          ariaLabel: 'New VPC',
          title: 'New VPC',
          onclick: onCreate,
        },
        icon(PLUS),
      ),
    ),
    kinds.size === 0
      ? h(
          'p',
          { className: 'hr-empty' },
          query === '' ? 'This directory holds no resources yet.' : `No resource matches “${query}”.`,
        )
      : h(
          'ul',
          {
            role: 'tree',
            className: 'hr-tree',
            ariaLabel: 'Resources by kind',
            onkeydown: (event) => move(event, onFold),
          },
          ...items,
        ),
  );
}

interface RowOptions {
  readonly selected: string | null;
  readonly anchor: string | null;
  readonly onSelect: (id: ResourceId) => void;
}

function rowItem(
  row: Row,
  tallies: ReadonlyMap<string, Tally>,
  { selected, anchor, onSelect }: RowOptions,
): HTMLElement {
  const key = keyOf(row.id);
  const { errors, warnings } = tallies.get(key) ?? { errors: 0, warnings: 0 };
  const state = rowStateWord(row.state);
  const name = [
    nameOf(row.id),
    state,
    errors > 0 ? count(errors, 'error') : '',
    warnings > 0 ? count(warnings, 'warning') : '',
  ].filter((part) => part !== '');
  return h(
    'li',
    {
      key,
      role: 'treeitem',
      className: `hr-row hr-row-${row.state}`,
      ariaLabel: name.join(', '),
      ariaSelected: key === selected ? 'true' : 'false',
      tabIndex: key === anchor ? 0 : -1,
      title: row.path,
      onclick: (event) => {
        event.stopPropagation();
        onSelect(row.id);
      },
    },
    h('span', { className: 'hr-row-name' }, nameOf(row.id)),
    state === '' ? null : h('span', { className: `hr-badge hr-badge-${row.state}` }, state),
    errors > 0
      ? h('span', { className: 'hr-badge hr-badge-error', title: count(errors, 'error') }, String(errors))
      : null,
    warnings > 0
      ? h('span', { className: 'hr-badge hr-badge-warning', title: count(warnings, 'warning') }, String(warnings))
      : null,
  );
}

function kindBadges(rows: readonly Row[], tallies: ReadonlyMap<string, Tally>): HTMLElement | null {
  const errors = rows.reduce((sum, { id }) => sum + (tallies.get(keyOf(id))?.errors ?? 0), 0);
  const drafts = rows.filter(({ state }) => state !== 'clean').length;
  if (errors === 0 && drafts === 0) return null;
  return h(
    'span',
    { className: 'hr-kind-badges' },
    drafts > 0 ? h('span', { className: 'hr-badge hr-badge-changed' }, String(drafts)) : null,
    errors > 0 ? h('span', { className: 'hr-badge hr-badge-error' }, String(errors)) : null,
  );
}

function isFolded(folded: ReadonlySet<string>, kind: string, query: string): boolean {
  // What was searched for is shown.
  return query === '' && folded.has(kind);
}

export function matches({ id, path }: Row, query: string): boolean {
  const text = `${id.kind} ${id.namespace} ${id.name} ${path}`.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

export function byKind(rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> {
  const kinds = new Map<string, Row[]>();
  for (const row of [...rows].sort(
    (a, b) => rank(a) - rank(b) || compare(a.id.kind, b.id.kind) || compare(nameOf(a.id), nameOf(b.id)),
  )) {
    const list = kinds.get(row.id.kind);
    if (list === undefined) kinds.set(row.id.kind, [row]);
    else list.push(row);
  }
  return kinds;
}

/** What people edit every day comes before what is cabled once. */
function rank({ id }: Row): number {
  if (id.kind.startsWith('VPC')) return 0;
  return id.group.startsWith('vpc.') ? 1 : 2;
}

function compare(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

function tally(findings: readonly Finding[]): ReadonlyMap<string, Tally> {
  const tallies = new Map<string, Tally>();
  for (const { resource, severity } of findings) {
    if (resource === undefined || severity === 'info') continue;
    const key = keyOf(resource);
    const { errors, warnings } = tallies.get(key) ?? { errors: 0, warnings: 0 };
    tallies.set(key, severity === 'error' ? { errors: errors + 1, warnings } : { errors, warnings: warnings + 1 });
  }
  return tallies;
}

/** Moves in the tree as the ARIA practice for trees says. */
function move(event: KeyboardEvent, onFold: (kind: string) => void): void {
  const tree = event.currentTarget;
  const from = event.target;
  if (
    !(tree instanceof HTMLElement) ||
    !(from instanceof HTMLElement) ||
    event.altKey ||
    event.ctrlKey ||
    event.metaKey
  ) {
    return;
  }
  const items = [...tree.querySelectorAll<HTMLElement>('[role=treeitem]')];
  const at = items.indexOf(from);
  if (at < 0) return;
  const expanded = from.ariaExpanded;
  const fold = (): void => {
    const kind = from.querySelector('.hr-kind-name')?.textContent;
    if (kind !== undefined) onFold(kind);
  };
  const go = (item: HTMLElement | null | undefined): void => {
    if (item === null || item === undefined) return;
    for (const other of items) other.tabIndex = -1;
    item.tabIndex = 0;
    item.focus();
  };
  switch (event.key) {
    case 'ArrowDown':
      go(items[at + 1]);
      break;
    case 'ArrowUp':
      go(items[at - 1]);
      break;
    case 'Home':
      go(items[0]);
      break;
    case 'End':
      go(items.at(-1));
      break;
    case 'ArrowRight':
      if (expanded === 'false') fold();
      else if (expanded === 'true') go(items[at + 1]);
      break;
    case 'ArrowLeft':
      if (expanded === 'true') fold();
      else go(from.parentElement?.closest<HTMLElement>('[role=treeitem]'));
      break;
    case 'Enter':
    case ' ':
      if (expanded === null) from.click();
      else fold();
      break;
    default: {
      if (event.key.length !== 1) return;
      const letter = event.key.toLowerCase();
      const order = [...items.slice(at + 1), ...items.slice(0, at)];
      go(order.find((item) => item.ariaLabel?.toLowerCase().startsWith(letter)));
    }
  }
  event.preventDefault();
}
