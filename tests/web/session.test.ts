import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TestContext } from 'node:test';

import { createClient } from '../../www/src/client.js';
import { keepToken } from '../../www/src/git/transport.js';
import { serve } from '../../www/src/serve.js';
import { createSession } from '../../www/src/store/session.js';
import type { Session } from '../../www/src/store/session.js';
import { commitBlock, initialState } from '../../www/src/store/state.js';
import { createStore } from '../../www/src/store/store.js';
import type { Store } from '../../www/src/store/store.js';
import type { Journal, Unkept } from '../../www/src/store/unkept.js';
import type { Conflict, ResourceId } from '../../www/src/shapes.js';
import { double, world } from './double.js';
import type { World } from './double.js';
import { workerOf } from './worker.js';

const FRONT = 'fabric/managed/vpcs/front.yaml';
const text = `# Owned by the web team
kind: VPC
apiVersion: vpc.githedgehog.com/v1beta1
metadata:
  name: front
spec:
  subnets:
    web:
      vlan: 1000 # as cabled
`;
const id: ResourceId = { group: 'vpc.githedgehog.com', kind: 'VPC', namespace: 'default', name: 'front' };
const VLAN = ['spec', 'subnets', 'web', 'vlan'];
const target = { type: 'github', url: '', repository: 'acme/fabric', branch: '', directory: 'fabric' } as const;
const direct = { findings: 'refuse', mode: 'direct' } as const;

interface Bench {
  readonly it: World;
  readonly store: Store;
  readonly session: Session;
  readonly paper: Paper;
  end(): void;
}

/** What lies in the journal, by fabric. */
interface Paper {
  readonly lines: Map<string, readonly Unkept[]>;
  room: 'enough' | 'none';
}

/** A journal in memory: what is in it outlives the session. */
function journalOn(paper: Paper): Journal {
  return {
    put(fabric, edits) {
      if (paper.room === 'none') return 'refused';
      paper.lines.set(fabric, edits);
      return 'put';
    },
    take(fabric, adopt) {
      adopt(paper.lines.get(fabric) ?? []);
      return Promise.resolve();
    },
    end: () => undefined,
  };
}

function onPaper({ paper }: Bench): readonly Unkept[] {
  return [...paper.lines.values()].flat();
}

function bench(
  t: TestContext,
  it = world({ [FRONT]: text }),
  token = 'secret',
  paper: Paper = { lines: new Map(), room: 'enough' },
): Bench {
  const keeper = keepToken(() => token, null);
  const engine = createClient({
    start: () => workerOf((scope) => serve(scope, double(it))),
    tokenPort: () => keeper.port(),
  });
  const store = createStore(initialState(target, true));
  const session = createSession(engine, store, journalOn(paper));
  let open = true;
  const end = (): void => {
    if (!open) return;
    open = false;
    session.end();
    engine.close();
    keeper.end();
  };
  // An open port would keep the process alive when an assertion fails.
  t.after(end);
  return { it, store, session, paper, end };
}

async function opened(t: TestContext, it?: World, paper?: Paper): Promise<Bench> {
  const at = bench(t, it, undefined, paper);
  await at.session.open(target);
  await at.session.select(id);
  return at;
}

function shown({ store }: Bench): string {
  const { opened: open } = store.state();
  return open.type === 'file' ? open.file.text : open.type;
}

test('a token that is refused leads back to the form with what to do', async (t) => {
  const at = bench(t, undefined, 'wrong');
  await at.session.open(target);
  const { phase } = at.store.state();
  const problem = phase.type === 'connect' ? phase.problem : null;
  assert.equal(problem?.code, 'auth');
  assert.match(problem.help, /token/);
});

test('an edit in the form changes just its line, and a finding comes and goes', async (t) => {
  const at = await opened(t);
  await at.session.change({ path: VLAN, to: 5000 });
  assert.equal(shown(at), text.replace('1000', '5000'));
  assert.deepEqual(
    at.store.state().overview?.findings.map(({ field }) => field),
    ['/spec/subnets/web/vlan'],
  );
  await at.session.change({ path: VLAN, to: 1100 });
  assert.deepEqual(at.store.state().overview?.findings, []);
  assert.equal(at.it.drafts.get(FRONT)?.text, text.replace('1000', '1100'));
});

