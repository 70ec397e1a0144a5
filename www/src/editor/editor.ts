/**
 * The YAML editor: CodeMirror with the engine's findings.
 *
 * It lives in a shadow root of its own, where its styles are adopted sheets:
 * so no style of the page reaches in, and no policy forbids it.
 *
 * **Invariant:** a line nobody touched keeps its bytes, its line end included.
 */

import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { yaml } from '@codemirror/lang-yaml';
import {
  HighlightStyle,
  foldGutter,
  foldKeymap,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from '@codemirror/language';
import { lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import type { Diagnostic } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { Annotation, EditorState } from '@codemirror/state';
import type { Extension, Text } from '@codemirror/state';
import {
  EditorView,
  drawSelection,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';

import type { Finding, Position } from '../shapes.js';
import { difference, linesOf, rejoin } from './lines.js';

export interface YamlEditor {
  /** Stands in the page as long as the editor lives. */
  readonly element: HTMLElement;
  /** Shows a text. The same key keeps cursor and undo steps. */
  show(key: string, label: string, text: string): void;
  mark(findings: readonly Finding[]): void;
  goTo(at: Position): void;
  end(): void;
}

/** Marks a change that was not typed. */
const fromEngine = Annotation.define<true>();

export function createEditor(onTyped: (text: string) => void): YamlEditor {
  const element = document.createElement('div');
  element.className = 'hr-editor';
  const root = element.attachShadow({ mode: 'open' });
  let key = '';
  /** The text as the engine last knew it, with its own line ends. */
  let source = '';

  const view = new EditorView({ root, parent: root, state: EditorState.create({ doc: '' }) });

  const fresh = (text: string, label: string): EditorState =>
    EditorState.create({
      doc: text,
      extensions: [
        ...base(),
        EditorView.contentAttributes.of({ 'aria-label': label }),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged || update.transactions.some((step) => step.annotation(fromEngine) === true)) return;
          source = rejoin(source, [...update.state.doc.iterLines()]);
          onTyped(source);
        }),
      ],
    });

  return {
    element,
    show(nextKey, label, text) {
      if (nextKey !== key) {
        key = nextKey;
        source = text;
        view.setState(fresh(text, label));
        return;
      }
      if (text === source) return;
      source = text;
      const { from, to, text: insert } = difference(view.state.doc.toString(), linesOf(text).join('\n'));
      view.dispatch({ changes: { from, to, insert }, annotations: fromEngine.of(true) });
    },
    mark(findings) {
      view.dispatch(
        setDiagnostics(
          view.state,
          findings.flatMap((finding) => diagnostic(finding, view.state.doc)),
        ),
      );
    },
    goTo(at) {
      const place = offset(view.state.doc, at);
      view.dispatch({ selection: { anchor: place }, effects: EditorView.scrollIntoView(place, { y: 'center' }) });
      view.focus();
    },
    end() {
      view.destroy();
    },
  };
}

function diagnostic(finding: Finding, doc: Text): Diagnostic[] {
  const { range, severity, message, help, code } = finding;
  if (range === undefined) return [];
  const from = offset(doc, range.start);
  const to = Math.max(from, offset(doc, range.end));
  return [
    {
      from,
      to: to === from ? Math.min(doc.length, from + 1) : to,
      severity,
      message,
      source: code,
      renderMessage: () => {
        const box = document.createElement('div');
        const first = document.createElement('div');
        first.textContent = message;
        box.append(first);
        if (help !== undefined) {
          const second = document.createElement('div');
          second.className = 'hr-help';
          second.textContent = help;
          box.append(second);
        }
        return box;
      },
    },
  ];
}

/** By line and column: the editor counts a line end as one, whatever it is. */
function offset(doc: Text, { line, column }: Position): number {
  const at = doc.line(Math.max(1, Math.min(line, doc.lines)));
  return at.from + Math.min(Math.max(0, column - 1), at.length);
}

