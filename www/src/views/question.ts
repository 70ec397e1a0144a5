/** Questions that must be answered before anything else is done. */

import type { Json, ResourceId } from '../shapes.js';
import type { Question } from '../store/state.js';
import { h } from './dom.js';
import type { Child } from './dom.js';
import { labelled } from './field.js';
import { asNumber, asText } from './vpc.js';
import { nameOf } from './words.js';

export interface QuestionProps {
  readonly question: Question;
  readonly onAnswer: {
    readonly discard: (id: ResourceId | null) => void;
    readonly remove: (id: ResourceId) => void;
    readonly create: (value: Json) => void;
  };
  readonly onCancel: () => void;
}

export function questionView({ question, onAnswer, onCancel }: QuestionProps): HTMLElement {
  switch (question.type) {
    case 'none':
      return h('div', { className: 'hr-no-question', key: 'none' });
    case 'discard': {
      const { id } = question;
      const what = id === null ? 'all drafts' : `the draft of ${id.kind} ${nameOf(id)}`;
      return sheet({
        title: `Discard ${what}?`,
        body: ['What you changed there is lost. The branch is not touched.'],
        confirm: id === null ? 'Discard all drafts' : 'Discard draft',
        danger: 'yes',
        onConfirm: () => onAnswer.discard(id),
        onCancel,
      });
    }
    case 'remove': {
      const { id } = question;
      return sheet({
        title: `Remove ${id.kind} ${nameOf(id)}?`,
        body: ['It goes from the branch with the next commit. Until then the draft can be discarded.'],
        confirm: 'Remove resource',
        danger: 'yes',
        onConfirm: () => onAnswer.remove(id),
        onCancel,
      });
    }
    case 'create':
      return sheet({
        title: 'New VPC',
        body: [
          question.problem === null
            ? null
            : h('p', { className: 'hr-cell-note hr-error', role: 'alert' }, question.problem),
          labelled(
            'Name',
            h('input', {
              type: 'text',
              id: 'hr-new-name',
              className: 'hr-input',
              required: true,
              maxLength: 11,
              autocomplete: 'off',
              spellcheck: false,
            }),
            'At most 11 characters: lower case letters, digits, -',
          ),
          h(
            'div',
            { className: 'hr-pair' },
            labelled(
              'First subnet',
              h('input', {
                type: 'text',
                id: 'hr-new-subnet',
                className: 'hr-input',
                value: 'default',
                autocomplete: 'off',
                spellcheck: false,
              }),
            ),
            labelled(
              'VLAN',
              h('input', {
                type: 'text',
                id: 'hr-new-vlan',
                className: 'hr-input',
                inputMode: 'numeric',
                autocomplete: 'off',
              }),
            ),
          ),
          labelled(
            'CIDR',
            h('input', {
              type: 'text',
              id: 'hr-new-cidr',
              className: 'hr-input',
              placeholder: '10.0.10.0/24',
              autocomplete: 'off',
              spellcheck: false,
            }),
          ),
        ],
        confirm: 'Create draft',
        danger: 'no',
        onConfirm: (form) => onAnswer.create(newVpc(form)),
        onCancel,
      });
    default:
      return question satisfies never;
  }
}

function newVpc(form: HTMLFormElement): Json {
  const text = (id: string): string => {
    const field = form.elements.namedItem(id);
    return field instanceof HTMLInputElement ? field.value.trim() : '';
  };
  const cidr = asText(text('hr-new-cidr'));
  const vlan = asNumber(text('hr-new-vlan'));
  return {
    apiVersion: 'vpc.githedgehog.com/v1beta1',
    kind: 'VPC',
    metadata: { name: text('hr-new-name'), namespace: 'default' },
    spec: {
      subnets: {
        [text('hr-new-subnet') || 'default']: {
          ...(cidr === undefined ? {} : { subnet: cidr }),
          ...(vlan === undefined ? {} : { vlan }),
        },
      },
    },
  };
}

interface SheetProps {
  readonly title: string;
  readonly body: readonly Child[];
  readonly confirm: string;
  readonly danger: 'yes' | 'no';
  readonly onConfirm: (form: HTMLFormElement) => void;
  readonly onCancel: () => void;
}

function sheet({ title, body, confirm, danger, onConfirm, onCancel }: SheetProps): HTMLElement {
  return h(
    'dialog',
    {
      className: 'hr-dialog',
      ariaLabel: title,
      key: title,
      oncancel: (event) => {
        event.preventDefault();
        onCancel();
      },
    },
    h(
      'form',
      {
        className: 'hr-dialog-form',
        onsubmit: (event: SubmitEvent) => {
          event.preventDefault();
          if (event.target instanceof HTMLFormElement) onConfirm(event.target);
        },
      },
      h('h2', {}, title),
      ...body,
      h(
        'div',
        { className: 'hr-actions' },
        h('button', { type: 'button', className: 'hr-button', onclick: onCancel }, 'Cancel'),
        h(
          'button',
          { type: 'submit', className: `hr-button hr-primary${danger === 'yes' ? ' hr-primary-danger' : ''}` },
          confirm,
        ),
      ),
    ),
  );
}
