/**
 * Settles conflicts one at a time: the three values side by side, one choice.
 *
 * Nothing is applied before every conflict has a choice; until then each one
 * can be taken back.
 */

import type { Choice, Conflict, Side, Take } from '../shapes.js';
import { currentConflict, decided } from '../store/state.js';
import type { Settling } from '../store/state.js';
import { h, icon } from './dom.js';
import type { Child } from './dom.js';
import { CHECK, UNDO } from './icons.js';
import { conflictWord, count, nameOf, plain, sideText } from './words.js';
import { readOwn } from './own.js';

export interface ConflictsProps {
  readonly conflicts: readonly Conflict[];
  readonly settling: Settling;
  /** The branch that holds theirs. */
  readonly branch: string;
  readonly onShow: (id: string) => void;
  readonly onChoose: (choice: Choice) => void;
  readonly onOwn: (id: string) => void;
  readonly onLeaveOwn: () => void;
  readonly onUndo: () => void;
  readonly onApply: () => void;
}

const SIDES = ['base', 'ours', 'theirs'] as const;
type SideName = (typeof SIDES)[number];

export function conflictsView(props: ConflictsProps): HTMLElement {
  const { conflicts, settling, onUndo, onApply } = props;
  const current = currentConflict(conflicts, settling);
  if (current === undefined) {
    return h(
      'section',
      { className: 'hr-pane', ariaLabel: 'Conflicts', key: 'conflicts' },
      h(
        'p',
        { className: 'hr-empty hr-empty-big' },
        'No conflicts. When somebody else changes what you change, you decide here.',
      ),
    );
  }
  const done = decided(conflicts, settling);
  const open = conflicts.length - done;
  const applying = settling.phase === 'applying';
  return h(
    'section',
    {
      className: 'hr-pane',
      ariaLabel: 'Conflicts',
      key: 'conflicts',
      onkeydown: (event) => keys(event, props, current),
    },
    h(
      'header',
      { className: 'hr-pane-head' },
      h(
        'div',
        { className: 'hr-pane-title' },
        h('h2', {}, 'Settle conflicts'),
        h('span', { className: 'hr-saved hr-numbers' }, `${done} of ${conflicts.length} decided`),
        h('progress', {
          className: 'hr-progress hr-progress-small',
          max: conflicts.length,
          value: done,
          ariaLabel: 'Conflicts decided',
        }),
        h(
          'div',
          { className: 'hr-button-row hr-push' },
          h(
            'span',
            { className: 'hr-reason', id: 'hr-apply-reason' },
            open > 0 ? `${count(open, 'conflict')} still open` : '',
          ),
          h(
            'button',
            {
              type: 'button',
              className: 'hr-button',
              disabled: settling.past.length === 0 || applying,
              title: 'Undo (U)',
              onclick: onUndo,
            },
            icon(UNDO),
            'Undo',
          ),
          h(
            'button',
            {
              type: 'button',
              className: 'hr-button hr-primary hr-apply',
              disabled: open > 0 || applying,
              attributes: { 'aria-describedby': 'hr-apply-reason' },
              onclick: onApply,
            },
            applying ? 'Applying…' : `Apply ${count(conflicts.length, 'choice')}`,
          ),
        ),
      ),
    ),
    h('div', { className: 'hr-pane-body hr-settle' }, conflictList(props, current), conflictCard(props, current)),
  );
}

function conflictList({ conflicts, settling, onShow }: ConflictsProps, current: Conflict): HTMLElement {
  return h(
    'ol',
    { className: 'hr-conflict-list hr-scroll', ariaLabel: 'All conflicts' },
    ...conflicts.map((conflict) => {
      const choice = settling.choices.get(conflict.id);
      return h(
        'li',
        { key: conflict.id },
        h(
          'button',
          {
            type: 'button',
            className: `hr-conflict-item${choice === undefined ? '' : ' hr-decided'}`,
            ariaCurrent: conflict.id === current.id ? 'true' : 'false',
            onclick: () => onShow(conflict.id),
          },
          h('span', { className: 'hr-conflict-mark' }, choice === undefined ? null : icon(CHECK)),
          h(
            'span',
            { className: 'hr-conflict-item-text' },
            h('span', { className: 'hr-conflict-label' }, conflict.label),
            h(
              'span',
              { className: 'hr-finding-place' },
              [
                conflict.resource === undefined ? '' : `${conflict.resource.kind} ${nameOf(conflict.resource)}`,
                choice === undefined ? 'open' : choiceWord(choice),
              ]
                .filter((part) => part !== '')
                .join(' · '),
            ),
          ),
        ),
      );
    }),
  );
}

