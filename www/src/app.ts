/**
 * Puts the page together: an engine, a store, a session, and the views.
 *
 * Each region is drawn again just when what it shows is another object.
 *
 * **Invariant:** views see state and callbacks; the engine is the session's
 * alone, and the token the keeper's.
 */

import { createEditor } from './editor/editor.js';
import type { Engine, Target } from './engine.js';
import type { TokenKeeper } from './git/transport.js';
import type { Finding, Offer } from './shapes.js';
import { createSession } from './store/session.js';
import { commitBlock, findingsAt, initialState, keyOf, placeOf, rowOf } from './store/state.js';
import type { State } from './store/state.js';
import type { Journal } from './store/unkept.js';
import { createStore } from './store/store.js';
import { commitBar, topBar } from './views/bars.js';
import { changesView } from './views/changes.js';
import { conflictsView } from './views/conflicts.js';
import { connectForm, loadingView } from './views/connect.js';
import type { TokenPlace } from './views/token-box.js';
import { draw, h } from './views/dom.js';
import { findingsPanel } from './views/findings.js';
import { outcome } from './views/outcome.js';
import { questionView } from './views/question.js';
import { resourceView } from './views/resource.js';
import { fabricTree } from './views/tree.js';

export interface AppOptions {
  readonly engine: Engine;
  readonly keeper: TokenKeeper;
  readonly journal: Journal;
  readonly tokenGiven: boolean;
  readonly target: Target;
  /** Opens the target at once, without asking. */
  readonly start: 'ask' | 'open';
  readonly theme: 'auto' | 'light' | 'dark';
}

export interface App {
  end(): void;
}

/** A part of the page that is drawn by itself. */
interface Region {
  readonly element: HTMLElement;
  /** What the part shows; it is drawn again when one of them is another. */
  readonly shows: (state: State) => readonly unknown[];
  readonly view: (state: State) => HTMLElement | null;
}

