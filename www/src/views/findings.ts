/** What is wrong, in the open file or in the whole fabric. */

import type { Overview } from '../engine.js';
import type { Finding, Severity } from '../shapes.js';
import { h, worded } from './dom.js';
import { count, placeOf, severityWord } from './words.js';

export interface FindingsProps {
  readonly overview: Overview;
  /** The open file, whose findings come first; null when none is open. */
  readonly path: string | null;
  readonly onSelect: (finding: Finding) => void;
}

/** So many of the rest of the fabric are listed; the count says how many there are. */
const SHOWN = 200;

export function findingsPanel({ overview, path, onSelect }: FindingsProps): HTMLElement {
  const here = sorted(overview.findings.filter((finding) => path !== null && finding.path === path));
  const others = sorted(overview.findings.filter((finding) => path === null || finding.path !== path));
  return h(
    'section',
    { className: 'hr-findings', ariaLabel: 'Findings' },
    h(
      'h2',
      { className: 'hr-panel-title' },
      'Findings',
      h('span', { className: 'hr-count' }, String(overview.findings.length)),
    ),
    h(
      'div',
      { className: 'hr-scroll' },
      path === null ? null : group('In this file', here, onSelect, 'short'),
      path !== null && others.length === 0
        ? null
        : group(path === null ? 'In the fabric' : 'Elsewhere in the fabric', others, onSelect, 'with-path'),
      overview.notChecked.length === 0
        ? null
        : h(
            'details',
            { className: 'hr-unchecked' },
            h('summary', {}, `${count(overview.notChecked.length, 'check')} not made`),
            h('ul', {}, ...overview.notChecked.map((reason) => h('li', {}, ...worded(reason)))),
          ),
    ),
  );
}

function group(
  title: string,
  findings: readonly Finding[],
  onSelect: (finding: Finding) => void,
  form: 'short' | 'with-path',
): HTMLElement {
  return h(
    'section',
    { className: 'hr-finding-group', key: title },
    h('h3', { className: 'hr-group-title' }, title),
    findings.length === 0
      ? h('p', { className: 'hr-empty' }, 'No findings.')
      : h(
          'ol',
          { className: 'hr-finding-list', ariaLabel: title },
          ...findings.slice(0, SHOWN).map((finding) => h('li', {}, item(finding, onSelect, form))),
        ),
    findings.length > SHOWN ? h('p', { className: 'hr-empty' }, `and ${findings.length - SHOWN} more`) : null,
  );
}

function item(finding: Finding, onSelect: (finding: Finding) => void, form: 'short' | 'with-path'): HTMLElement {
  const { severity, message, help, code, path, resource } = finding;
  const name = resource === undefined ? path : `${resource.kind} ${resource.name}`;
  const place = [form === 'with-path' ? name : undefined, placeOf(finding), code].filter(
    (part) => part !== undefined && part !== '',
  );
  return h(
    'button',
    { type: 'button', className: `hr-finding hr-finding-${severity}`, onclick: () => onSelect(finding) },
    h('span', { className: `hr-dot hr-dot-${severity}`, role: 'img', ariaLabel: severityWord(finding) }),
    h(
      'span',
      { className: 'hr-finding-text' },
      h('span', { className: 'hr-finding-message' }, ...worded(message)),
      help === undefined ? null : h('span', { className: 'hr-finding-help' }, ...worded(help)),
      h('span', { className: 'hr-finding-place' }, place.join(' · ')),
    ),
  );
}

const ORDER: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

function sorted(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort(
    (a, b) => ORDER[a.severity] - ORDER[b.severity] || (a.range?.start.line ?? 0) - (b.range?.start.line ?? 0),
  );
}
