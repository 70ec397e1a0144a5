/** A VPC as a form: what it is, and its subnets as a table. */

import type { OpenFile } from '../engine.js';
import type { Finding, Json } from '../shapes.js';
import { pointer } from '../store/fields.js';
import type { Change } from '../store/fields.js';
import { h, icon, worded } from './dom.js';
import { CROSS, PLUS } from './icons.js';
import { asNumber, asText, readVpc } from './vpc.js';
import type { SubnetRow } from './vpc.js';

export interface VpcFormProps {
  readonly file: OpenFile;
  readonly findings: readonly Finding[];
  /** A change while it is typed. */
  readonly onTyping: (change: Change) => void;
  /** A change that is made at once. */
  readonly onChange: (change: Change) => void;
}

const MODES = [
  ['', 'Default (L2VNI)'],
  ['l3vni', 'L3VNI'],
  ['l3flat', 'L3 flat'],
] as const;

interface FieldProps {
  readonly label: string;
  readonly path: readonly string[];
  readonly value: string;
  readonly read: (typed: string) => Json | undefined;
  readonly width?: 'number' | 'address';
  readonly disabled?: boolean;
}

export function vpcForm({ file, findings, onTyping, onChange }: VpcFormProps): HTMLElement {
  const vpc = readVpc(file.value);
  if (vpc === null) {
    return h(
      'div',
      { className: 'hr-empty hr-scroll', key: 'no-form' },
      h('p', {}, ...worded('This text cannot be shown as a form: `spec` or `spec.subnets` is not a map.')),
      h('p', {}, 'Mend it in the YAML view; the findings say where.'),
    );
  }
  const input = ({ label, path, value: shown, read, width, disabled = false }: FieldProps): HTMLElement => {
    const field = pointer(path);
    const wrong = findings.filter((finding) => finding.field === field);
    const noteId = `hr-note${field.replaceAll('/', '-')}`;
    const send = (event: Event, use: (change: Change) => void): void => {
      if (event.target instanceof HTMLInputElement) use({ path, to: read(event.target.value) });
    };
    return h(
      'div',
      { className: 'hr-cell' },
      h('input', {
        type: 'text',
        className: `hr-input${width === undefined ? '' : ` hr-input-${width}`}`,
        inputMode: width === 'number' ? 'numeric' : 'text',
        ariaLabel: label,
        value: shown,
        disabled,
        spellcheck: false,
        autocomplete: 'off',
        ariaInvalid: wrong.some(({ severity }) => severity === 'error') ? 'true' : 'false',
        attributes: { 'aria-describedby': wrong.length > 0 ? noteId : null },
        oninput: (event) => send(event, onTyping),
        onchange: (event) => send(event, onChange),
      }),
      wrong.length === 0
        ? null
        : h(
            'div',
            { className: 'hr-cell-notes', id: noteId },
            ...wrong.map(({ severity, message, help }) =>
              h('p', { className: `hr-cell-note hr-${severity}`, title: help ?? '' }, ...worded(message)),
            ),
          ),
    );
  };

  const row = (subnet: SubnetRow): HTMLElement => {
    const at = ['spec', 'subnets', subnet.name];
    const of = `of subnet ${subnet.name}`;
    return h(
      'tr',
      { key: `subnet:${subnet.name}` },
      h(
        'th',
        { scope: 'row', className: 'hr-subnet-name' },
        subnet.name,
        subnet.hostBgp
          ? h(
              'span',
              { className: 'hr-badge', title: 'The hosts announce this subnet: no gateway, no VLAN' },
              'host BGP',
            )
          : null,
      ),
      h(
        'td',
        {},
        input({ label: `CIDR ${of}`, path: [...at, 'subnet'], value: subnet.subnet, read: asText, width: 'address' }),
      ),
      h(
        'td',
        {},
        input({
          label: `Gateway ${of}`,
          path: [...at, 'gateway'],
          value: subnet.gateway,
          read: asText,
          width: 'address',
        }),
      ),
      h(
        'td',
        {},
        input({ label: `VLAN ${of}`, path: [...at, 'vlan'], value: subnet.vlan, read: asNumber, width: 'number' }),
      ),
      h(
        'td',
        { className: 'hr-middle' },
        h('input', {
          type: 'checkbox',
          className: 'hr-check',
          ariaLabel: `DHCP ${of}`,
          checked: subnet.dhcp,
          onchange: (event) => {
            if (event.target instanceof HTMLInputElement) {
              onChange({ path: [...at, 'dhcp', 'enable'], to: event.target.checked });
            }
          },
        }),
      ),
      h('td', {}, rangeInput('start', subnet.start)),
      h('td', {}, rangeInput('end', subnet.end)),
      h(
        'td',
        {},
        h(
          'button',
          {
            type: 'button',
            className: 'hr-button hr-quiet hr-only-icon',
            ariaLabel: `Remove subnet ${subnet.name}`,
            title: `Remove subnet ${subnet.name}`,
            onclick: () => onChange({ path: at, to: undefined }),
          },
          icon(CROSS),
        ),
      ),
    );

    function rangeInput(which: 'start' | 'end', shown: string): HTMLElement {
      return input({
        label: `DHCP range ${which} ${of}`,
        path: [...at, 'dhcp', 'range', which],
        value: shown,
        read: asText,
        width: 'address',
        // A range without DHCP is kept as it is, and can still be taken out.
        disabled: !subnet.dhcp && shown === '',
      });
    }
  };

  const general = findings.filter(
    ({ field }) => field === '/spec' || field === '/spec/subnets' || field === '/metadata/name',
  );

  return h(
    'form',
    {
      className: 'hr-form hr-scroll',
      ariaLabel: `VPC ${vpc.name}`,
      key: 'form',
      onsubmit: (event: SubmitEvent) => event.preventDefault(),
    },
    h(
      'div',
      { className: 'hr-form-grid' },
      stacked('Name', h('output', { className: 'hr-readonly', ariaLabel: 'Name' }, vpc.name)),
      stacked(
        'Mode',
        h(
          'select',
          {
            className: 'hr-input',
            ariaLabel: 'Mode',
            value: vpc.mode,
            onchange: (event) => {
              if (event.target instanceof HTMLSelectElement) {
                onChange({ path: ['spec', 'mode'], to: asText(event.target.value) });
              }
            },
          },
          ...MODES.map(([mode, name]) => h('option', { value: mode, selected: mode === vpc.mode }, name)),
          MODES.some(([mode]) => mode === vpc.mode)
            ? null
            : h('option', { value: vpc.mode, selected: true }, `${vpc.mode} (unknown)`),
        ),
      ),
      stacked(
        'IPv4 namespace',
        input({ label: 'IPv4 namespace', path: ['spec', 'ipv4Namespace'], value: vpc.ipv4Namespace, read: asText }),
      ),
      stacked(
        'VLAN namespace',
        input({ label: 'VLAN namespace', path: ['spec', 'vlanNamespace'], value: vpc.vlanNamespace, read: asText }),
      ),
    ),
    ...general.map(({ severity, message }) => h('p', { className: `hr-cell-note hr-${severity}` }, ...worded(message))),
    h('h3', { className: 'hr-subtitle' }, 'Subnets'),
    h(
      'div',
      { className: 'hr-table-box' },
      h(
        'table',
        { className: 'hr-table', ariaLabel: 'Subnets' },
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            ...['Name', 'CIDR', 'Gateway', 'VLAN', 'DHCP', 'Range start', 'Range end'].map((title) =>
              h('th', { scope: 'col' }, title),
            ),
            h('td', {}),
          ),
        ),
        h('tbody', {}, ...vpc.subnets.map(row)),
      ),
    ),
    vpc.subnets.length === 0 ? h('p', { className: 'hr-empty' }, 'No subnet yet. A VPC needs at least one.') : null,
    newSubnet(vpc.subnets, onChange),
  );
}

