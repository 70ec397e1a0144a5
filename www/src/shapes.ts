/** The shapes of the `hedgerow` package that the page uses. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface Position {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

export interface ResourceId {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export type Severity = 'error' | 'warning' | 'info';

export interface Related {
  readonly message: string;
  readonly path?: string;
  readonly resource?: ResourceId;
  readonly range?: Range;
}

export interface Finding {
  readonly code: string;
  readonly detail?: string;
  readonly severity: Severity;
  readonly message: string;
  readonly help?: string;
  readonly path?: string;
  readonly resource?: ResourceId;
  readonly field?: string;
  readonly range?: Range;
  readonly related?: readonly Related[];
  readonly fix?: { readonly title: string; readonly edits: readonly Edit[] };
}

export type DocumentRef = number | ResourceId;

export type Edit =
  | { readonly op: 'set'; readonly document?: DocumentRef; readonly field: string; readonly value: Json }
  | {
      readonly op: 'insert';
      readonly document?: DocumentRef;
      readonly field: string;
      readonly index?: number;
      readonly value: Json;
    }
  | { readonly op: 'remove'; readonly document?: DocumentRef; readonly field: string }
  | { readonly op: 'rename'; readonly document?: DocumentRef; readonly field: string; readonly to: string };

export interface Side {
  readonly present: boolean;
  readonly value?: Json;
  readonly text?: string;
  readonly path?: string;
  readonly range?: Range;
}

export type ConflictKind =
  | 'modify/modify'
  | 'add/add'
  | 'delete/modify'
  | 'modify/delete'
  | 'type'
  | 'order'
  | 'rekey'
  | 'duplicate-identity'
  | 'text'
  | 'comment'
  | 'move/move'
  | 'rename/modify'
  | 'alias'
  | 'parse'
  | 'version'
  | 'semantic';

export type Take = 'ours' | 'theirs' | 'base' | 'both';

export type Choice =
  | { readonly conflict: string; readonly take: Take }
  | { readonly conflict: string; readonly value: Json }
  | { readonly conflict: string; readonly text: string };

export interface Conflict {
  readonly id: string;
  readonly kind: ConflictKind;
  readonly severity: 'low' | 'medium' | 'high' | 'critical';
  readonly resource?: ResourceId;
  readonly field?: string;
  readonly label: string;
  readonly base: Side;
  readonly ours: Side;
  readonly theirs: Side;
  readonly suggestions: readonly { readonly title: string; readonly choice: Choice; readonly loses?: string }[];
  readonly group?: string;
}

export type Offer = 'pull-request' | 'accept-findings' | 'export';
export type RefusedReason = 'findings' | 'protected' | 'read-only' | 'too-large' | 'policy';
export type QueuedReason = 'offline' | 'host' | 'busy' | 'rate-limit' | 'auth' | 'unknown';

export type CommitAnswer =
  | { readonly type: 'landed'; readonly commit: string }
  | { readonly type: 'pull-request'; readonly url: string; readonly commit: string }
  | { readonly type: 'conflicted'; readonly conflicts: readonly Conflict[] }
  | {
      readonly type: 'refused';
      readonly reason: RefusedReason;
      readonly message: string;
      readonly findings: readonly Finding[];
      readonly offers: readonly Offer[];
    }
  | { readonly type: 'queued'; readonly reason: QueuedReason; readonly retryAt?: string }
  | { readonly type: 'nothing-to-do' };

export interface OutboxEntry {
  readonly id: string;
  readonly message: string;
  readonly state: 'queued' | 'sending' | 'unknown' | 'frozen';
  readonly attempts: number;
  readonly retryAt?: string;
}

export interface Status {
  readonly state:
    'in-step' | 'drafts' | 'behind' | 'conflicted' | 'sending' | 'waiting' | 'offline' | 'frozen' | 'read-only';
  readonly head: string;
  readonly drafts: number;
  readonly conflicts: number;
  readonly message?: string;
  readonly until?: string;
  readonly outbox: readonly OutboxEntry[];
}
