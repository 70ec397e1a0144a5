// A report as a person reads it: each finding with its line underlined, then a summary.

import type { Finding, Related, Report, ResourceId } from '../engine.js';
import { type Paint, plain, width } from './paint.js';
import type { Texts } from './texts.js';
import { type MarkedLine } from './texts.js';
import { count } from './words.js';

/** As much of a long line is shown as a terminal holds. */
const mostColumns = 160;

/** Writes a report for people. */
export function human(report: Report, texts: Texts, files: number, paint: Paint): string {
  const findings = report.findings.map((finding) => showFinding(finding, texts, paint));
  return [...findings, ...notChecked(report, paint), summary(report, files, paint)].join('\n') + '\n';
}

/** Writes one finding for people. */
export function showFinding(finding: Finding, texts: Texts, paint: Paint): string {
  const { severity, path, range } = finding;
  const code = finding.detail === undefined ? finding.code : `${finding.code} ${finding.detail}`;
  const place = placeOf(path, range);
  const head = `${place === '' ? '' : `${paint.strong(place)}: `}${paint[severity](severity)}: ${plain(finding.message)} ${paint.faint(`[${code}]`)}`;
  const lines = [head];
  const line = path === undefined || range === undefined ? undefined : texts.line(path, range);
  if (line !== undefined && range !== undefined) {
    lines.push(...underlined(line, range.start.line, paint[severity], paint));
  }
  if (finding.help !== undefined) lines.push(`    help: ${plain(finding.help)}`);
  for (const related of finding.related ?? []) lines.push(`    see ${showRelated(related)}`);
  return lines.map((text) => `${text}\n`).join('');
}

/** Writes who a resource is: `VPC vpc-1`, and its namespace where it is not the usual one. */
export function nameOf({ kind, namespace, name }: ResourceId): string {
  return plain(namespace === 'default' ? `${kind} ${name}` : `${kind} ${namespace}/${name}`);
}

/** Says in one sentence how a report came out. */
export function summary(report: Report, files: number, paint: Paint): string {
  const by = (severity: string) => report.findings.filter((finding) => finding.severity === severity).length;
  const [errors, warnings, notes] = [by('error'), by('warning'), by('info')];
  const parts = [
    errors > 0 ? paint.error(count(errors, 'error')) : '',
    warnings > 0 ? paint.warning(count(warnings, 'warning')) : '',
    notes > 0 ? paint.info(count(notes, 'note')) : '',
  ].filter((part) => part !== '');
  const found = parts.length === 0 ? 'No findings' : parts.join(', ');
  return `${found} in ${count(report.resources, 'resource')} of ${count(files, 'file')}.`;
}

/** Lists what was not checked, each reason once. */
export function notChecked({ notChecked: unchecked, omitted }: Report, paint: Paint): string[] {
  if (unchecked.length === 0 && omitted === undefined) return [];
  const reasons = new Map<string, { codes: Set<string>; resources: number }>();
  for (const { code, reason, resource } of unchecked) {
    const known = reasons.get(reason) ?? { codes: new Set(), resources: 0 };
    known.codes.add(code);
    if (resource !== undefined) known.resources += 1;
    reasons.set(reason, known);
  }
  const lines = Array.from(reasons, ([reason, { codes, resources }]) => {
    const often = resources === 0 ? '' : ` (${count(resources, 'time')})`;
    return paint.faint(`  ${Array.from(codes).join(', ')}: ${plain(reason)}${often}`);
  });
  const listed = unchecked.length === 0 ? [] : [paint.faint('Not checked:'), ...lines, ''];
  return [...listed, ...leftOut(omitted, paint)];
}

/** Says what a full report has no room for. */
function leftOut(omitted: Report['omitted'], paint: Paint): string[] {
  if (omitted === undefined) return [];
  const { findings, resources, notChecked } = omitted;
  const parts = [
    resources > 0 ? `${count(resources, 'resource')} not checked at all` : '',
    findings > 0 ? `${count(findings, 'finding')} more` : '',
    notChecked > 0 ? `${count(notChecked, 'rule')} more not decided` : '',
  ].filter((part) => part !== '');
  return [paint.strong(`The report is full; left out: ${parts.join(', ')}. Mend what is shown, and run it again.`), ''];
}

function placeOf(path: string | undefined, range: Finding['range']): string {
  if (path === undefined) return '';
  return range === undefined ? plain(path) : `${plain(path)}:${range.start.line}:${range.start.column}`;
}

function showRelated({ message, path, resource, range }: Related): string {
  const place = placeOf(path, range);
  const who = resource === undefined ? '' : nameOf(resource);
  return `${[place, who].filter((part) => part !== '').join(', ')}: ${plain(message)}`;
}

function underlined(line: MarkedLine, number: number, mark: (text: string) => string, paint: Paint): string[] {
  const { before, marked, after } = windowOf(line);
  const gutter = ' '.repeat(Math.max(3, String(number).length));
  const wave = '^'.repeat(Math.max(1, width(marked)));
  return [
    `${paint.faint(`${String(number).padStart(gutter.length)} |`)} ${before}${mark(marked)}${after}`,
    `${paint.faint(`${gutter} |`)} ${' '.repeat(width(before))}${mark(wave)}`,
  ];
}

/** Cuts a long line around its marked part. */
function windowOf({ before, marked, after }: MarkedLine): MarkedLine {
  const head = before.length > 80 ? `…${plain(before.slice(-60))}` : plain(before);
  const body = marked.length > 80 ? `${plain(marked.slice(0, 79))}…` : plain(marked);
  const left = Math.max(0, mostColumns - width(head) - width(body));
  const tail = after.length > left ? `${plain(after.slice(0, left))}…` : plain(after);
  return { before: head, marked: body, after: tail };
}
