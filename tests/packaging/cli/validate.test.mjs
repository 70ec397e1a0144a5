// `hedgerow validate`: its formats, and all the ways to name files.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { which } from '../../../.ci/step.mjs';
import { bin, folder, hedgerow, namespaces, vpc } from './command.mjs';

const good = { 'fabric/base.yaml': namespaces, 'fabric/vpcs/vpc-1.yaml': vpc('vpc-1', 1001) };
const bad = { ...good, 'fabric/vpcs/vpc-2.yml': vpc('vpc-2', 1002, '      vlam: 5\n') };

describe('for people', () => {
  test('a good fabric has no findings, and what was not checked is said', async (t) => {
    const { code, out, err } = await hedgerow(folder(t, good), ['validate', 'fabric']);
    assert.deepEqual([code, err], [0, '']);
    assert.match(out, /^Not checked:\n {2}GWY-46, GPE-48: /);
    assert.match(out, /\nNo findings in 3 resources of 2 files\.\n$/);
  });

  test('a finding has its place, its line underlined, its code and help', async (t) => {
    const { code, out } = await hedgerow(folder(t, bad), ['validate', 'fabric']);
    assert.equal(code, 1);
    const shown = [
      'fabric/vpcs/vpc-2.yml:11:7: error: there is no field `spec.subnets.front.vlam` [DEC-03 unknown]',
      ' 11 |       vlam: 5',
      '    |       ^^^^',
      '    help: Write `vlan`',
    ];
    assert.ok(out.startsWith(`${shown.join('\n')}\n`), out);
    assert.match(out, /\n1 error in 4 resources of 3 files\.\n$/);
  });

  test('the other place of a clash is named', async (t) => {
    const { out } = await hedgerow(
      folder(t, { 'a.yaml': namespaces, 'b.yaml': vpc('vpc-1', 1001), 'c.yaml': vpc('vpc-2', 1001) }),
      [...['validate', 'a.yaml', 'b.yaml', 'c.yaml']],
    );
    assert.match(out, /^ {4}see b\.yaml:9:15, VPC vpc-1: /m);
  });

  test('wide letters and tabs do not move the line below', async (t) => {
    const { out } = await hedgerow(folder(t, { 'a.yaml': 'apiVersion: v1\nkind: {広い: "e\u0301", \tb: *no}\n' }), [
      'validate',
      'a.yaml',
    ]);
    const lines = out.split('\n');
    const at = lines.findLastIndex((line) => line.includes('広い'));
    assert.equal(lines[at], '  2 | kind: {広い: "e\u0301",     b: *no}');
    assert.equal(lines[at + 1], '    |                          ^^^');
  });

  test('a long line is cut around the place', async (t) => {
    const long = `a: {${Array.from({ length: 900 }, (_, at) => `k${at}: ${at}`).join(', ')}, x: *no}\n`;
    const { out } = await hedgerow(folder(t, { 'a.yaml': long }), ['validate', 'a.yaml']);
    const [line] = out.split('\n').filter((text) => text.includes('*no') && text.includes('|'));
    assert.ok(line.length < 180, line);
    assert.match(line, /…/);
  });

  test('what a terminal would obey is shown as a sign', async (t) => {
    const { out } = await hedgerow(folder(t, { 'a.yaml': 'a: "\u001B[31mred\u0007" x\nb: \u202Ereverse\n' }), [
      'validate',
      'a.yaml',
    ]);
    for (const sign of ['\u001B', '\u0007', '\u202E']) assert.ok(!out.includes(sign));
    assert.match(out, /\u{FFFD}\[31mred/u);
  });

  test('lines that end in CR LF are shown without it', async (t) => {
    const { out } = await hedgerow(folder(t, { 'a.yaml': 'apiVersion: v1\r\nkind: *no\r\nmetadata: {name: a}\r\n' }), [
      'validate',
      'a.yaml',
    ]);
    assert.match(out, /^ {2}2 \| kind: \*no$/m);
    assert.doesNotMatch(out, /\r/);
  });
});

describe('colours', () => {
  const hasScript = which('script') !== undefined && process.platform === 'linux';
  const onTerminal = async (cwd, env) => {
    const command = `'${process.execPath}' '${bin}' validate fabric`;
    const run = promisify(execFile)('script', ['-qec', command, '/dev/null'], {
      cwd,
      env: { ...process.env, TERM: 'xterm', ...env },
    });
    return (await run.catch((error) => error)).stdout;
  };

  test('a pipe gets none', async (t) => {
    assert.ok(!(await hedgerow(folder(t, bad), ['validate', 'fabric'])).out.includes('\u001B'));
  });

  test('a terminal gets them', { skip: hasScript ? false : 'there is no `script` to play a terminal' }, async (t) => {
    assert.ok((await onTerminal(folder(t, bad), {})).includes('\u001B[31;1merror\u001B[0m: there is no field'));
  });

  test(
    'NO_COLOR takes them away',
    { skip: hasScript ? false : 'there is no `script` to play a terminal' },
    async (t) => {
      const out = await onTerminal(folder(t, bad), { NO_COLOR: '1' });
      assert.match(out, /error: there is no field/);
      assert.ok(!out.includes('\u001B'));
    },
  );
});

describe('for programs', () => {
  test('JSON is the report', async (t) => {
    const { code, out } = await hedgerow(folder(t, bad), ['validate', '--format', 'json', 'fabric']);
    const report = JSON.parse(out);
    assert.equal(code, 1);
    assert.deepEqual([report.resources, report.documents, report.findings.length], [4, 4, 1]);
    const [{ code: rule, path, range }] = report.findings;
    assert.deepEqual([rule, path, range.start.line], ['DEC-03', 'fabric/vpcs/vpc-2.yml', 11]);
    assert.ok(report.notChecked.length > 0);
  });

  test('GitHub gets an annotation for each finding, with what it would misread escaped', async (t) => {
    const name = 'a,b: 100%.yaml';
    const { code, out } = await hedgerow(folder(t, { [name]: 'a: "x" y\n' }), ['validate', '--format=github', name]);
    assert.equal(code, 1);
    const [first] = out.split('\n').filter((line) => line.includes('yaml-'));
    assert.match(
      first,
      /^::error file=a%2Cb%3A 100%25\.yaml,line=1,endLine=1,col=\d+,endColumn=\d+,title=Hedgerow yaml-[a-z-]+::/,
    );
    assert.equal(
      out.split('\n').filter((line) => line.startsWith('::')).length,
      Number(/(\d+) errors?/.exec(out)?.[1]),
    );
    assert.match(out, /%0A/);
  });

  test('SARIF has each finding with its rule, level and place', async (t) => {
    const name = 'fabric/ä b.yaml';
    const { out } = await hedgerow(
      folder(t, { ...bad, [name]: 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: *no}\n' }),
      [...['validate', '--format', 'sarif', 'fabric']],
    );
    const log = JSON.parse(out);
    const [{ tool, results, columnKind, invocations }] = log.runs;
    assert.deepEqual([log.version, log.runs.length, columnKind], ['2.1.0', 1, 'utf16CodeUnits']);
    const [unknown] = results.filter(({ ruleId }) => ruleId === 'DEC-03');
    assert.equal(tool.driver.rules[unknown.ruleIndex].id, 'DEC-03');
    assert.equal(unknown.level, 'error');
    const { artifactLocation, region } = unknown.locations[0].physicalLocation;
    assert.equal(artifactLocation.uri, 'fabric/vpcs/vpc-2.yml');
    assert.deepEqual(region, { startLine: 11, startColumn: 7, endLine: 11, endColumn: 11 });
    assert.ok(
      results.some(
        ({ locations }) => locations?.[0].physicalLocation.artifactLocation.uri === 'fabric/%C3%A4%20b.yaml',
      ),
    );
    assert.ok(invocations[0].toolExecutionNotifications.some(({ descriptor }) => descriptor.id === 'GWY-46'));
  });
});

test('a report that is full says what it leaves out, in every format', async (t) => {
  const many = Array.from({ length: 400 }, (_, at) => vpc(`vpc-${at}`, 1001)).join('---\n');
  const cwd = folder(t, { 'many.yaml': many });
  const said = async (format) => hedgerow(cwd, ['validate', '--format', format, 'many.yaml']);
  const { code, out } = await said('human');
  assert.equal(code, 1);
  const [, left] =
    /^The report is full; left out: (\d+) resources not checked at all\. Mend what is shown/m.exec(out) ?? [];
  assert.ok(Number(left) > 200, left);
  assert.match((await said('github')).out, /^The report is full; left out: /m);
  assert.equal(JSON.parse((await said('json')).out).omitted.resources, Number(left));
  const [{ invocations }] = JSON.parse((await said('sarif')).out).runs;
  const last = invocations[0].toolExecutionNotifications.at(-1);
  assert.match(last.message.text, new RegExp(`left out: ${left} resources`));
});

describe('naming files', () => {
  const resources = async (cwd, args, options) => {
    const { out, err, code } = await hedgerow(cwd, ['validate', '--format', 'json', ...args], options);
    assert.ok(code < 2, err);
    return JSON.parse(out).resources;
  };

  test('folders are read to their depths, hidden ones and other files apart', async (t) => {
    const cwd = folder(t, {
      ...good,
      'fabric/README.md': '# no: [yaml',
      'fabric/.git/config.yaml': 'x: [',
      'fabric/node_modules/a.yaml': 'x: [',
      'fabric/package.json': '{}',
    });
    const { code, err } = await hedgerow(cwd, ['validate', 'fabric']);
    assert.deepEqual([code, err], [0, '']);
    assert.equal(await resources(cwd, ['fabric']), 3);
  });

  for (const [pattern, wanted] of [
    ['fabric/**/*.yaml', 3],
    ['fabric/**/vpc-[1-9].{yaml,yml}', 1],
    ['./fabric/*.y?ml', 2],
    ['**/b*.yaml', 2],
    ['fabric/vpcs/**', 1],
  ]) {
    test(`a pattern that the shell handed on: ${pattern}`, async (t) => {
      assert.equal(await resources(folder(t, good), ['--part', pattern]), wanted);
    });
  }

  test('a file that is named twice is read once', async (t) => {
    const cwd = folder(t, good);
    assert.equal(
      await resources(cwd, ['fabric', 'fabric/base.yaml', './fabric/../fabric/base.yaml', 'fabric/*.yaml']),
      3,
    );
  });

  test('a file whose name is a pattern is that file', async (t) => {
    assert.equal(await resources(folder(t, { '[a].yaml': namespaces }), ['[a].yaml']), 2);
  });

  test('standard input', async (t) => {
    const { code, out } = await hedgerow(folder(t), ['validate', '--part', '-'], { input: 'a: [\n' });
    assert.equal(code, 1);
    assert.match(out, /^<stdin>:\d+:\d+: error: /);
  });

  test('a link to a file is followed, one to a folder is not', async (t) => {
    const cwd = folder(t, good);
    symlinkSync(join(cwd, 'fabric'), join(cwd, 'fabric', 'again.yaml'));
    symlinkSync(join(cwd, 'fabric'), join(cwd, 'fabric', 'again'));
    symlinkSync(join(cwd, 'fabric', 'base.yaml'), join(cwd, 'linked.yaml'));
    assert.equal(await resources(cwd, ['fabric']), 3);
    assert.equal(await resources(cwd, ['linked.yaml']), 2);
  });

  test('a named file that is no YAML is left out, and that is said', async (t) => {
    const { code, err } = await hedgerow(folder(t, { ...good, 'fabric/README.md': '# Fabric' }), [
      ...['validate', 'fabric/README.md', 'fabric/base.yaml'],
    ]);
    assert.equal(code, 0);
    assert.match(err, /`fabric\/README\.md` was not read: its name does not end in \.yaml, \.yml or \.json\./);
  });

  for (const [what, files, args, message] of [
    ['no such file', {}, ['fabrics'], /There is no file or folder `fabrics`. Check the path/],
    ['no match', good, ['fabric/*.yml'], /No YAML file matches `fabric\/\*\.yml`/],
    [
      'a folder without YAML',
      { 'docs/a.md': '' },
      ['docs'],
      /`docs` holds no file that ends in \.yaml or \.yml.\nNothing was validated/,
    ],
    ['nothing but other files', { 'a.md': '' }, ['a.md'], /`a\.md` was not read.*\nNothing was validated/],
    ['separators of Windows', good, ['fabric\\vpcs\\vpc-1.yaml'], /Did you mean `fabric\/vpcs\/vpc-1\.yaml`\?/],
    ['settings that are not there', good, ['--settings', 'x.yaml', 'fabric'], /There is no file or folder `x\.yaml`/],
    [
      'settings that are no YAML',
      { ...good, 's.yaml': 'a: [' },
      ['--settings', 's.yaml', 'fabric'],
      /settings cannot be read: s\.yaml:1: /,
    ],
    [
      'settings of a wrong form',
      { ...good, 's.yaml': 'spineASN: many' },
      ['--settings', 's.yaml', 'fabric'],
      /spineASN.*--settings/s,
    ],
    ['a definition that is none', { ...good, 'c.yaml': 'a: 1' }, ['--crd', 'c.yaml', 'fabric'], /--crd/],
  ]) {
    test(
      `${what} is said with a next step`,
      { skip: process.platform === 'win32' && what.includes('Windows') },
      async (t) => {
        const { code, out, err } = await hedgerow(folder(t, files), ['validate', ...args]);
        assert.deepEqual([code, out], [2, '']);
        assert.match(err, message);
      },
    );
  }

  test('a file that cannot be read is said with the reason', async (t) => {
    const cwd = folder(t, good);
    symlinkSync('circle.yaml', join(cwd, 'circle.yaml'));
    const { code, err } = await hedgerow(cwd, ['validate', 'circle.yaml']);
    assert.equal(code, 2);
    assert.match(err, /`circle\.yaml` cannot be read: its links lead in a circle; name the file itself\./);
  });

  test('what is no text is a finding', async (t) => {
    const { code, out } = await hedgerow(folder(t, { 'a.yaml': Buffer.from([0x61, 0x3a, 0x20, 0xff, 0xfe, 0x00]) }), [
      'validate',
      'a.yaml',
    ]);
    assert.equal(code, 1);
    assert.match(out, /^a\.yaml:1:4: error: .*\[yaml-encoding\]$/m);
  });

  test('UTF-16 is read and its lines are shown', async (t) => {
    const text = Buffer.from('\uFEFFapiVersion: v1\nkind: *no\n', 'utf16le');
    const { out } = await hedgerow(folder(t, { 'a.yaml': text }), ['validate', 'a.yaml']);
    assert.match(out, /^ {2}2 \| kind: \*no$/m);
  });

  test('a file over 10 MiB is a finding, one far over it is not read', async (t) => {
    const cwd = folder(t, { 'big.yaml': 'a: 1\n'.padEnd(10 * 1024 * 1024 + 1, '#') });
    const { code, out } = await hedgerow(cwd, ['validate', 'big.yaml']);
    assert.equal(code, 1);
    assert.match(out, /^big\.yaml:1:1: error: .*10/);
    writeFileSync(join(cwd, 'huge.yaml'), Buffer.alloc(65 * 1024 * 1024, '#'));
    const huge = await hedgerow(cwd, ['validate', 'huge.yaml']);
    assert.equal(huge.code, 2);
    assert.match(huge.err, /`huge\.yaml` has 65 MiB; no file may have more than 10\. Split it\./);
  });
});

describe('options', () => {
  test('--part leaves references to what is not given unchecked, and says so', async (t) => {
    const cwd = folder(t, { 'a.yaml': vpc('vpc-1', 1001) });
    assert.equal((await hedgerow(cwd, ['validate', 'a.yaml'])).code, 1);
    const { code, out } = await hedgerow(cwd, ['validate', '--part', 'a.yaml']);
    assert.equal(code, 0);
    assert.match(out, /VPC-64/);
  });

  test('--drop-unknown makes unknown fields warnings', async (t) => {
    const { code, out } = await hedgerow(folder(t, bad), ['validate', '--drop-unknown', 'fabric']);
    assert.equal(code, 0);
    assert.match(out, /warning: .*vlam/);
  });

  test('--settings changes what holds', async (t) => {
    const cwd = folder(t, { ...good, 's.yaml': 'reservedSubnets: [10.10.1.0/24]\n' });
    assert.equal((await hedgerow(cwd, ['validate', 'fabric'])).code, 0);
    assert.equal((await hedgerow(cwd, ['validate', '--settings', 's.yaml', 'fabric'])).code, 1);
  });

  test('--crd makes further kinds known', async (t) => {
    const definition = (kind, plural) => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: ${plural}.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: ${kind}, plural: ${plural}}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties: {spec: {type: object, properties: {size: {type: integer}}}}
`;
    const object = (kind) => `apiVersion: example.com/v1\nkind: ${kind}\nmetadata: {name: a}\nspec: {size: big}\n`;
    const cwd = folder(t, {
      'one.yaml': definition('One', 'ones'),
      'two.yaml': definition('Two', 'twos'),
      'x.yaml': `${object('One')}---\n${object('Two')}`,
    });
    const { out } = await hedgerow(cwd, [
      'validate',
      '--crd',
      'one.yaml',
      '--crd',
      'two.yaml',
      '--format',
      'json',
      'x.yaml',
    ]);
    const fields = JSON.parse(out).findings.filter(({ field }) => field === '/spec/size');
    assert.deepEqual(
      fields.map(({ resource }) => resource.kind),
      ['One', 'Two'],
    );
  });
});
