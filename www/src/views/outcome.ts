/** What became of the last thing that was tried, and what to do next. */

import type { Offer, OutboxItem, Status } from '../shapes.js';
import type { Pane, Problem, Save } from '../store/state.js';
import { h } from './dom.js';
import { note, problemNote } from './note.js';
import { tokenBox, tokenPlace } from './token-box.js';
import type { TokenPlace } from './token-box.js';
import { clock, count } from './words.js';

export interface OutcomeProps {
  readonly save: Save;
  readonly problem: Problem | null;
  readonly status: Status | null;
  readonly storage: 'indexeddb' | 'memory';
  readonly branch: string;
  readonly pane: Pane;
  readonly onCloseAnswer: () => void;
  readonly onCloseProblem: () => void;
  readonly onSettle: () => void;
  readonly onShowChanges: () => void;
  readonly onOffer: (offer: Offer) => void;
  readonly canKeepToken: boolean;
  readonly onToken: (field: HTMLInputElement, where: TokenPlace) => void;
}

export function outcome(props: OutcomeProps): HTMLElement {
  return h('div', { className: 'hr-outcome', ariaLabel: 'Outcome', role: 'region' }, ...notes(props));
}

function notes(props: OutcomeProps): readonly HTMLElement[] {
  const { problem, onCloseProblem, status } = props;
  return [
    ...(problem === null ? [] : [problemNote(problem, onCloseProblem)]),
    ...(status?.state === 'frozen' ? [tokenNote(props, status)] : []),
    ...answerNote(props),
    ...outboxNote(props),
    ...memoryNote(props),
  ];
}

function answerNote({
  save,
  branch,
  pane,
  onCloseAnswer,
  onSettle,
  onShowChanges,
  onOffer,
}: OutcomeProps): readonly HTMLElement[] {
  if (save.type !== 'answered') return [];
  const { answer } = save;
  switch (answer.type) {
    case 'landed':
      return [
        note({
          // The branch has it, and it may not go together with what others committed meanwhile.
          tone: answer.message === undefined ? 'good' : 'warn',
          title: `Committed to ${branch}`,
          body: [
            'Commit ',
            h('code', { title: answer.commit }, answer.commit.slice(0, 12)),
            ' was seen on the branch.',
            ...(answer.message === undefined ? [] : [` ${sentence(answer.message)} Mend it with another commit.`]),
          ],
          actions: [],
          onClose: onCloseAnswer,
        }),
      ];
    case 'pull-request':
      return [
        note({
          tone: 'good',
          title: 'A pull request is open',
          body: ['Commit ', h('code', {}, answer.commit.slice(0, 12)), ' waits for review.'],
          actions: /^https?:\/\//.test(answer.url)
            ? [
                h(
                  'a',
                  { className: 'hr-button', href: answer.url, target: '_blank', rel: 'noopener noreferrer' },
                  'Open the pull request',
                ),
              ]
            : [],
          onClose: onCloseAnswer,
        }),
      ];
    case 'conflicted':
      return [
        note({
          tone: 'warn',
          title: `Not committed: ${count(answer.conflicts.length, 'conflict')} to settle`,
          body: ['Somebody changed the same place on the branch meanwhile. Your edits are drafts again.'],
          actions: pane === 'conflicts' ? [] : [button('Settle conflicts', onSettle)],
          onClose: onCloseAnswer,
        }),
      ];
    case 'refused':
      return [
        note({
          tone: 'bad',
          title: 'Not committed',
          body: [
            sentence(answer.message),
            answer.findings.length === 0 ? null : findingsOf(answer.findings.map(({ message }) => message)),
          ],
          actions: [
            ...(pane === 'changes' ? [] : [button('Show changes', onShowChanges)]),
            ...answer.offers.map((offer) => button(offerWord(offer), () => onOffer(offer))),
          ],
          onClose: onCloseAnswer,
        }),
      ];
    case 'queued':
      return [
        note({
          tone: 'warn',
          title: 'Kept, not sent yet',
          body: [
            queuedWord(answer.reason),
            answer.retryAt === undefined ? '' : ` Next try at ${clock(answer.retryAt)}.`,
          ],
          actions: [],
          onClose: onCloseAnswer,
        }),
      ];
    case 'nothing-to-do':
      return [
        note({
          tone: 'plain',
          title: 'Nothing to commit',
          body: ['The branch already holds what the drafts say.'],
          actions: [],
          onClose: onCloseAnswer,
        }),
      ];
    default:
      return answer satisfies never;
  }
}

