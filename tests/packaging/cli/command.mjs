// Runs the command line of the built package as a process, in a folder of its own.

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../../../.ci/step.mjs';

/** The program. */
export const bin = join(root, 'pkg', 'cli', 'hedgerow.js');

/** Makes a folder with files in it; `t` takes it away again. */
export function folder(t, files = {}) {
  const path = mkdtempSync(join(tmpdir(), 'hedgerow-cli-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return path;
}

/** Runs `hedgerow` and gives back what it wrote and its exit code. */
export function hedgerow(cwd, args, { input = '', env = {}, until } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...args], { cwd, env: { ...process.env, ...env } });
    const chunks = { out: [], err: [] };
    child.stdout.on('data', (data) => {
      chunks.out.push(data);
      if (until !== undefined) child.stdout.destroy();
    });
    child.stderr.on('data', (data) => chunks.err.push(data));
    child.on('error', reject);
    child.on('close', (code) => {
      const bytes = Buffer.concat(chunks.out);
      resolve({ code, out: bytes.toString(), bytes, err: Buffer.concat(chunks.err).toString() });
    });
    // A program that ends without reading all of its input is no failure of the test.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

/** A VPC with one subnet. */
export function vpc(name, vlan, more = '') {
  return [
    'apiVersion: vpc.githedgehog.com/v1beta1',
    'kind: VPC',
    `metadata: {name: ${name}}`,
    'spec:',
    '  ipv4Namespace: default',
    '  vlanNamespace: default',
    '  subnets:',
    '    front:',
    `      subnet: 10.10.${Number(vlan) - 1000}.0/24 # rack 4`,
    `      vlan: ${vlan}`,
    more,
  ].join('\n');
}

/** What the VPCs above refer to. */
export const namespaces = `apiVersion: vpc.githedgehog.com/v1beta1
kind: IPv4Namespace
metadata: {name: default}
spec:
  subnets: [10.10.0.0/16]
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: VLANNamespace
metadata: {name: default}
spec:
  ranges: [{from: 1000, to: 2999}]
`;