test('what was typed is a draft before anything else is done', async (t) => {
  const at = await opened(t);
  at.session.typed(text.replace('web team', 'shop team'));
  assert.equal(at.it.drafts.size, 0);
  await at.session.show('changes');
  assert.equal(at.it.drafts.get(FRONT)?.text, text.replace('web team', 'shop team'));
  assert.match(at.store.state().plan?.files[0]?.diff ?? '', /^-# Owned by the web team$/m);
});

test('an answer to an older text does not undo a newer one', async (t) => {
  const at = await opened(t);
  at.session.typed(text.replace('1000', '1'));
  const first = at.session.flush();
  at.session.typed(text.replace('1000', '12'));
  await first;
  assert.equal(shown(at), text);
  await at.session.flush();
  assert.equal(shown(at), text.replace('1000', '12'));
});

test('fields typed one after the other that need the same map both stay', async (t) => {
  const at = await opened(t);
  const range = ['spec', 'subnets', 'web', 'dhcp', 'range'];
  at.session.typedField({ path: [...range, 'start'], to: '10.0.1.10' });
  at.session.typedField({ path: [...range, 'end'], to: '10.0.1.99' });
  await at.session.flush();
  const lines = ['      dhcp:', '        range:', '          start: 10.0.1.10', '          end: 10.0.1.99', ''];
  assert.equal(shown(at), text + lines.join('\n'));
  at.session.typedField({ path: ['spec', 'mode'], to: undefined });
  await at.session.flush();
  const { opened: open } = at.store.state();
  assert.equal(open.type === 'file' ? open.phase : '', 'checked');
});

test('what was typed while a colleague changed the file goes together with it', async (t) => {
  const at = await opened(t);
  at.session.typed(text.replace('1000', '1100'));
  // As when a look at the branch moved the draft on to it.
  at.it.drafts.set(FRONT, { base: text, text: text.replace('web team', 'shop team') });
  await at.session.flush();
  assert.equal(shown(at), text.replace('1000', '1100').replace('web team', 'shop team'));
});

test('a commit needs drafts and a message, and says which is missing', async (t) => {
  const at = await opened(t);
  assert.equal(commitBlock(at.store.state()), 'Nothing has been changed');
  await at.session.change({ path: VLAN, to: 1100 });
  assert.equal(commitBlock(at.store.state()), 'Write a commit message first');
  at.store.dispatch({ type: 'message-typed', message: 'Move web to 1100' });
  assert.equal(commitBlock(at.store.state()), null);
  await at.session.commit(direct);
  const { save, message } = at.store.state();
  assert.equal(save.type === 'answered' ? save.answer.type : save.type, 'landed');
  assert.equal(message, '');
  assert.equal(at.it.branch.get(FRONT), text.replace('1000', '1100'));
  assert.equal(at.it.head, 2);
});

test('a refused commit keeps drafts and message', async (t) => {
  const at = await opened(t);
  await at.session.change({ path: VLAN, to: 5000 });
  at.store.dispatch({ type: 'message-typed', message: 'Move web' });
  await at.session.commit(direct);
  const { save, message, overview } = at.store.state();
  assert.equal(save.type === 'answered' ? save.answer.type : save.type, 'refused');
  assert.equal(message, 'Move web');
  assert.equal(overview?.status.drafts, 1);
});

test('conflicts are settled one by one, undone, applied, and then committed', async (t) => {
  const it = world({ [FRONT]: text });
  const side = (value: number) => ({ present: true, value, path: FRONT });
  const vlan: Conflict = {
    id: 'vlan',
    kind: 'modify/modify',
    severity: 'medium',
    label: 'spec.subnets.web.vlan',
    field: '/spec/subnets/web/vlan',
    base: side(1000),
    ours: side(1100),
    theirs: side(1200),
    suggestions: [],
  };
  it.conflicts.push(vlan, { ...vlan, id: 'name', label: 'metadata.name', field: '/metadata/name' });
  const at = await opened(t, it);
  await at.session.change({ path: VLAN, to: 1100 });
  at.store.dispatch({ type: 'message-typed', message: 'Move web' });
  await at.session.commit(direct);
  assert.equal(at.store.state().pane, 'conflicts');
  assert.equal(commitBlock(at.store.state()), 'Settle the 2 conflicts first');

  at.store.dispatch({ type: 'chosen', choice: { conflict: 'vlan', take: 'ours' } });
  assert.equal(at.store.state().settling.at, 'name');
  at.store.dispatch({ type: 'choice-undone' });
  assert.equal(at.store.state().settling.choices.size, 0);
  assert.equal(at.store.state().settling.at, 'vlan');
  at.store.dispatch({ type: 'chosen', choice: { conflict: 'vlan', take: 'theirs' } });
  at.store.dispatch({ type: 'chosen', choice: { conflict: 'name', value: 'front' } });
  await at.session.settle();
  assert.equal(at.store.state().pane, 'changes');
  await at.session.commit(direct);
  assert.equal(at.it.branch.get(FRONT), text.replace('1000', '1200'));
});

test('drafts are there again after the page was closed and opened', async (t) => {
  const it = world({ [FRONT]: text });
  const first = await opened(t, it);
  first.session.typed(text.replace('1000', '1100'));
  await first.session.flush();
  first.end();
  const second = await opened(t, it);
  assert.equal(shown(second), text.replace('1000', '1100'));
  assert.equal(second.store.state().overview?.rows[0]?.state, 'changed');
});

test('a worker that breaks is replaced, and the fabric opened again', async (t) => {
  const it = world({ [FRONT]: text });
  let started = 0;
  const keeper = keepToken(() => 'secret', null);
  const engine = createClient({
    start: () => {
      started += 1;
      const breaks = started === 1;
      return workerOf((scope) => {
        serve(scope, (around) => {
          const handlers = double(it)(around);
          return breaks
            ? { ...handlers, preview: () => Promise.reject(new WebAssembly.RuntimeError('unreachable')) }
            : handlers;
        });
      });
    },
    tokenPort: () => keeper.port(),
  });
  t.after(() => {
    engine.close();
    keeper.end();
  });
  const store = createStore(initialState(target, true));
  const session = createSession(engine, store, journalOn({ lines: new Map(), room: 'enough' }));
  await session.open(target);
  await session.select(id);
  session.typed(text.replace('1000', '1100'));
  await session.show('changes');
  assert.equal(store.state().problem?.code, 'engine-stopped');
  await session.show('changes');
  assert.equal(started, 2);
  assert.equal(store.state().plan?.files.length, 1);
  session.end();
});

test('what was typed when the page goes away at once is a draft at the next opening', async (t) => {
  const first = await opened(t);
  first.session.typedField({ path: VLAN, to: 18 });
  first.session.typedField({ path: VLAN, to: 1888 });
  assert.equal(onPaper(first).length, 1);
  // Like a page that dies: nobody answers any more.
  const left: Paper = { lines: new Map(first.paper.lines), room: 'enough' };
  const second = await opened(t, world({ [FRONT]: text }), left);
  assert.equal(shown(second), text.replace('1000', '1888'));
  assert.equal(second.it.drafts.get(FRONT)?.text, text.replace('1000', '1888'));
  assert.deepEqual(onPaper(second), []);
});

test('a text that was typed in two steps is whole at the next opening, also where the draft has the first already', async (t) => {
  const first = await opened(t);
  const [one, two] = [text.replace('1000', '1'), text.replace('1000', '12')];
  first.session.typed(one);
  void first.session.flush();
  first.session.typed(two);
  assert.equal(onPaper(first).length, 2);
  const left: Paper = { lines: new Map(first.paper.lines), room: 'enough' };
  const again = world({ [FRONT]: text });
  again.drafts.set(FRONT, { base: text, text: one });
  assert.equal(shown(await opened(t, again, left)), two);
});

test('what is kept is in the journal no more, and what it has no room for is at risk until then', async (t) => {
  const at = await opened(t);
  at.session.typed(text.replace('1000', '1100'));
  assert.equal(onPaper(at).length, 1);
  assert.equal(at.session.isAtRisk(), false);
  await at.session.flush();
  assert.deepEqual(onPaper(at), []);
  at.paper.room = 'none';
  at.session.typed(text.replace('1000', '1200'));
  assert.equal(at.session.isAtRisk(), true);
  await at.session.flush();
  assert.equal(at.session.isAtRisk(), false);
});

test('what was left for a resource that is no more is said, and stands in the way of nothing', async (t) => {
  const first = await opened(t);
  first.session.typedField({ path: VLAN, to: 1888 });
  const left: Paper = { lines: new Map(first.paper.lines), room: 'enough' };
  const at = bench(t, world({}), undefined, left);
  await at.session.open(target);
  assert.equal(at.store.state().phase.type, 'open');
  assert.match(at.store.state().problem?.message ?? '', /front/);
  assert.deepEqual(onPaper(at), []);
});
