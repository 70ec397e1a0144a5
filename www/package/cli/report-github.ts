// A report as annotations of GitHub Actions, one workflow command for each finding.

import type { Finding, Report } from '../engine.js';
import { plain } from './paint.js';

const commands = { error: 'error', warning: 'warning', info: 'notice' } as const;

/** Writes the findings as workflow commands. */
export function github(report: Report): string {
  return report.findings.map((finding) => `${annotation(finding)}\n`).join('');
}

function annotation(finding: Finding): string {
  const { path, range, help, related } = finding;
  const properties: [string, string | number][] = [];
  if (path !== undefined) properties.push(['file', path]);
  if (range !== undefined) {
    properties.push(['line', range.start.line], ['endLine', range.end.line]);
    // Columns are only taken for places within one line.
    if (range.start.line === range.end.line) {
      properties.push(['col', range.start.column], ['endColumn', range.end.column]);
    }
  }
  properties.push([
    'title',
    `Hedgerow ${[finding.code, finding.detail].filter((part) => part !== undefined).join(' ')}`,
  ]);
  const seen = (related ?? []).map(
    (other) => `see ${other.path ?? ''}:${other.range?.start.line ?? ''}: ${other.message}`,
  );
  const message = [finding.message, ...(help === undefined ? [] : [help]), ...seen].map(plain).join('\n');
  const written = properties.map(([name, value]) => `${name}=${property(String(value))}`);
  return `::${commands[finding.severity]} ${written.join(',')}::${data(message)}`;
}

/** Escapes what ends a message or a line. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** Escapes, besides, what ends a property. */
function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
