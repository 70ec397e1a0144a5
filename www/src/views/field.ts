/** A control with its label above and a hint below. */

import { h } from './dom.js';

export function labelled(label: string, control: HTMLElement, hint?: string): HTMLElement {
  const hintId = `${control.id}-hint`;
  if (hint !== undefined) control.setAttribute('aria-describedby', hintId);
  return h(
    'div',
    { className: 'hr-field' },
    h('label', { className: 'hr-label', htmlFor: control.id }, label),
    control,
    hint === undefined ? null : h('span', { className: 'hr-hint', id: hintId }, hint),
  );
}
