/** The box that has a token kept on this machine. It is never checked before the user does it. */

import { h } from './dom.js';

/** Where a token is kept. */
export type TokenPlace = 'memory' | 'machine';

export function tokenBox(label: string): HTMLElement {
  return h(
    'label',
    { className: 'hr-keep' },
    h('input', { type: 'checkbox', name: 'hr-keep', className: 'hr-check', autocomplete: 'off' }),
    h('span', {}, label),
    h('span', { className: 'hr-hint' }, 'Encrypted in this browser. Whoever uses it can commit with the token.'),
  );
}

/** Reads the box of a form; without one, the token stays in memory. */
export function tokenPlace(form: HTMLFormElement): TokenPlace {
  const box = form.elements.namedItem('hr-keep');
  return box instanceof HTMLInputElement && box.checked ? 'machine' : 'memory';
}
