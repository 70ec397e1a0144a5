// The token leaves the engine in one header of its requests, and in nothing else.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { inspect } from 'node:util';
import { init, openWorkspace } from 'hedgerow';
import { startGitHost } from '../githost/server.mjs';

const id = { group: 'vpc.githedgehog.com', kind: 'VPC', namespace: 'default', name: 'vpc-build' };
const edits = (value) => [{ op: 'set', field: '/spec/subnets/runners/vlan', value }];

/** All that is written to the console meanwhile. */
const written = [];
const real = {};
before(async () => {
  await init();
  for (const name of ['log', 'info', 'warn', 'error', 'debug']) {
    real[name] = console[name];
    console[name] = (...words) => written.push(inspect(words, { depth: 10 }));
  }
});
after(() => Object.assign(console, real));

for (const kind of ['github', 'gitlab', 'gitea', 'bitbucket', 'azure']) {
  test(`nothing that leaves a workspace at ${kind} holds the token, also where the host repeats it`, async (t) => {
    const host = await startGitHost({ host: kind });
    t.after(() => host.close());
    const { token } = host;
    const seen = [];
    const see = async (call) => {
      try {
        seen.push(await call());
      } catch (error) {
        seen.push({ text: `${error.stack}`, code: error.code, details: error.details, cause: error.cause });
      }
    };
    const mine = await openWorkspace({
      host: { type: kind, url: host.url, repository: host.repository },
      branch: 'main',
      fabrics: [{ name: 'dc-east', directory: 'fabrics/dc-east' }],
      token: () => token,
      storage: 'memory',
    });
    for (const event of ['progress', 'status', 'saved']) mine.on(event, (detail) => seen.push(detail));
    await see(() => mine.load());
    mine.edit(id, edits(1234));
    await see(() => mine.commit({ message: 'One' }));
    const echo = `{"message": "no: Bearer ${token} ${btoa(token)} ${btoa(`:${token}`)} https://x:${token}@host/"}`;
    for (const status of [400, 401, 403, 404, 409, 422, 500]) {
      host.fault({ times: 1, fault: { type: 'status', status, body: echo, headers: { 'x-echo': token } } });
      await see(() => mine.sync());
    }
    host.fault({ times: 1, fault: { type: 'status', status: 403, body: echo } });
    mine.edit(id, edits(1235));
    await see(() => mine.commit({ message: 'Two' }));
    await see(() => mine.status());
    await see(() => mine.preview());
    await see(() => mine.export());
    await see(() => mine.report());
    await see(() => mine.sync());
    mine.close();
    await see(() => mine.sync());

    assert.ok(seen.some((each) => each?.type === 'landed'));
    const texts = [...seen.map((each) => inspect(each, { depth: 20, maxStringLength: null })), ...written];
    assert.ok(
      texts.some((text) => text.includes('[token]')),
      'no words of the host came through',
    );
    for (const secret of [token, btoa(token), btoa(`:${token}`), token.slice(4)]) {
      assert.deepEqual(
        texts.filter((text) => text.includes(secret)),
        [],
      );
    }
    for (const { method, path, query, body } of host.log()) {
      assert.ok(!`${method} ${path} ${query} ${body}`.includes(token), path);
    }
    const names = host.log({ kind: 'request' }).flatMap(({ headers }) =>
      Object.entries(headers)
        .filter(([, value]) => `${value}`.includes(token) || `${value}`.includes(btoa(`:${token}`)))
        .map(([name]) => name),
    );
    assert.deepEqual([...new Set(names)], ['authorization']);
  });
}
