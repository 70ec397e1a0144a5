/** A note about something that happened, with the next step. */

import type { Problem } from '../store/state.js';
import { h, icon, worded } from './dom.js';
import type { Child } from './dom.js';
import { ALERT, CHECK, CROSS } from './icons.js';

export type Tone = 'good' | 'bad' | 'warn' | 'plain';

export interface NoteProps {
  readonly tone: Tone;
  readonly title: string;
  readonly body: readonly Child[];
  readonly actions: readonly HTMLElement[];
  readonly onClose: (() => void) | null;
}

export function note({ tone, title, body, actions, onClose }: NoteProps): HTMLElement {
  return h(
    'div',
    { className: `hr-note hr-note-${tone}`, role: tone === 'bad' ? 'alert' : 'status' },
    icon(tone === 'good' ? CHECK : ALERT),
    h(
      'div',
      { className: 'hr-note-text' },
      h('strong', {}, ...worded(title)),
      ...(body.length === 0 ? [] : [h('div', { className: 'hr-note-body' }, ...body)]),
      ...(actions.length === 0 ? [] : [h('div', { className: 'hr-note-actions' }, ...actions)]),
    ),
    onClose === null
      ? null
      : h(
          'button',
          {
            type: 'button',
            className: 'hr-button hr-quiet hr-only-icon',
            ariaLabel: 'Close this note',
            onclick: onClose,
          },
          icon(CROSS),
        ),
  );
}

export function problemNote(problem: Problem, onClose: (() => void) | null): HTMLElement {
  return note({ tone: 'bad', title: problem.message, body: worded(problem.help), actions: [], onClose });
}
