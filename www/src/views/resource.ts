/** One resource: its text, or its form, with what is wrong with it. */

import type { OpenFile, RowState } from '../engine.js';
import type { Finding, ResourceId } from '../shapes.js';
import type { Change } from '../store/fields.js';
import type { Opened, Tab } from '../store/state.js';
import { h, slot } from './dom.js';
import type { Child } from './dom.js';
import { nameOf, rowStateWord } from './words.js';
import { vpcForm } from './vpc-form.js';

export interface ResourceProps {
  readonly opened: Opened;
  readonly tab: Tab;
  readonly rowState: RowState;
  readonly findings: readonly Finding[];
  readonly editor: HTMLElement;
  readonly onTab: (tab: Tab) => void;
  readonly onTyping: (change: Change) => void;
  readonly onChange: (change: Change) => void;
  readonly onDiscard: (id: ResourceId) => void;
  readonly onRemove: (id: ResourceId) => void;
}

const TABS = [
  ['yaml', 'YAML'],
  ['form', 'Form'],
] as const;

export function resourceView(props: ResourceProps): HTMLElement {
  const { opened } = props;
  switch (opened.type) {
    case 'none':
      return h(
        'section',
        { className: 'hr-pane', ariaLabel: 'Resource', key: 'nothing' },
        h('p', { className: 'hr-empty hr-empty-big' }, 'Pick a resource on the left to see and edit it.'),
      );
    case 'reading':
      return h(
        'section',
        { className: 'hr-pane', ariaLabel: 'Resource', key: 'reading' },
        h('p', { className: 'hr-empty hr-empty-big', role: 'status' }, 'Reading…'),
      );
    case 'file':
      return openView(props, opened.file, opened.phase);
    default:
      return opened satisfies never;
  }
}

function openView(props: ResourceProps, file: OpenFile, phase: 'typing' | 'checked'): HTMLElement {
  const { tab, rowState, findings, editor, onTab, onTyping, onChange, onDiscard, onRemove } = props;
  const { id, path } = file;
  const hasForm = id.kind === 'VPC';
  const shown = hasForm ? tab : 'yaml';
  const state = rowStateWord(rowState);
  return h(
    'section',
    { className: 'hr-pane', ariaLabel: `${id.kind} ${nameOf(id)}`, key: 'file' },
    h(
      'header',
      { className: 'hr-pane-head' },
      h(
        'div',
        { className: 'hr-pane-title' },
        h('h2', {}, h('span', { className: 'hr-kind-tag' }, id.kind), ' ', nameOf(id)),
        state === '' ? null : h('span', { className: `hr-badge hr-badge-${rowState}` }, state),
        h('span', { className: 'hr-saved', role: 'status' }, savedWords(phase, rowState)),
      ),
      h('div', { className: 'hr-path', title: path }, path),
      h(
        'div',
        { className: 'hr-pane-tools' },
        hasForm ? tabs(shown, onTab) : h('span', {}),
        h(
          'div',
          { className: 'hr-button-row' },
          rowState === 'clean'
            ? null
            : h(
                'button',
                { type: 'button', className: 'hr-button hr-quiet', onclick: () => onDiscard(id) },
                'Discard draft',
              ),
          rowState === 'removed' || rowState === 'unreadable'
            ? null
            : h(
                'button',
                { type: 'button', className: 'hr-button hr-quiet hr-danger', onclick: () => onRemove(id) },
                'Remove resource',
              ),
        ),
      ),
    ),
    h(
      'div',
      {
        className: 'hr-pane-body',
        key: `body-${shown}`,
        id: 'hr-tab-panel',
        role: hasForm ? 'tabpanel' : 'group',
        attributes: { 'aria-label': shown === 'yaml' ? 'YAML' : 'Form' },
      },
      ...body(),
    ),
  );

  function body(): readonly Child[] {
    switch (shown) {
      case 'yaml':
        return [slot(editor)];
      case 'form':
        return [vpcForm({ file, findings, onTyping, onChange })];
      default:
        return shown satisfies never;
    }
  }
}

function savedWords(phase: 'typing' | 'checked', state: RowState): string {
  if (phase === 'typing') return 'Checking…';
  return state === 'clean' ? '' : 'Draft kept';
}

function tabs(shown: Tab, onTab: (tab: Tab) => void): HTMLElement {
  return h(
    'div',
    {
      className: 'hr-tabs',
      role: 'tablist',
      ariaLabel: 'View of the resource',
      onkeydown: (event) => {
        if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
        event.preventDefault();
        const list = event.currentTarget;
        onTab(shown === 'yaml' ? 'form' : 'yaml');
        if (list instanceof HTMLElement) list.querySelector<HTMLElement>('[aria-selected=true]')?.focus();
      },
    },
    ...TABS.map(([tab, name]) =>
      h(
        'button',
        {
          type: 'button',
          role: 'tab',
          className: 'hr-tab',
          ariaSelected: tab === shown ? 'true' : 'false',
          tabIndex: tab === shown ? 0 : -1,
          attributes: { 'aria-controls': 'hr-tab-panel' },
          onclick: () => onTab(tab),
        },
        name,
      ),
    ),
  );
}
