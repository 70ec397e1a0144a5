/** Reads a VPC for its form, and what is typed into the form as values. */

import type { Json } from '../shapes.js';
import { isMap, member } from '../store/state.js';

export interface SubnetRow {
  readonly name: string;
  readonly subnet: string;
  readonly gateway: string;
  readonly vlan: string;
  readonly dhcp: boolean;
  /** The hosts announce the subnet themselves: no gateway, no VLAN. */
  readonly hostBgp: boolean;
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
      hostBgp: member(subnet, 'hostBGP') === true,
      start: word(member(subnet, 'dhcp', 'range', 'start')),
      end: word(member(subnet, 'dhcp', 'range', 'end')),
    })),
  };
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

function word(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
