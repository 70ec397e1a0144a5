/** Words for what the engine says in codes. */

import type { RowState } from '../engine.js';
import type { ConflictKind, Finding, Json, ResourceId, Side, Status } from '../shapes.js';

export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
}

export function nameOf(id: ResourceId): string {
  return id.namespace === 'default' || id.namespace === '' ? id.name : `${id.namespace}/${id.name}`;
}

export function rowStateWord(state: RowState): string {
  switch (state) {
    case 'clean':
      return '';
    case 'added':
      return 'new';
    case 'changed':
      return 'draft';
    case 'removed':
      return 'removed';
    case 'unreadable':
      return 'unreadable';
    case 'conflict':
      return 'conflict';
    default:
      return state satisfies never;
  }
}

export function statusWord(status: Status): string {
  switch (status.state) {
    case 'in-step':
      return 'In step with the branch';
    case 'drafts':
      return count(status.drafts, 'draft');
    case 'behind':
      return 'Behind the branch';
    case 'conflicted':
      return count(status.conflicts, 'conflict');
    case 'sending':
      return 'Sending';
    case 'waiting':
      return status.until === undefined ? 'Waiting' : `Waiting until ${clock(status.until)}`;
    case 'offline':
      return 'Offline';
    case 'frozen':
      return 'Token refused';
    case 'read-only':
      return 'Read only';
    default:
      return status.state satisfies never;
  }
}

export function conflictWord(kind: ConflictKind): string {
  switch (kind) {
    case 'modify/modify':
      return 'Both changed this value';
    case 'add/add':
      return 'Both added this, differently';
    case 'delete/modify':
      return 'You removed what they changed';
    case 'modify/delete':
      return 'They removed what you changed';
    case 'type':
      return 'Both changed this to values of different kinds';
    case 'order':
      return 'Both changed the order';
    case 'rekey':
      return 'Both gave this item another key';
    case 'duplicate-identity':
      return 'One resource stands in two places';
    case 'text':
      return 'Both changed these lines of a text';
    case 'comment':
      return 'Both changed this comment';
    case 'move/move':
      return 'Both moved this to different places';
    case 'rename/modify':
      return 'One renamed what the other changed';
    case 'alias':
      return 'An anchor or alias is changed that the other side uses';
    case 'parse':
      return 'One side cannot be read as YAML';
    case 'version':
      return 'The two sides use different API versions';
    case 'semantic':
      return 'Each change is fine alone; together they break a rule';
    default:
      return kind satisfies never;
  }
}

/** A side of a conflict as a person reads it. */
export function sideText(side: Side): string | null {
  if (!side.present) return null;
  if (side.text !== undefined) return side.text;
  return side.value === undefined ? '' : plain(side.value);
}

/** A value in a short YAML-like form. */
export function plain(value: Json, indent = ''): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return isPlainText(value) ? value : JSON.stringify(value);
  if (typeof value !== 'object') return String(value);
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return value.map((item: Json) => `${indent}- ${plain(item, deeper).trimStart()}`).join('\n');
  }
  const entries = Object.entries(value);
  if (entries.length === 0) return '{}';
  return entries
    .map(([key, item]) =>
      typeof item === 'object' && item !== null && Object.keys(item).length > 0
        ? `${indent}${key}:\n${plain(item as Json, deeper)}`
        : `${indent}${key}: ${plain(item)}`,
    )
    .join('\n');
}

/** Whether a text without quotes is read as just this text. */
function isPlainText(text: string): boolean {
  if (/^(?:[-+.\d][\d_.eExX+-]*|true|false|yes|no|on|off|null|[yn~])$/i.test(text)) return false;
  return /^[\w./][\w ./:@,-]*$/.test(text) && !/: |:$| $/.test(text);
}

export function severityWord({ severity }: Finding): string {
  switch (severity) {
    case 'error':
      return 'Error';
    case 'warning':
      return 'Warning';
    case 'info':
      return 'Note';
    default:
      return severity satisfies never;
  }
}

/** The place of a finding: line where it is known, else the field. */
export function placeOf({ range, field }: Finding): string {
  if (range !== undefined) return `line ${range.start.line}`;
  return field ?? '';
}

export function clock(iso: string): string {
  const time = new Date(iso);
  return Number.isNaN(time.getTime())
    ? iso
    : time.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });
}