function base(): Extension[] {
  return [
    lineNumbers(),
    foldGutter(),
    lintGutter(),
    history(),
    drawSelection(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    indentOnInput(),
    indentUnit.of('  '),
    EditorState.tabSize.of(2),
    highlightSelectionMatches(),
    search({ top: true }),
    yaml(),
    syntaxHighlighting(colours),
    theme,
    keymap.of([...defaultKeymap, ...historyKeymap, ...searchKeymap, ...foldKeymap, ...lintKeymap]),
  ];
}

const colours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--hr-code-key)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--hr-code-string)' },
  { tag: [tags.content, tags.attributeValue], color: 'var(--hr-text)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--hr-code-number)' },
  { tag: [tags.comment, tags.lineComment], color: 'var(--hr-code-comment)', fontStyle: 'italic' },
  { tag: [tags.meta, tags.keyword, tags.labelName, tags.typeName], color: 'var(--hr-code-meta)' },
  { tag: [tags.punctuation, tags.separator, tags.squareBracket, tags.brace], color: 'var(--hr-muted)' },
]);

const theme = EditorView.theme({
  '&': { height: '100%', color: 'var(--hr-text)', backgroundColor: 'var(--hr-surface)', fontSize: '13px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--hr-mono)', lineHeight: '20px' },
  '.cm-content': { padding: '8px 0', caretColor: 'var(--hr-text)' },
  '.cm-cursor': { borderLeftColor: 'var(--hr-text)' },
  '.cm-gutters': { backgroundColor: 'var(--hr-surface)', color: 'var(--hr-faint)', border: 'none' },
  '.cm-lineNumbers .cm-gutterElement': { padding: '0 8px 0 12px' },
  '.cm-activeLine': { backgroundColor: 'var(--hr-line)' },
  '.cm-activeLineGutter': { backgroundColor: 'var(--hr-line)', color: 'var(--hr-text)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--hr-selection)',
  },
  '.cm-selectionMatch': { backgroundColor: 'var(--hr-selection)' },
  '.cm-gutter-lint': { width: '18px' },
  '.cm-gutter-lint .cm-gutterElement': { padding: '3px' },
  '.cm-lintRange-error': {
    textDecoration: 'underline wavy var(--hr-error) 1.5px',
    textUnderlineOffset: '3px',
    backgroundImage: 'none',
  },
  '.cm-lintRange-warning': {
    textDecoration: 'underline wavy var(--hr-warning) 1.5px',
    textUnderlineOffset: '3px',
    backgroundImage: 'none',
  },
  '.cm-lintRange-info': {
    textDecoration: 'underline dotted var(--hr-info) 1.5px',
    textUnderlineOffset: '3px',
    backgroundImage: 'none',
  },
  '.cm-lint-marker': { width: '12px', height: '12px', borderRadius: '50%', content: '""' },
  '.cm-lint-marker-error': { content: '""', backgroundColor: 'var(--hr-error)' },
  '.cm-lint-marker-warning': { content: '""', backgroundColor: 'var(--hr-warning)', borderRadius: '3px' },
  '.cm-lint-marker-info': { content: '""', backgroundColor: 'var(--hr-info)', borderRadius: '3px' },
  '.cm-tooltip': {
    backgroundColor: 'var(--hr-raised)',
    color: 'var(--hr-text)',
    border: '1px solid var(--hr-border)',
    borderRadius: '6px',
    boxShadow: 'var(--hr-shadow)',
    fontFamily: 'var(--hr-font)',
    fontSize: '13px',
    maxWidth: '440px',
  },
  '.cm-diagnostic': { padding: '8px 12px', borderLeftWidth: '3px' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--hr-error)' },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--hr-warning)' },
  '.cm-diagnostic-info': { borderLeftColor: 'var(--hr-info)' },
  '.cm-diagnosticSource': { color: 'var(--hr-muted)', fontSize: '12px' },
  '.hr-help': { color: 'var(--hr-muted)', marginTop: '4px' },
  '.cm-panels': { backgroundColor: 'var(--hr-ground)', color: 'var(--hr-text)', borderColor: 'var(--hr-border)' },
  '.cm-panel.cm-search input, .cm-panel.cm-search button': {
    backgroundImage: 'none',
    backgroundColor: 'var(--hr-surface)',
    color: 'var(--hr-text)',
    border: '1px solid var(--hr-border)',
    borderRadius: '4px',
  },
  '.cm-foldPlaceholder': { backgroundColor: 'var(--hr-line)', border: 'none', color: 'var(--hr-muted)' },
});
