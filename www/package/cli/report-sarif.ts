// A report as SARIF 2.1.0, the format that code scanners hand their results on in.

import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Location, Log, Notification, PhysicalLocation, Result } from 'sarif';
import type { Finding, Range, Report, ResourceId } from '../engine.js';

const levels = { error: 'error', warning: 'warning', info: 'note' } as const;

/** Writes a report as SARIF. */
export function sarif(report: Report, version: string): string {
  const codes = Array.from(new Set(report.findings.map((finding) => finding.code)));
  const index = new Map(codes.map((code, at) => [code, at]));
  const notifications: Notification[] = report.notChecked.map(({ code, reason, resource }) => ({
    level: 'note',
    descriptor: { id: code },
    message: { text: `Not checked: ${reason}` },
    ...(resource === undefined ? {} : { locations: [{ logicalLocations: [logical(resource)] }] }),
  }));
  const { omitted } = report;
  if (omitted !== undefined) {
    const text = `The report is full; left out: ${omitted.resources} resources, ${omitted.findings} findings, ${omitted.notChecked} rules not decided`;
    notifications.push({ level: 'warning', message: { text } });
  }
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Hedgerow', version, semanticVersion: version, rules: codes.map((id) => ({ id })) } },
        columnKind: 'utf16CodeUnits',
        invocations: [{ executionSuccessful: true, toolExecutionNotifications: notifications }],
        results: report.findings.map((finding) => resultOf(finding, index.get(finding.code) ?? -1)),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function resultOf(finding: Finding, ruleIndex: number): Result {
  const { code, severity, message, help, path, range, resource, detail, field } = finding;
  const related = (finding.related ?? []).map((other, at): Location => ({
    id: at,
    message: { text: other.message },
    ...(other.path === undefined ? {} : { physicalLocation: physical(other.path, other.range) }),
    ...(other.resource === undefined ? {} : { logicalLocations: [logical(other.resource)] }),
  }));
  const properties = { ...(detail === undefined ? {} : { detail }), ...(field === undefined ? {} : { field }) };
  return {
    ruleId: code,
    ruleIndex,
    level: levels[severity],
    message: { text: help === undefined ? message : `${sentence(message)} ${sentence(help)}` },
    ...(path === undefined && resource === undefined
      ? {}
      : {
          locations: [
            {
              ...(path === undefined ? {} : { physicalLocation: physical(path, range) }),
              ...(resource === undefined ? {} : { logicalLocations: [logical(resource)] }),
            },
          ],
        }),
    ...(related.length === 0 ? {} : { relatedLocations: related }),
    ...(Object.keys(properties).length === 0 ? {} : { properties }),
  };
}

function physical(path: string, range: Range | undefined): PhysicalLocation {
  const artifactLocation = { uri: uriOf(path) };
  if (range === undefined) return { artifactLocation };
  const { start, end } = range;
  const region = { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column };
  return { artifactLocation, region };
}

function logical({ group, kind, namespace, name }: ResourceId) {
  return { kind: 'resource', name, fullyQualifiedName: `${kind}.${group}/${namespace}/${name}` };
}

function uriOf(path: string): string {
  if (isAbsolute(path)) return pathToFileURL(path).href;
  return path.split('/').map(encodeURIComponent).join('/');
}

function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}
