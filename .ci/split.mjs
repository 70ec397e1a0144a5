// Splits the engine in two WebAssembly modules that share one memory: what every caller needs, and what only a
// workspace needs, which is fetched when one is opened.
//
// The second module takes the functions of the layers behind `openWorkspace`, and those that only they call. In the
// first, each of them that it mentions is an import, which the glue answers with a call of the second. In the second,
// what it calls of the first is an import too. Memory, tables, globals and data stay in the first.
//
// Done on the text format, where a function is a block of lines and names its callees.

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { Failure } from './step.mjs';

/** Functions of a workspace, by their paths in Rust or the names of their exports. */
const OF_WORKSPACE =
  /\bhedgerow::(?:sync|host|plan|api::workspace|wasm::(?:workspace|drive|fetch|storage|events|pages|running))\b|^\$"?(?:workspace_|openWorkspace|__wbg_workspace_)|\b(?:js_sys::futures|wasm_bindgen_futures|futures_channel|gloo_timers|web_sys|sha1_smol)::/;

/** Functions that stand in a table for closures of any kind, a workspace's too. */
const SHIM = /vtable\.shim|\bwasm_bindgen::|\bFnOnce::call_once/;

/** How the first module names the second to its glue, and the second the first. */
const SECOND = './workspace_bg.js';
const FIRST = './engine_bg.wasm';

const NAME = /\$"(?:[^"\\]|\\.)*"|\$[^\s()]+/;
const NAMES = new RegExp(NAME, 'g');
const CALLEE = new RegExp(String.raw`\((?:return_call|call|ref\.func) (${NAME.source})`, 'g');