function stacked(label: string, control: HTMLElement): HTMLElement {
  return h('div', { className: 'hr-field' }, h('span', { className: 'hr-label', ariaHidden: 'true' }, label), control);
}

/** The line below the table in which a new subnet is written. */
function newSubnet(subnets: readonly SubnetRow[], onChange: (change: Change) => void): HTMLElement {
  const part = (className: string, label: string, placeholder: string): HTMLInputElement =>
    h('input', {
      type: 'text',
      className: `hr-input ${className}`,
      ariaLabel: label,
      placeholder,
      value: '',
      spellcheck: false,
      autocomplete: 'off',
    });
  const add = (box: HTMLElement): void => {
    const [name, cidr, vlan] = box.querySelectorAll('input');
    if (name === undefined || cidr === undefined || vlan === undefined) return;
    const key = name.value.trim();
    const taken = subnets.some((subnet) => subnet.name === key);
    name.setCustomValidity(
      key === '' ? 'A subnet needs a name' : taken ? 'There is a subnet of this name already' : '',
    );
    if (!name.reportValidity()) return;
    const subnet: Record<string, Json> = {};
    const prefix = asText(cidr.value);
    const tag = asNumber(vlan.value);
    if (prefix !== undefined) subnet['subnet'] = prefix;
    if (tag !== undefined) subnet['vlan'] = tag;
    onChange({ path: ['spec', 'subnets', key], to: subnet });
    for (const field of [name, cidr, vlan]) field.value = '';
    name.focus();
  };
  const box = (event: Event): HTMLElement | null =>
    event.currentTarget instanceof HTMLElement ? event.currentTarget.closest('.hr-new-subnet') : null;
  return h(
    'div',
    {
      className: 'hr-new-subnet',
      role: 'group',
      ariaLabel: 'New subnet',
      onkeydown: (event) => {
        const at = box(event);
        if (event.key !== 'Enter' || at === null || !(event.target instanceof HTMLInputElement)) return;
        event.preventDefault();
        add(at);
      },
    },
    h('span', { className: 'hr-hint' }, 'New subnet'),
    part('', 'Name of the new subnet', 'name'),
    part('hr-input-address', 'CIDR of the new subnet', '10.0.10.0/24'),
    part('hr-input-number', 'VLAN of the new subnet', 'VLAN'),
    h(
      'button',
      {
        type: 'button',
        className: 'hr-button',
        onclick: (event) => {
          const at = box(event);
          if (at !== null) add(at);
        },
      },
      icon(PLUS),
      'Add subnet',
    ),
  );
}
