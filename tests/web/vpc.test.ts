import assert from 'node:assert/strict';
import { test } from 'node:test';

import { editsFor, pointer } from '../../www/src/store/fields.js';
import type { Json } from '../../www/src/shapes.js';
import { asNumber, asText, readVpc } from '../../www/src/views/vpc.js';

const vpc = {
  metadata: { name: 'payments' },
  spec: { subnets: { front: { subnet: '10.0.1.0/24', vlan: 1000, dhcp: { enable: true } }, bare: null } },
};

const put = (path: readonly string[], to: Json | undefined) => editsFor(vpc, { path, to });

test('a VPC is read with what is missing left empty', () => {
  assert.deepEqual(readVpc(vpc), {
    name: 'payments',
    mode: '',
    ipv4Namespace: '',
    vlanNamespace: '',
    subnets: [
      {
        name: 'front',
        subnet: '10.0.1.0/24',
        gateway: '',
        vlan: '1000',
        dhcp: true,
        hostBgp: false,
        start: '',
        end: '',
      },
      { name: 'bare', subnet: '', gateway: '', vlan: '', dhcp: false, hostBgp: false, start: '', end: '' },
    ],
  });
});

test('what is no VPC has no form', () => {
  for (const value of [null, 'text', [], { spec: null }, { spec: { subnets: [1] } }, { spec: { subnets: 'x' } }]) {
    assert.equal(readVpc(value), null);
  }
});

test('a field that is there is set alone', () => {
  assert.deepEqual(put(['spec', 'subnets', 'front', 'vlan'], 1100), [
    { op: 'set', field: '/spec/subnets/front/vlan', value: 1100 },
  ]);
});

test('what has to be there first comes with the field', () => {
  assert.deepEqual(put(['spec', 'subnets', 'front', 'dhcp', 'range', 'start'], '10.0.1.10'), [
    { op: 'set', field: '/spec/subnets/front/dhcp/range', value: { start: '10.0.1.10' } },
  ]);
  assert.deepEqual(put(['spec', 'subnets', 'bare', 'dhcp', 'enable'], true), [
    { op: 'set', field: '/spec/subnets/bare', value: { dhcp: { enable: true } } },
  ]);
});

test('a field that was emptied is taken out, and one that was not there is left alone', () => {
  assert.deepEqual(put(['spec', 'subnets', 'front', 'vlan'], undefined), [
    { op: 'remove', field: '/spec/subnets/front/vlan' },
  ]);
  assert.deepEqual(put(['spec', 'subnets', 'front', 'gateway'], undefined), []);
});

test('names with a slash or a tilde are written as JSON Pointer asks', () => {
  assert.equal(pointer(['a/b', '~c']), '/a~1b/~0c');
});

test('a number is a number only when it is written as one', () => {
  assert.equal(asNumber('1100'), 1100);
  assert.equal(asNumber(' 7 '), 7);
  assert.equal(asNumber('0100'), '0100');
  assert.equal(asNumber('1e3'), '1e3');
  assert.equal(asNumber('many'), 'many');
  assert.equal(asNumber(' '), undefined);
  assert.equal(asText(''), undefined);
  assert.equal(asText(' 10.0.0.1 '), '10.0.0.1');
});