function conflictCard(props: ConflictsProps, conflict: Conflict): HTMLElement {
  const { conflicts, settling, branch, onChoose, onOwn } = props;
  const number = conflicts.indexOf(conflict) + 1;
  const choice = settling.choices.get(conflict.id);
  const taken = choice !== undefined && 'take' in choice ? choice.take : null;
  const own = choice !== undefined && !('take' in choice);
  return h(
    'div',
    {
      className: 'hr-conflict hr-scroll',
      role: 'group',
      ariaLabel: `Conflict ${number} of ${conflicts.length}: ${conflict.label}`,
      key: conflict.id,
    },
    h(
      'div',
      { className: 'hr-conflict-head' },
      h('span', { className: 'hr-muted hr-numbers' }, `Conflict ${number} of ${conflicts.length}`),
      conflict.severity === 'low'
        ? null
        : h('span', { className: `hr-badge hr-severity-${conflict.severity}` }, conflict.severity),
    ),
    h('h3', { className: 'hr-conflict-title' }, conflict.label),
    h(
      'p',
      { className: 'hr-muted' },
      [
        conflictWord(conflict.kind),
        conflict.resource === undefined ? '' : `in ${conflict.resource.kind} ${nameOf(conflict.resource)}`,
        conflict.theirs.path ?? conflict.ours.path ?? '',
      ]
        .filter((part) => part !== '')
        .join(' · '),
    ),
    h(
      'div',
      { className: 'hr-sides' },
      ...SIDES.map((name, index) =>
        sideCard({
          name,
          key: String(index + 1),
          side: conflict[name],
          base: conflict.base,
          branch,
          taken,
          onTake: (take) => onChoose({ conflict: conflict.id, take }),
          label: conflict.label,
        }),
      ),
    ),
    h(
      'div',
      { className: 'hr-button-row hr-more-choices' },
      canTakeBoth(conflict)
        ? h(
            'button',
            {
              type: 'button',
              className: 'hr-button',
              ariaPressed: taken === 'both' ? 'true' : 'false',
              onclick: () => onChoose({ conflict: conflict.id, take: 'both' }),
            },
            keyCap('4'),
            'Use both',
          )
        : null,
      h(
        'button',
        {
          type: 'button',
          className: 'hr-button',
          ariaPressed: own ? 'true' : 'false',
          ariaExpanded: settling.editing === conflict.id ? 'true' : 'false',
          onclick: () => onOwn(conflict.id),
        },
        keyCap('E'),
        'Write own value',
      ),
      ...conflict.suggestions
        .filter(({ choice: suggested }) => !('take' in suggested))
        .map(({ title, choice: suggested, loses }) =>
          h(
            'button',
            {
              type: 'button',
              className: 'hr-button',
              title: loses === undefined ? '' : `Loses: ${loses}`,
              onclick: () => onChoose(suggested),
            },
            title,
          ),
        ),
    ),
    settling.editing === conflict.id ? ownValue(props, conflict) : null,
    choice === undefined
      ? null
      : h('p', { className: 'hr-chosen', role: 'status' }, icon(CHECK), `Decided: ${choiceWord(choice)}`),
    h(
      'p',
      { className: 'hr-hint hr-keys' },
      keyCap('1'),
      keyCap('2'),
      keyCap('3'),
      ' choose a side, ',
      keyCap('↑'),
      keyCap('↓'),
      ' go to another conflict, ',
      keyCap('U'),
      ' undo',
    ),
  );
}

interface SideCardProps {
  readonly name: SideName;
  readonly key: string;
  readonly side: Side;
  readonly base: Side;
  readonly branch: string;
  readonly label: string;
  readonly taken: Take | null;
  readonly onTake: (take: Take) => void;
}

function sideCard({ name, key, side, base, branch, taken, onTake }: SideCardProps): HTMLElement {
  const text = sideText(side);
  const before = new Set((sideText(base) ?? '').split('\n'));
  const short = text === null ? 'not there' : text.length > 60 ? `${text.slice(0, 60)}…` : text;
  return h(
    'article',
    { className: `hr-side hr-side-${name}${taken === name ? ' hr-taken' : ''}`, ariaLabel: sideTitle(name, branch) },
    h(
      'h4',
      { className: 'hr-side-title' },
      h('span', { className: 'hr-side-name' }, sideName(name)),
      h('span', { className: 'hr-side-who' }, sideOwner(name, branch)),
    ),
    text === null
      ? h('p', { className: 'hr-side-absent' }, name === 'base' ? 'was not there' : 'is not there')
      : h(
          'pre',
          { className: 'hr-side-value', tabIndex: 0 },
          ...text.split('\n').map((line) =>
            h(
              'span',
              {
                className: name !== 'base' && base.present && !before.has(line) ? 'hr-line hr-line-changed' : 'hr-line',
              },
              `${line}\n`,
            ),
          ),
        ),
    h(
      'button',
      {
        type: 'button',
        className: 'hr-button hr-side-button',
        ariaPressed: taken === name ? 'true' : 'false',
        ariaLabel: `Use ${name}: ${short}`,
        onclick: () => onTake(name),
      },
      keyCap(key),
      `Use ${name}`,
    ),
  );
}

