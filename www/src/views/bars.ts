/** The bar above with the place and the state, and the one below that commits. */

import type { Target } from '../engine.js';
import type { Status } from '../shapes.js';
import type { Pane, Save } from '../store/state.js';
import { progressWords } from './connect.js';
import { h, icon } from './dom.js';
import { BRANCH, SYNC } from './icons.js';
import { count, statusWord } from './words.js';

export interface TopBarProps {
  readonly target: Target;
  readonly branch: string;
  readonly status: Status;
  readonly syncing: 'no' | 'yes';
  readonly pane: Pane;
  readonly onSync: () => void;
  readonly onLeave: () => void;
  readonly onPane: (pane: Pane) => void;
}

export function topBar({ target, branch, status, syncing, pane, onSync, onLeave, onPane }: TopBarProps): HTMLElement {
  return h(
    'header',
    { className: 'hr-top' },
    h('h1', { className: 'hr-brand' }, 'Hedgerow'),
    h(
      'span',
      { className: 'hr-where' },
      h('span', { className: 'hr-repository' }, target.repository),
      h('span', { className: 'hr-branch', title: `Branch ${branch}` }, icon(BRANCH), branch),
      h('code', { className: 'hr-head', title: `Head ${status.head}` }, status.head.slice(0, 8)),
      target.directory === ''
        ? null
        : h('span', { className: 'hr-directory', title: 'Fabric directory' }, target.directory),
    ),
    h(
      'nav',
      { className: 'hr-panes', ariaLabel: 'Panes' },
      paneButton('Resource', 'resource', 0),
      paneButton('Changes', 'changes', status.drafts),
      paneButton('Conflicts', 'conflicts', status.conflicts),
    ),
    h(
      'span',
      { className: `hr-status hr-status-${status.state}`, role: 'status', title: status.message ?? '' },
      statusWord(status),
    ),
    h(
      'button',
      {
        type: 'button',
        className: 'hr-button hr-quiet',
        disabled: syncing === 'yes',
        onclick: onSync,
        title: 'Look at the branch now',
      },
      icon(SYNC),
      syncing === 'yes' ? 'Syncing…' : 'Sync',
    ),
    h('button', { type: 'button', className: 'hr-button hr-quiet', onclick: onLeave }, 'Close'),
  );

  function paneButton(name: string, of: Pane, number: number): HTMLElement {
    return h(
      'button',
      {
        type: 'button',
        className: 'hr-pane-button',
        ariaCurrent: pane === of ? 'page' : 'false',
        ariaLabel: number > 0 ? `${name}, ${number}` : name,
        onclick: () => onPane(of),
      },
      name,
      number > 0 ? h('span', { className: `hr-count hr-count-${of}` }, String(number)) : null,
    );
  }
}

export interface CommitBarProps {
  readonly status: Status;
  readonly branch: string;
  readonly message: string;
  readonly save: Save;
  /** Why nothing can be committed, or null. */
  readonly block: string | null;
  /** Files that have drafts of other tabs. */
  readonly elsewhere: number;
  /** Error findings in files with drafts. */
  readonly errors: number;
  readonly pane: Pane;
  readonly onMessage: (message: string) => void;
  readonly onCommit: () => void;
  readonly onPane: (pane: Pane) => void;
}

export function commitBar({
  status,
  branch,
  message,
  save,
  block,
  elsewhere,
  errors,
  pane,
  onMessage,
  onCommit,
  onPane,
}: CommitBarProps): HTMLElement {
  const sending = save.type === 'sending';
  const { drafts } = status;
  const warning = errors > 0 ? `${count(errors, 'error')} in your drafts` : '';
  return h(
    'form',
    {
      className: 'hr-commit',
      ariaLabel: 'Commit',
      onsubmit: (event: SubmitEvent) => {
        event.preventDefault();
        if (block !== null) return;
        // The button cannot be pressed while it is sent, and would lose the focus.
        if (event.currentTarget instanceof HTMLElement) event.currentTarget.querySelector('input')?.focus();
        onCommit();
      },
    },
    h(
      'button',
      {
        type: 'button',
        className: 'hr-button hr-drafts',
        disabled: drafts === 0,
        ariaPressed: pane === 'changes' ? 'true' : 'false',
        onclick: () => onPane(pane === 'changes' ? 'resource' : 'changes'),
      },
      drafts === 0 ? 'No drafts' : `${count(drafts, 'draft')}: show diff`,
    ),
    elsewhere === 0
      ? null
      : h(
          'span',
          {
            className: 'hr-elsewhere',
            key: 'elsewhere',
            title: 'Each tab commits what was changed in it. What a closed tab left is in the next one that is opened',
          },
          `${count(elsewhere, 'draft')} of another tab`,
        ),
    h('input', {
      type: 'text',
      className: 'hr-input hr-message',
      ariaLabel: 'Commit message',
      placeholder: 'Say what this changes, and why',
      value: message,
      readOnly: sending,
      ariaBusy: sending ? 'true' : 'false',
      autocomplete: 'off',
      oninput: (event) => {
        if (event.target instanceof HTMLInputElement) onMessage(event.target.value);
      },
    }),
    h(
      'span',
      {
        className: `hr-reason${block === null && warning !== '' ? ' hr-reason-warning' : ''}`,
        id: 'hr-commit-reason',
        role: 'status',
      },
      sending ? progressWords(save.progress, 'Committing…') : (block ?? warning),
    ),
    h(
      'button',
      {
        type: 'submit',
        className: 'hr-button hr-primary',
        disabled: block !== null,
        attributes: { 'aria-describedby': 'hr-commit-reason' },
      },
      sending ? 'Committing…' : `Commit to ${branch}`,
    ),
  );
}
