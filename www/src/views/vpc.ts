/**
 * Reads a VPC for its form, and turns what is typed into the form into edits.
 *
 * **Invariant:** an edit touches the one field that was changed. Fields that
 * have to be there first come with it; nothing else does.
 */

import type { Edit, Json } from '../shapes.js';
import { isMap, member } from '../store/state.js';

export interface SubnetRow {
  readonly name: string;
  readonly subnet: string;
  readonly gateway: string;
  readonly vlan: string;
  readonly dhcp: boolean;
  readonly start: string;
  readonly end: string;
}

export interface VpcForm {
  readonly name: string;
  readonly mode: string;
  readonly ipv4Namespace: string;
  readonly vlanNamespace: string;
  readonly subnets: readonly SubnetRow[];
}

/** Returns null for what cannot be shown as a form without losing something. */
export function readVpc(value: Json): VpcForm | null {
  const spec = member(value, 'spec');
  if (!isMap(spec)) return null;
  const subnets = spec['subnets'];
  if (subnets !== undefined && subnets !== null && !isMap(subnets)) return null;
  return {
    name: word(member(value, 'metadata', 'name')),
    mode: word(spec['mode']),
    ipv4Namespace: word(spec['ipv4Namespace']),
    vlanNamespace: word(spec['vlanNamespace']),
    subnets: Object.entries(subnets ?? {}).map(([name, subnet]) => ({
      name,
      subnet: word(member(subnet, 'subnet')),
      gateway: word(member(subnet, 'gateway')),
      vlan: word(member(subnet, 'vlan')),
      dhcp: member(subnet, 'dhcp', 'enable') === true,
      start: word(member(subnet, 'dhcp', 'range', 'start')),
      end: word(member(subnet, 'dhcp', 'range', 'end')),
    })),
  };
}

/** Sets the field at `path`, or takes it out where `to` is undefined. */
export function put(value: Json, path: readonly string[], to: Json | undefined): readonly Edit[] {
  if (to === undefined) {
    return member(value, ...path) === undefined ? [] : [{ op: 'remove', field: pointer(path) }];
  }
  // The deepest map that is there takes the rest as one new value.
  let depth = path.length - 1;
  while (depth > 0 && !isMap(member(value, ...path.slice(0, depth)))) depth -= 1;
  const missing = path.slice(depth + 1);
  const filled = missing.reduceRight<Json>((inner, key) => ({ [key]: inner }), to);
  return [{ op: 'set', field: pointer(path.slice(0, depth + 1)), value: filled }];
}

/** What was typed into a field for text. */
export function asText(typed: string): Json | undefined {
  return typed.trim() === '' ? undefined : typed.trim();
}

/** What was typed into a field for a number; what is none stays text, and the check says so. */
export function asNumber(typed: string): Json | undefined {
  const text = typed.trim();
  if (text === '') return undefined;
  return /^-?(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : text;
}

export function pointer(path: readonly string[]): string {
  return path.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function word(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