function sideName(name: SideName): string {
  switch (name) {
    case 'base':
      return 'Base';
    case 'ours':
      return 'Ours';
    case 'theirs':
      return 'Theirs';
    default:
      return name satisfies never;
  }
}

function sideOwner(name: SideName, branch: string): string {
  switch (name) {
    case 'base':
      return 'before both changes';
    case 'ours':
      return 'your draft';
    case 'theirs':
      return `on ${branch}`;
    default:
      return name satisfies never;
  }
}

function sideTitle(name: SideName, branch: string): string {
  return `${sideName(name)}, ${sideOwner(name, branch)}`;
}

function ownValue({ onChoose, onLeaveOwn }: ConflictsProps, conflict: Conflict): HTMLElement {
  const start = sideText(conflict.ours) ?? sideText(conflict.theirs) ?? '';
  return h(
    'form',
    {
      className: 'hr-own',
      ariaLabel: 'Own value',
      key: `own-${conflict.id}`,
      onsubmit: (event: SubmitEvent) => {
        event.preventDefault();
        const area = event.target instanceof HTMLFormElement ? event.target.querySelector('textarea') : null;
        if (area !== null) onChoose(readOwn(conflict, area.value));
      },
    },
    h('textarea', {
      className: 'hr-input hr-own-text',
      ariaLabel: `Own value of ${conflict.label}`,
      rows: Math.min(12, start.split('\n').length + 1),
      value: start,
      spellcheck: false,
    }),
    h(
      'div',
      { className: 'hr-button-row' },
      h('button', { type: 'submit', className: 'hr-button hr-primary' }, 'Use this value'),
      h('button', { type: 'button', className: 'hr-button', onclick: onLeaveOwn }, 'Cancel'),
    ),
  );
}

/** Whether to keep both sides can mean something. */
export function canTakeBoth({ kind, ours, theirs, suggestions }: Conflict): boolean {
  if (suggestions.some(({ choice }) => 'take' in choice && choice.take === 'both')) return true;
  if (kind === 'order' || kind === 'text' || kind === 'comment' || kind === 'semantic') return true;
  return Array.isArray(ours.value) && Array.isArray(theirs.value);
}

export function choiceWord(choice: Choice): string {
  if ('take' in choice) return choice.take;
  return `own value ${'text' in choice ? choice.text : plain(choice.value)}`;
}

function keyCap(key: string): Child {
  return h('kbd', { className: 'hr-key', ariaHidden: 'true' }, key);
}

function keys(event: KeyboardEvent, props: ConflictsProps, current: Conflict): void {
  const { target } = event;
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement) {
    if (event.key === 'Escape') props.onLeaveOwn();
    return;
  }
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const take = (side: Take): void => props.onChoose({ conflict: current.id, take: side });
  switch (event.key) {
    case '1':
      take('base');
      break;
    case '2':
      take('ours');
      break;
    case '3':
      take('theirs');
      break;
    case '4':
      if (!canTakeBoth(current)) return;
      take('both');
      break;
    case 'e':
      props.onOwn(current.id);
      break;
    case 'u':
      props.onUndo();
      break;
    case 'ArrowDown':
    case 'n':
      step(props, current, 1);
      break;
    case 'ArrowUp':
    case 'p':
      step(props, current, -1);
      break;
    case 'ArrowLeft':
    case 'ArrowRight':
      if (!(event.currentTarget instanceof HTMLElement)) return;
      sideways(event.currentTarget, target, event.key === 'ArrowRight' ? 1 : -1);
      break;
    default:
      return;
  }
  event.preventDefault();
}

function step({ conflicts, onShow }: ConflictsProps, current: Conflict, by: number): void {
  const next = conflicts[conflicts.indexOf(current) + by];
  if (next !== undefined) onShow(next.id);
}

/** Moves the focus between the three sides' buttons. */
function sideways(pane: HTMLElement, from: EventTarget | null, by: number): void {
  const buttons = [...pane.querySelectorAll<HTMLElement>('.hr-side-button')];
  const at = buttons.findIndex((button) => button === from);
  const next = at < 0 ? buttons[0] : buttons[Math.max(0, Math.min(buttons.length - 1, at + by))];
  next?.focus();
}