/** A browser may forbid storage; then a draft lives as long as the page. */
function memoryNote({ storage, status, onOffer }: OutcomeProps): readonly HTMLElement[] {
  if (storage === 'indexeddb' || status === null || status.drafts === 0) return [];
  return [
    note({
      tone: 'warn',
      title: 'A reload would lose your drafts',
      body: ['This browser gives the page no storage. Commit, or export the drafts, before you leave.'],
      actions: [button(offerWord('export'), () => onOffer('export'))],
      onClose: null,
    }),
  ];
}

/** Saves that wait, also those of an earlier visit. */
function outboxNote({ save, status }: OutcomeProps): readonly HTMLElement[] {
  const outbox = status?.outbox ?? [];
  const told = save.type === 'sending' || (save.type === 'answered' && save.answer.type === 'queued');
  if (outbox.length === 0 || told) return [];
  const entries = outbox.map(({ message, state, retryAt }) => {
    const when = retryAt === undefined ? '' : `, next try at ${clock(retryAt)}`;
    return h('li', {}, `${message.split('\n', 1)[0] ?? ''}: ${entryWord(state)}${when}`);
  });
  return [
    note({
      tone: 'warn',
      title: `${count(outbox.length, 'commit')} not on the branch yet`,
      body: [h('ul', { className: 'hr-note-list' }, ...entries)],
      actions: [],
      onClose: null,
    }),
  ];
}

function entryWord(state: OutboxItem['state']): string {
  switch (state) {
    case 'queued':
      return 'waits';
    case 'sending':
      return 'is being sent';
    case 'unknown':
      return 'was sent, whether it landed is not known';
    case 'frozen':
      return 'waits for a token that works';
    default:
      return state satisfies never;
  }
}

function tokenNote({ canKeepToken, onToken }: OutcomeProps, status: Status): HTMLElement {
  return note({
    tone: 'bad',
    title: status.message ?? 'The host refused the token',
    body: [
      'Drafts and waiting commits are kept. Give a token that works, and they go on.',
      h(
        'form',
        {
          className: 'hr-inline-form',
          ariaLabel: 'New token',
          onsubmit: (event: SubmitEvent) => {
            event.preventDefault();
            const form = event.target;
            const field = form instanceof HTMLFormElement ? form.querySelector('input') : null;
            if (form instanceof HTMLFormElement && field !== null) onToken(field, tokenPlace(form));
          },
        },
        h('input', {
          type: 'password',
          className: 'hr-input',
          ariaLabel: 'New token',
          autocomplete: 'off',
          required: true,
        }),
        h('button', { type: 'submit', className: 'hr-button hr-primary' }, 'Use this token'),
        canKeepToken ? tokenBox('Keep it on this machine') : null,
      ),
    ],
    actions: [],
    onClose: null,
  });
}

function findingsOf(messages: readonly string[]): HTMLElement {
  return h('ul', { className: 'hr-note-list' }, ...messages.slice(0, 5).map((message) => h('li', {}, message)));
}

function button(text: string, onclick: () => void): HTMLElement {
  return h('button', { type: 'button', className: 'hr-button', onclick }, text);
}

function offerWord(offer: Offer): string {
  switch (offer) {
    case 'pull-request':
      return 'Open a pull request instead';
    case 'accept-findings':
      return 'Commit in spite of the findings';
    case 'export':
      return 'Export as patch';
    default:
      return offer satisfies never;
  }
}

function queuedWord(reason: 'offline' | 'host' | 'busy' | 'rate-limit' | 'auth' | 'unknown'): string {
  switch (reason) {
    case 'offline':
      return 'There is no connection. The commit is sent as soon as there is one, also after a reload.';
    case 'host':
      return 'The host is in trouble. The commit is tried again by itself.';
    case 'busy':
      return 'Many write to this branch at once. The commit is tried again by itself.';
    case 'rate-limit':
      return 'The host asks for a pause. The commit is sent after it.';
    case 'auth':
      return 'The host refused the token. The commit goes on as soon as a token works.';
    case 'unknown':
      return 'The connection broke, and whether the commit landed is not known. The branch is looked at before anything is sent again.';
    default:
      return reason satisfies never;
  }
}

function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}
