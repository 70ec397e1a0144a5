/** The form that says where the fabric lies, and the wait for it. */

import { HOST_TYPES } from '../engine.js';
import type { Target } from '../engine.js';
import type { HostType, Progress } from '../shapes.js';
import type { Problem } from '../store/state.js';
import { h } from './dom.js';
import { labelled } from './field.js';
import { problemNote } from './note.js';
import { tokenBox, tokenPlace } from './token-box.js';
import type { TokenPlace } from './token-box.js';
import { clock, count } from './words.js';

export interface ConnectProps {
  readonly target: Target;
  readonly tokenGiven: boolean;
  readonly canKeepToken: boolean;
  readonly keptTokens: readonly string[];
  readonly problem: Problem | null;
  readonly onConnect: (target: Target, token: HTMLInputElement | null, where: TokenPlace) => void;
  readonly onForget: (place: string) => void;
}

const HOST_NAMES: Readonly<Record<HostType, string>> = {
  github: 'GitHub',
  gitlab: 'GitLab',
  gitea: 'Gitea or Forgejo',
  bitbucket: 'Bitbucket Cloud',
  azure: 'Azure DevOps',
};

export function connectForm(props: ConnectProps): HTMLElement {
  const { target, tokenGiven, canKeepToken, keptTokens, problem, onConnect, onForget } = props;

  return h(
    'div',
    { className: 'hr-connect', key: 'connect' },
    h(
      'form',
      {
        className: 'hr-sheet',
        ariaLabel: 'Connect to a fabric',
        onsubmit: (event: SubmitEvent) => {
          event.preventDefault();
          const form = event.currentTarget;
          if (!(form instanceof HTMLFormElement)) return;
          const token = form.elements.namedItem('hr-token');
          onConnect(read(form), token instanceof HTMLInputElement ? token : null, tokenPlace(form));
        },
      },
      h('h1', { className: 'hr-title' }, 'Open a fabric'),
      h(
        'p',
        { className: 'hr-muted' },
        'Hedgerow reads the fabric from its Git repository and commits to it, straight from this page.',
      ),
      problem === null ? null : problemNote(problem, null),
      h(
        'div',
        { className: 'hr-pair hr-pair-host' },
        labelled(
          'Git host',
          h(
            'select',
            { name: 'hr-type', id: 'hr-type', className: 'hr-input', value: target.type },
            ...HOST_TYPES.map((type) => h('option', { value: type }, HOST_NAMES[type])),
          ),
        ),
        labelled('API address', field('hr-url', target.url, 'https://api.github.com'), "Empty for the host's own"),
      ),
      labelled('Repository', field('hr-repository', target.repository, 'owner/name', 'required')),
      h(
        'div',
        { className: 'hr-pair' },
        labelled('Branch', field('hr-branch', target.branch, 'default branch')),
        labelled('Fabric directory', field('hr-directory', target.directory, 'fabrics/main')),
      ),
      tokenGiven
        ? null
        : labelled(
            'Access token',
            h('input', {
              type: 'password',
              name: 'hr-token',
              id: 'hr-token',
              className: 'hr-input',
              autocomplete: 'off',
              spellcheck: false,
            }),
            'Stays in the memory of this page. For an API token of Bitbucket: mail address, colon, token.',
          ),
      tokenGiven || !canKeepToken ? null : tokenBox('Keep the token on this machine'),
      ...keptTokens.map((place) => keptLine(place, onForget)),
      h(
        'div',
        { className: 'hr-actions' },
        h('button', { type: 'submit', className: 'hr-button hr-primary' }, 'Open fabric'),
      ),
    ),
  );
}

function keptLine(place: string, onForget: (place: string) => void): HTMLElement {
  const name = placeName(place);
  return h(
    'div',
    { className: 'hr-kept', key: `kept ${place}` },
    h('span', {}, `A token for ${name} is kept on this machine. It is used unless you type another.`),
    h(
      'button',
      {
        type: 'button',
        className: 'hr-button',
        ariaLabel: `Forget the token for ${name}`,
        onclick: () => onForget(place),
      },
      'Forget',
    ),
  );
}

/** A place of tokens, in words. */
function placeName(place: string): string {
  const [type, url = ''] = place.split(' ', 2);
  const host = HOST_TYPES.find((known) => known === type);
  const name = host === undefined ? place : HOST_NAMES[host];
  return url === '' ? name : `${name} at ${url}`;
}

function read(form: HTMLFormElement): Target {
  const text = (name: string): string => {
    const element = form.elements.namedItem(name);
    return element instanceof HTMLInputElement || element instanceof HTMLSelectElement ? element.value.trim() : '';
  };
  const type = text('hr-type');
  return {
    type: HOST_TYPES.find((known) => known === type) ?? 'github',
    url: text('hr-url').replace(/\/+$/, ''),
    repository: text('hr-repository'),
    branch: text('hr-branch'),
    directory: text('hr-directory').replace(/^\/+|\/+$/g, ''),
  };
}

function field(
  id: string,
  value: string,
  placeholder: string,
  need: 'required' | 'optional' = 'optional',
): HTMLInputElement {
  return h('input', {
    type: 'text',
    name: id,
    id,
    className: 'hr-input',
    value,
    placeholder,
    required: need === 'required',
    autocomplete: 'off',
    spellcheck: false,
  });
}

export interface LoadingProps {
  readonly target: Target;
  readonly progress: Progress | null;
  readonly onCancel: () => void;
}

export function loadingView({ target, progress, onCancel }: LoadingProps): HTMLElement {
  const known = progress !== null && progress.total > 0;
  const bar = known
    ? h('progress', {
        className: 'hr-progress',
        max: progress.total,
        value: progress.done,
        ariaLabel: 'Loading',
        key: 'known',
      })
    : h('progress', { className: 'hr-progress', ariaLabel: 'Loading', key: 'open' });
  return h(
    'div',
    { className: 'hr-connect', key: 'loading' },
    h(
      'section',
      { className: 'hr-sheet', ariaLabel: 'Loading' },
      h('h1', { className: 'hr-title' }, `Opening ${target.repository}`),
      bar,
      h('p', { className: 'hr-muted hr-numbers', role: 'status' }, progressWords(progress, 'Starting the engine…')),
      h(
        'div',
        { className: 'hr-actions' },
        h('button', { type: 'button', className: 'hr-button', onclick: onCancel }, 'Cancel'),
      ),
    ),
  );
}

/** What is being done, with numbers. */
export function progressWords(progress: Progress | null, start: string): string {
  if (progress === null) return start;
  const { step, done, total, until } = progress;
  switch (step) {
    case 'files':
      return total > 0
        ? `Reading files: ${done.toLocaleString('en')} of ${total.toLocaleString('en')}`
        : 'Reading files…';
    case 'sending':
      return done > 1 ? `Sending, attempt ${done}` : `Sending ${count(total, 'file')}…`;
    case 'rebased':
      return `Merged with a newer state of the branch${done > 1 ? `, ${done} times` : ''}`;
    case 'probing':
      return 'Looking whether the commit landed…';
    case 'waiting':
      return until === undefined ? 'Waiting…' : `Waiting until ${clock(until)}`;
    case 'storage-lost':
      return 'This browser does not keep drafts';
    default:
      return start;
  }
}
