/** The exact diff that the next commit would make, file by file. */

import type { PlannedFile, Preview } from '../shapes.js';
import { h } from './dom.js';
import { count } from './words.js';

export interface ChangesProps {
  readonly plan: Preview | null;
  readonly drafts: number;
  readonly onDiscard: (path: string) => void;
  readonly onDiscardAll: () => void;
  readonly onExport: () => void;
  readonly onOpen: (path: string) => void;
}

export function changesView(props: ChangesProps): HTMLElement {
  const { plan, drafts, onDiscardAll, onExport } = props;
  const files = plan?.files ?? [];
  return h(
    'section',
    { className: 'hr-pane', ariaLabel: 'Changes', key: 'changes' },
    h(
      'header',
      { className: 'hr-pane-head' },
      h(
        'div',
        { className: 'hr-pane-title' },
        h('h2', {}, 'Changes to be committed'),
        h('span', { className: 'hr-saved' }, plan === null ? '' : count(files.length, 'file')),
        h(
          'div',
          { className: 'hr-button-row hr-push' },
          h(
            'button',
            { type: 'button', className: 'hr-button hr-quiet', disabled: drafts === 0, onclick: onExport },
            'Export as patch',
          ),
          h(
            'button',
            {
              type: 'button',
              className: 'hr-button hr-quiet hr-danger',
              disabled: drafts === 0,
              onclick: onDiscardAll,
            },
            'Discard all drafts',
          ),
        ),
      ),
    ),
    h('div', { className: 'hr-pane-body hr-scroll hr-diffs' }, ...content(props, files)),
  );
}

function content(
  { plan, drafts, onDiscard, onOpen }: ChangesProps,
  files: readonly PlannedFile[],
): readonly HTMLElement[] {
  if (plan === null) {
    return [h('p', { className: 'hr-empty hr-empty-big', role: 'status' }, 'Working out the changes…')];
  }
  if (files.length === 0) {
    const text =
      drafts === 0 ? 'No drafts. Edit a resource, and its exact diff appears here.' : 'The drafts change no file.';
    return [h('p', { className: 'hr-empty hr-empty-big' }, text)];
  }
  return files.map((file) => fileDiff(file, onDiscard, onOpen));
}

function fileDiff(
  { path, change, diff }: PlannedFile,
  onDiscard: (path: string) => void,
  onOpen: (path: string) => void,
): HTMLElement {
  const lines = diffLines(diff);
  const plus = lines.filter(({ sign }) => sign === 'added').length;
  const minus = lines.filter(({ sign }) => sign === 'removed').length;
  return h(
    'article',
    { className: 'hr-diff-file', ariaLabel: `Diff of ${path}`, key: path },
    h(
      'header',
      { className: 'hr-diff-head' },
      change === 'removed'
        ? h('span', { className: 'hr-diff-path' }, path)
        : h('button', { type: 'button', className: 'hr-link hr-diff-path', onclick: () => onOpen(path) }, path),
      change === 'changed'
        ? null
        : h('span', { className: `hr-badge hr-badge-${change}` }, change === 'added' ? 'new file' : 'removed'),
      h('span', { className: 'hr-plus' }, `+${plus}`),
      h('span', { className: 'hr-minus' }, `−${minus}`),
      h(
        'button',
        {
          type: 'button',
          className: 'hr-button hr-quiet hr-push',
          onclick: () => onDiscard(path),
          ariaLabel: `Discard the draft of ${path}`,
        },
        'Discard',
      ),
    ),
    h(
      'div',
      { className: 'hr-diff', role: 'table', ariaLabel: `Changed lines of ${path}`, tabIndex: 0 },
      ...lines.map((line) =>
        h(
          'div',
          { className: `hr-diff-line hr-diff-${line.sign}`, role: 'row' },
          h('span', { className: 'hr-diff-number', role: 'cell' }, line.before === null ? '' : String(line.before)),
          h('span', { className: 'hr-diff-number', role: 'cell' }, line.after === null ? '' : String(line.after)),
          h(
            'span',
            { className: 'hr-diff-sign', role: 'cell', ariaLabel: SIGNS[line.sign].word },
            SIGNS[line.sign].mark,
          ),
          h('code', { className: 'hr-diff-text', role: 'cell' }, line.text),
        ),
      ),
    ),
  );
}

export type Sign = 'added' | 'removed' | 'same' | 'hunk' | 'note';

const SIGNS: Readonly<Record<Sign, { readonly mark: string; readonly word: string }>> = {
  added: { mark: '+', word: 'added' },
  removed: { mark: '−', word: 'removed' },
  same: { mark: '', word: '' },
  hunk: { mark: '', word: '' },
  note: { mark: '', word: '' },
};

export interface DiffLine {
  readonly sign: Sign;
  readonly before: number | null;
  readonly after: number | null;
  readonly text: string;
}

/** Reads a unified diff; header lines before the first hunk are passed over. */
export function diffLines(diff: string): readonly DiffLine[] {
  const lines: DiffLine[] = [];
  let before = 0;
  let after = 0;
  let inside = false;
  for (const line of diff.replace(/\n$/, '').split('\n')) {
    const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line);
    if (hunk !== null) {
      inside = true;
      before = Number(hunk[1]);
      after = Number(hunk[2]);
      lines.push({ sign: 'hunk', before: null, after: null, text: line });
      continue;
    }
    if (!inside) continue;
    const text = line.slice(1);
    switch (line.charAt(0)) {
      case '+':
        lines.push({ sign: 'added', before: null, after, text });
        after += 1;
        break;
      case '-':
        lines.push({ sign: 'removed', before, after: null, text });
        before += 1;
        break;
      case '\\':
        lines.push({ sign: 'note', before: null, after: null, text: 'No newline at the end of the file' });
        break;
      default:
        lines.push({ sign: 'same', before, after, text });
        before += 1;
        after += 1;
    }
  }
  return lines;
}