/** Splits a module in text format. Writes both; returns what `glue` needs. */
export function split({ source, first, second }) {
  const text = readFileSync(source, 'utf8');
  const build = `build ${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
  const stamp = (part) => ['(global $build i32 (i32.const 0))', `(export "${part} of ${build}" (global $build))`];
  const forms = topLevel(text);
  const functions = new Map(forms.filter(is('func')).map((form) => [nameOf(form), form]));
  const callees = new Map([...functions].map(([name, form]) => [name, new Set(all(form, CALLEE))]));
  const elements = forms.filter(is('elem')).map((form) => ({ form, names: tableNames(form) }));
  const exported = forms.filter(is('export')).flatMap((form) => /\(func (.*)\)\)$/.exec(form)?.[1] ?? []);
  const pinned = new Set([...elements.flatMap(({ names }) => names), ...exported]);

  const moved = closure(functions, callees, pinned);
  const stays = ([name]) => !moved.has(name);
  const mentioned = new Set([...callees].filter(stays).flatMap(([, names]) => [...names]));
  const wanted = [...moved].filter((name) => mentioned.has(name) || pinned.has(name));
  const given = new Set([...moved].flatMap((name) => [...callees.get(name)]).filter((name) => !moved.has(name)));
  const shared = [...given].filter((name) => functions.has(name));
  if (wanted.length === 0 || shared.length === 0) {
    throw new Failure('The engine could not be split: its names have changed.');
  }

  const stateKinds = ['memory', 'table', 'global'];
  const state = forms.filter((form) => stateKinds.some((kind) => is(kind)(form)));
  const link = (form, index) => `~${kindOf(form)}${index}`;
  const stateExports = state.map((form, index) => `(export "${link(form, index)}" (${kindOf(form)} ${nameOf(form)}))`);
  const functionExports = shared.map((name, index) => `(export "~${index}" (func ${name}))`);

  const types = forms.filter(is('type'));
  const imports = forms.filter(is('import'));
  const isKept = (form) => !is('func')(form) || !moved.has(nameOf(form));
  const rest = likeByLike(forms.filter((form) => !is('type')(form) && !is('import')(form) && isKept(form)));
  const wantedImports = wanted.map((name, index) =>
    importOf(SECOND, index, `(func ${name} ${signature(functions.get(name))})`),
  );
  write(first, [
    ...types,
    ...imports,
    ...wantedImports,
    ...rest,
    ...stateExports,
    ...functionExports,
    ...stamp('engine'),
  ]);

  const stateImports = state.map((form, index) => importOf(FIRST, link(form, index), stateType(form)));
  const sharedImports = shared.map((name, index) =>
    importOf(FIRST, `~${index}`, `(func ${name} ${signature(functions.get(name))})`),
  );
  const slots = elements.flatMap(({ form, names }) => tableSlots(form, names, moved));
  const secondExports = wanted.map((name, index) => `(export "${index}" (func ${name}))`);
  const bodies = likeByLike([...moved].map((name) => functions.get(name)));
  write(second, [
    ...types,
    ...imports,
    ...stateImports,
    ...sharedImports,
    ...slots,
    ...secondExports,
    ...bodies,
    ...stamp('workspace'),
  ]);
  return { build, wanted: wanted.length };
}

/** Joins the two modules in wasm-bindgen's glue: the first's imports, and a function that starts the second. */
export function glue(script, { build, wanted }) {
  const anchor = 'const imports = __wbg_get_imports();';
  if (script.split(anchor).length !== 3) {
    throw new Failure('The glue of wasm-bindgen has changed; .ci/split.mjs must follow.');
  }
  // A key of a file's map may be called __proto__: it is a key like any other.
  const assignment = 'arg0[arg1] = arg2;';
  if (script.split(assignment).length !== 2) {
    throw new Failure('The glue of wasm-bindgen sets properties otherwise now; .ci/split.mjs must follow.');
  }
  return `${script.replace(assignment, 'setOwn(arg0, arg1, arg2);').replaceAll(anchor, 'const imports = engineImports = withSecond(__wbg_get_imports());')}
let engineImports;
let second;

function setOwn(object, key, value) {
  if (key !== '__proto__') object[key] = value;
  else Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}

/** Both modules name it in an export. */
export const build = '${build}';

/** Gives the engine what it calls of the second module, which may come later. */
function withSecond(imports) {
  const calls = Array.from({ length: ${wanted} }, (_, index) => (...args) => second[index](...args));
  return { ...imports, '${SECOND}': { ...calls } };
}

/** Starts the second module beside the engine, which has to run. */
export async function startSecond(module) {
  const instance = await WebAssembly.instantiate(module, { ...engineImports, '${FIRST}': wasm });
  second = instance.exports;
}
`;
}

/** The functions to move: those named above, and those that nobody else calls. */
function closure(functions, callees, pinned) {
  const callers = new Map();
  for (const [name, names] of callees) {
    for (const callee of names) callers.set(callee, [...(callers.get(callee) ?? []), name]);
  }
  const moved = new Set([...functions.keys()].filter((name) => OF_WORKSPACE.test(name)));
  let open = [...moved];
  while (open.length > 0) {
    const candidates = new Set(open.flatMap((name) => [...callees.get(name)]));
    open = [...candidates].filter(
      (name) =>
        functions.has(name) &&
        !moved.has(name) &&
        !pinned.has(name) &&
        callers.get(name).every((caller) => moved.has(caller) || caller === name),
    );
    for (const name of open) moved.add(name);
  }
  // The linker folds functions of one body into one, under the name of either. What is called without a workspace stays.
  const isOwn = (name) => OF_WORKSPACE.test(name) || moved.has(name);
  open = [...pinned].filter((name) => functions.has(name) && !isOwn(name) && !SHIM.test(name));
  const reached = new Set(open);
  while (open.length > 0) {
    open = open.flatMap((name) => [...callees.get(name)]).filter((name) => functions.has(name) && !reached.has(name));
    for (const name of open) {
      reached.add(name);
      moved.delete(name);
    }
  }
  return moved;
}

/** Puts functions that look alike beside each other, which compresses better: 6 KB less with brotli. */
function likeByLike(forms) {
  const look = (form) => `${signature(form)}\n${form.split('\n').slice(1, 400).join('\n').replaceAll(NAMES, '')}`;
  const sorted = forms
    .filter(is('func'))
    .map((form) => ({ form, look: look(form) }))
    .toSorted((one, other) => (one.look < other.look ? -1 : Number(one.look > other.look)));
  return [...forms.filter((form) => !is('func')(form)), ...sorted.map(({ form }) => form)];
}

/** The forms of a module. The printer begins each with one blank, and what is in it with more. */
function topLevel(text) {
  const [, ...forms] = text.split(/\n (?=\()/);
  return forms.map((form) => form.replace(/\s*\n\)\s*$/, '').trimEnd());
}

const is = (kind) => (form) => form.startsWith(`(${kind} `);
const kindOf = (form) => /^\((\w+)/.exec(form)[1];
const nameOf = (form) => NAME.exec(form)?.[0];
const all = (text, pattern) => [...text.matchAll(pattern)].map((match) => match[1]);
const importOf = (module, name, what) => `(import "${module}" "${name}" ${what})`;

/** The parameters and results of a function: what follows its name on its first line. */
function signature(form) {
  const head = form.split('\n', 1)[0];
  const parts = head.slice(head.indexOf(nameOf(form)) + nameOf(form).length).match(/\((?:param|result)[^)]*\)/g) ?? [];
  return parts.join(' ').replaceAll(/(\(param) \$\S+/g, '$1');
}

/** What is imported of the first: `(global $x (mut i32) (i32.const 5))` without the value. */
function stateType(form) {
  return kindOf(form) === 'global' ? `${form.replace(/ \([a-z0-9.]+ [^()]*\)\)$/, '')})` : form;
}

/** The functions of a list of the table. */
function tableNames(form) {
  return all(form.slice(form.indexOf(' func ')), new RegExp(`(${NAME.source})`, 'g'));
}

/** Writes the second module's own functions over the imports in the table, so that calls through it are direct. */
function tableSlots(form, names, moved) {
  const [, table, start] = /\(table (\S+)\) \(i32\.const (\d+)\)/.exec(form);
  return names.flatMap((name, index) =>
    moved.has(name) ? `(elem (table ${table}) (i32.const ${Number(start) + index}) func ${name})` : [],
  );
}

function write(path, forms) {
  writeFileSync(path, `(module\n${forms.join('\n')}\n)\n`);
}