export function createApp(
  host: HTMLElement,
  { engine, keeper, journal, tokenGiven, target, start, theme }: AppOptions,
): App {
  const store = createStore({ ...initialState(target, tokenGiven), canKeepToken: keeper.canKeep });
  const { dispatch } = store;
  const session = createSession(engine, store, journal);
  const editor = createEditor((text) => session.typed(text));

  const root = h('div', { className: 'hedgerow' });
  if (theme !== 'auto') root.dataset['theme'] = theme;
  const spoken = h('div', { className: 'hr-spoken', attributes: { 'aria-live': 'polite' } });

  // A host page's own shortcuts must not take what is typed here.
  const keep = (event: KeyboardEvent): void => event.stopPropagation();
  root.addEventListener('keydown', keep);
  root.addEventListener('keyup', keep);
  root.addEventListener('keypress', keep);

  function takeOffer(offer: Offer): void {
    switch (offer) {
      case 'accept-findings':
        void session.commit({ findings: 'accept', mode: 'direct' });
        return;
      case 'pull-request':
        void session.commit({ findings: 'refuse', mode: 'pull-request' });
        return;
      case 'export':
        void download();
        return;
      default:
        offer satisfies never;
    }
  }

  /** Opens a fabric with the token that was typed, or that is kept. One that works is kept if the user wants it. */
  async function connect(next: Target, token: HTMLInputElement | null, where: TokenPlace): Promise<void> {
    const place = placeOf(next);
    if (token !== null) keeper.take(token, place);
    await keeping(() => keeper.use(place));
    await session.open(next);
    if (where === 'machine' && store.state().phase.type === 'open') await keeping(() => keeper.keep(place, 'keep'));
  }

  /** Goes on with another token. One that is kept was refused, so it goes. */
  async function renew(token: HTMLInputElement, where: TokenPlace): Promise<void> {
    const place = placeOf(store.state().target);
    keeper.take(token, place);
    void session.sync();
    await keeping(() => keeper.keep(place, where === 'machine' ? 'keep' : 'forget'));
  }

  /** Does something with the tokens that are kept. A browser may refuse. */
  async function keeping(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch {
      dispatch({
        type: 'failed',
        problem: {
          code: 'token-not-kept',
          message: 'This browser does not keep tokens for the page',
          help: 'Type the token at each visit.',
        },
      });
    }
    await learnTokens();
  }

  async function learnTokens(): Promise<void> {
    // Where they cannot be read there are none.
    const places = await keeper.kept().catch(() => []);
    if (places.join('\n') !== store.state().keptTokens.join('\n')) dispatch({ type: 'tokens-known', places });
  }

  async function download(): Promise<void> {
    const patch = await session.exportDrafts();
    if (patch === null) return;
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([patch], { type: 'text/x-diff' }));
    link.download = 'hedgerow-drafts.patch';
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 0);
  }

  async function goTo(finding: Finding): Promise<void> {
    const { overview } = store.state();
    const row = overview?.rows.find(({ id, path }) =>
      finding.resource === undefined ? path === finding.path : keyOf(id) === keyOf(finding.resource),
    );
    if (row === undefined) return;
    await session.select(row.id);
    await session.showTab('yaml');
    if (finding.range !== undefined) editor.goTo(finding.range.start);
  }

  function openPath(path: string): void {
    const row = store.state().overview?.rows.find((each) => each.path === path);
    if (row !== undefined) void session.select(row.id);
  }

  const regions: readonly Region[] = [
    {
      element: h('div', { className: 'hr-region-top' }),
      shows: ({ overview, target: at, syncing, pane }) => [overview?.status, overview?.branch, at, syncing, pane],
      view: ({ overview, target: at, syncing, pane }) =>
        overview === null
          ? null
          : topBar({
              target: at,
              branch: overview.branch,
              status: overview.status,
              syncing,
              pane,
              onSync: () => void session.sync(),
              onLeave: () => {
                session.leave();
                keeper.forget();
                void learnTokens();
              },
              onPane: (next) => void session.show(next),
            }),
    },
    {
      element: h('div', { className: 'hr-region-tree' }),
      shows: ({ overview, query, folded, opened }) => [
        overview?.rows,
        overview?.findings,
        query,
        folded,
        opened.type === 'none' ? null : opened.key,
      ],
      view: ({ overview, query, folded, opened }) =>
        overview === null
          ? null
          : fabricTree({
              overview,
              query,
              folded,
              selected: opened.type === 'none' ? null : opened.key,
              onQuery: (next) => dispatch({ type: 'searched', query: next }),
              onFold: (kind) => dispatch({ type: 'folded', kind }),
              onSelect: (id) => void session.select(id),
              onCreate: () => dispatch({ type: 'asked', question: { type: 'create', problem: null } }),
            }),
    },
    {
      element: h('div', { className: 'hr-region-outcome' }),
      shows: ({ save, problem, overview, pane }) => [save, problem, overview?.status, overview?.branch, pane],
      view: ({ save, problem, overview, pane }) =>
        outcome({
          save,
          problem,
          status: overview?.status ?? null,
          storage: overview?.storage ?? 'indexeddb',
          branch: overview?.branch ?? '',
          pane,
          onCloseAnswer: () => dispatch({ type: 'answer-closed' }),
          onCloseProblem: () => dispatch({ type: 'problem-closed' }),
          onSettle: () => void session.show('conflicts'),
          onShowChanges: () => void session.show('changes'),
          onOffer: takeOffer,
          canKeepToken: keeper.canKeep,
          onToken: (field, where) => void renew(field, where),
        }),
    },
    {
      element: h('div', { className: 'hr-region-main' }),
      shows: ({ pane, opened, tab, overview, plan, settling }) => [pane, opened, tab, overview, plan, settling],
      view: mainView,
    },
    {
      element: h('div', { className: 'hr-region-findings' }),
      shows: ({ overview, opened, pane }) => [
        overview?.findings,
        overview?.notChecked,
        opened.type === 'file' ? opened.file.path : null,
        pane,
      ],
      view: ({ overview, opened }) =>
        overview === null
          ? null
          : findingsPanel({
              overview,
              path: opened.type === 'file' ? opened.file.path : null,
              onSelect: (finding) => void goTo(finding),
            }),
    },
    {
      element: h('div', { className: 'hr-region-commit' }),
      shows: ({ overview, message, save, pane }) => [overview, message, save, pane],
      view: (state) => {
        const { overview, message, save, pane } = state;
        if (overview === null) return null;
        const drafts = new Set(overview.rows.filter(({ state: row }) => row !== 'clean').map(({ path }) => path));
        return commitBar({
          status: overview.status,
          branch: overview.branch,
          message,
          save,
          block: commitBlock(state),
          elsewhere: overview.elsewhere,
          errors: overview.findings.filter(
            ({ severity, path }) => severity === 'error' && path !== undefined && drafts.has(path),
          ).length,
          pane,
          onMessage: (next) => dispatch({ type: 'message-typed', message: next }),
          onCommit: () => void session.commit({ findings: 'refuse', mode: 'direct' }),
          onPane: (next) => void session.show(next),
        });
      },
    },
    {
      element: h('div', { className: 'hr-region-question' }),
      shows: ({ question }) => [question],
      view: ({ question }) =>
        questionView({
          question,
          onAnswer: {
            discard: (id) => void session.discard(id),
            remove: (id) => void session.remove(id),
            create: (value) => void session.create(value),
          },
          onCancel: () => dispatch({ type: 'asked', question: { type: 'none' } }),
        }),
    },
  ];

  function mainView({ pane, opened, tab, overview, plan, settling }: State): HTMLElement | null {
    if (overview === null) return null;
    switch (pane) {
      case 'resource': {
        const row = opened.type === 'none' ? undefined : rowOf(store.state(), opened.key);
        return resourceView({
          opened,
          tab,
          rowState: row?.state ?? 'clean',
          findings: opened.type === 'file' ? findingsAt(overview, opened.file.path) : [],
          editor: editor.element,
          onTab: (next) => void session.showTab(next),
          onTyping: (change) => session.typedField(change),
          onChange: (change) => void session.change(change),
          onDiscard: (id) => dispatch({ type: 'asked', question: { type: 'discard', id } }),
          onRemove: (id) => dispatch({ type: 'asked', question: { type: 'remove', id } }),
        });
      }
      case 'changes':
        return changesView({
          plan,
          drafts: overview.status.drafts,
          onDiscard: (path) => {
            const row = overview.rows.find((each) => each.path === path);
            if (row !== undefined) dispatch({ type: 'asked', question: { type: 'discard', id: row.id } });
          },
          onDiscardAll: () => dispatch({ type: 'asked', question: { type: 'discard', id: null } }),
          onExport: () => void download(),
          onOpen: openPath,
        });
      case 'conflicts':
        return conflictsView({
          conflicts: overview.conflicts,
          settling,
          branch: overview.branch,
          onShow: (id) => dispatch({ type: 'conflict-shown', id }),
          onChoose: (choice) => dispatch({ type: 'chosen', choice }),
          onOwn: (id) => dispatch({ type: 'own-value-asked', id }),
          onLeaveOwn: () => dispatch({ type: 'own-value-left' }),
          onUndo: () => dispatch({ type: 'choice-undone' }),
          onApply: () => void session.settle(),
        });
      default:
        return pane satisfies never;
    }
  }

  const work = h('div', { className: 'hr-work', key: 'work' });
  work.append(...regions.map(({ element }) => element));
  const door = h('div', { className: 'hr-door' });
  root.append(door, spoken);
  host.append(root);

  let shown: State | null = null;

  function render(state: State): void {
    const before = shown;
    shown = state;
    if (before !== null && before.spoken !== state.spoken) spoken.textContent = state.spoken;
    if (state.phase.type !== 'open') {
      work.remove();
      if (!door.isConnected) root.prepend(door);
      const differs = before?.phase !== state.phase || before.target !== state.target;
      if (differs || before.keptTokens !== state.keptTokens) keepFocus(() => renderDoor(state), 'h1');
      return;
    }
    if (before?.phase.type === 'open') renderWork(before, state);
    else keepFocus(() => renderWork(before, state), '[role=treeitem][tabindex="0"]');
  }

  /** Goes on at `next`, or else at the heading, where what has the focus is taken away by `step`. */
  function keepFocus(step: () => void, next: string): void {
    const had = root.contains(active());
    step();
    if (!had || root.contains(active())) return;
    const place = root.querySelector<HTMLElement>(next) ?? root.querySelector('h1');
    if (place === null) return;
    if (!place.hasAttribute('tabindex')) place.tabIndex = -1;
    place.focus();
  }

  function active(): Element | null {
    const around = root.getRootNode();
    return around instanceof Document || around instanceof ShadowRoot ? around.activeElement : null;
  }

  function renderWork(before: State | null, state: State): void {
    door.remove();
    if (!work.isConnected) root.prepend(work);
    for (const { element, shows, view } of regions) {
      const now = shows(state);
      const then = before?.phase.type === 'open' ? shows(before) : null;
      if (then !== null && now.every((value, index) => value === then[index])) continue;
      const fresh = view(state);
      if (fresh === null) element.replaceChildren();
      else draw(element, fresh);
    }
    follow(before, state);
  }

  function renderDoor({ phase, target: at, tokenGiven: given, canKeepToken, keptTokens }: State): void {
    switch (phase.type) {
      case 'connect':
        draw(
          door,
          connectForm({
            target: at,
            tokenGiven: given,
            canKeepToken,
            keptTokens,
            problem: phase.problem,
            onConnect: (next, token, where) => void connect(next, token, where),
            onForget: (place) => void keeping(() => keeper.keep(place, 'forget')),
          }),
        );
        return;
      case 'loading':
        draw(
          door,
          loadingView({
            target: at,
            progress: phase.progress,
            onCancel: () => {
              session.leave();
            },
          }),
        );
        return;
      case 'open':
        return;
      default:
        phase satisfies never;
    }
  }

  /** Brings what is not drawn by views after the state: the editor, the dialog, the focus. */
  function follow(before: State | null, state: State): void {
    const { opened, overview, question, settling, pane } = state;
    work.dataset['pane'] = pane;
    if (opened.type === 'file') {
      const { file, phase, key } = opened;
      const other = before?.opened.type !== 'file' || before.opened.file !== file;
      if (other && phase === 'checked') editor.show(key, `YAML of ${file.id.kind} ${file.id.name}`, file.text);
      if (phase === 'checked' && (other || before.overview?.findings !== overview?.findings)) {
        editor.mark(findingsAt(overview, file.path));
      }
    }
    if (question !== before?.question) {
      const dialog = root.querySelector('dialog');
      if (dialog !== null && !dialog.open) dialog.showModal();
    }
    if (pane !== 'conflicts' || (before?.pane === pane && before.settling === settling)) return;
    // Buttons come and go with each choice; the focus must not fall off the page.
    if (settling.editing !== null) root.querySelector<HTMLElement>('.hr-own-text')?.focus();
    else focusConflict();
  }

  /** After the last choice the next step is to apply them. */
  function focusConflict(): void {
    const apply = root.querySelector<HTMLButtonElement>('.hr-apply');
    const ours = root.querySelectorAll<HTMLElement>('.hr-side-button')[1];
    (apply?.disabled === false ? apply : ours)?.focus();
  }

  const leaving = (): void => {
    void session.flush();
  };
  window.addEventListener('pagehide', leaving);
  /** Asks whether to go where something typed would be lost: the browser has no room to put it down. */
  const asking = (event: BeforeUnloadEvent): void => {
    leaving();
    if (session.isAtRisk()) event.preventDefault();
  };
  window.addEventListener('beforeunload', asking);
  /** Who comes back to the page wants to see what is new. */
  const turned = (): void => {
    if (document.visibilityState === 'visible') session.lookSoon();
    else leaving();
  };
  document.addEventListener('visibilitychange', turned);
  const online = (): void => session.lookSoon();
  window.addEventListener('online', online);

  /** Asks the browser once not to throw drafts away when its disk is full. */
  let asked = false;
  store.listen(({ overview }) => {
    if (asked || overview === null || overview.status.drafts === 0) return;
    asked = true;
    // A browser may not know this, and may refuse: the drafts are kept all the same, as long as there is room.
    if (globalThis.isSecureContext) void navigator.storage.persist().catch(() => false);
  });
  store.listen(render);
  render(store.state());
  if (start === 'open') void connect(target, null, 'memory');
  else void learnTokens();

  return {
    end() {
      window.removeEventListener('pagehide', leaving);
      window.removeEventListener('beforeunload', asking);
      document.removeEventListener('visibilitychange', turned);
      window.removeEventListener('online', online);
      leaving();
      session.end();
      editor.end();
      engine.close();
      keeper.end();
      root.remove();
    },
  };
}
