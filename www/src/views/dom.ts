/**
 * Makes elements, and brings what is on the page up to a newly made one.
 *
 * A view makes its whole element anew each time. `patch` then changes the one
 * that stands in the page just where the two differ, so that focus, selection
 * and scroll positions stay.
 *
 * **Invariant:** text is set as text, never as markup.
 */

type Made = Record<string, unknown>;

const made = new WeakMap<Node, Made>();
const slots = new WeakMap<Node, HTMLElement>();

export type Child = Node | string | null;

export type Props<E extends HTMLElement> = Partial<Omit<E, 'children' | 'style' | 'dataset' | 'attributes'>> & {
  /** Tells children of one parent apart over time. */
  readonly key?: string;
  /** Attributes that have no property; null leaves one out. */
  readonly attributes?: Readonly<Record<string, string | null>>;
};

/** Makes an element with properties, and children in order. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props<HTMLElementTagNameMap[K]>,
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const child of children) if (child !== null) element.append(child);
  const { attributes, ...properties } = props;
  const flat: Made = { ...properties };
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value !== null) flat[`@${name}`] = value;
  }
  for (const [name, value] of Object.entries(flat)) put(element, name, value);
  made.set(element, flat);
  return element;
}

/** A message whose words between backticks are code: as text, whatever they say. */
export function worded(message: string): readonly Child[] {
  return message.split(/`(`|[^`\n]+)`/).map((part, index) => (index % 2 === 1 ? h('code', {}, part) : part));
}

/** Stands for an element that lives longer than the views around it. */
export function slot(live: HTMLElement): Node {
  const place = document.createElement('span');
  slots.set(place, live);
  return place;
}

/** Brings `live` up to `fresh`; returns the one that is to stand in the page. */
export function patch(live: HTMLElement, fresh: HTMLElement): HTMLElement {
  if (!alike(live, fresh)) {
    live.replaceWith(fresh);
    fill(fresh);
    return fresh;
  }
  patchChildren(live, fresh);
  patchProps(live, fresh);
  return live;
}

/** Draws `fresh` as the only child of `parent`. */
export function draw(parent: HTMLElement, fresh: HTMLElement): void {
  const live = parent.firstElementChild;
  if (live instanceof HTMLElement) patch(live, fresh);
  else {
    parent.append(fresh);
    fill(fresh);
  }
}

const SVG = 'http://www.w3.org/2000/svg';

/** A drawing of 16 by 16 units that follows the text's colour. */
export function icon(path: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  for (const [name, value] of [
    ['viewBox', '0 0 16 16'],
    ['width', '16'],
    ['height', '16'],
    ['aria-hidden', 'true'],
    ['class', 'hr-icon'],
  ] as const) {
    svg.setAttribute(name, value);
  }
  const shape = document.createElementNS(SVG, 'path');
  shape.setAttribute('d', path);
  svg.append(shape);
  return svg;
}

function put(element: Element, name: string, value: unknown): void {
  if (name === 'key') return;
  if (name.startsWith('@')) element.setAttribute(name.slice(1), String(value));
  else Reflect.set(element, name, value);
}

function alike(live: Node, fresh: Node): boolean {
  const before = made.get(live);
  const after = made.get(fresh);
  if (before === undefined || after === undefined) return before === after && live.isEqualNode(fresh);
  return live.nodeName === fresh.nodeName && before['key'] === after['key'];
}

function patchProps(live: Element, fresh: Element): void {
  const before = made.get(live) ?? {};
  const after = made.get(fresh) ?? {};
  for (const name of Object.keys(before)) {
    if (name in after) continue;
    if (name.startsWith('@')) live.removeAttribute(name.slice(1));
    else if (name !== 'key') Reflect.set(live, name, Reflect.get(fresh, name));
  }
  for (const [name, value] of Object.entries(after)) {
    if (name === 'value' || name === 'checked') {
      // What is being typed is the user's; what still is as it was drawn is not.
      const now: unknown = Reflect.get(live, name);
      if (now !== value && (name !== 'value' || now === before[name] || !focused(live))) put(live, name, value);
    } else if (before[name] !== value) put(live, name, value);
  }
  made.set(live, after);
}

function focused(element: Element): boolean {
  const root = element.getRootNode();
  return (root instanceof Document || root instanceof ShadowRoot) && root.activeElement === element;
}

function patchChildren(live: Element, fresh: Element): void {
  const keyed = new Map<unknown, ChildNode>();
  for (const child of live.childNodes) {
    const key = made.get(child)?.['key'];
    if (key !== undefined) keyed.set(key, child);
  }
  let at: ChildNode | null = live.firstChild;
  for (const child of [...fresh.childNodes]) {
    const kept = slots.get(child);
    if (kept !== undefined) {
      if (at === kept) at = kept.nextSibling;
      else live.insertBefore(kept, at);
      continue;
    }
    const key = made.get(child)?.['key'];
    const match: ChildNode | null = key === undefined ? at : (keyed.get(key) ?? null);
    if (match !== null && reuse(match, child)) {
      if (match === at) at = match.nextSibling;
      else live.insertBefore(match, at);
    } else {
      live.insertBefore(child, at);
      if (child instanceof HTMLElement) fill(child);
    }
  }
  while (at !== null) {
    const next: ChildNode | null = at.nextSibling;
    at.remove();
    at = next;
  }
}

function reuse(match: ChildNode, child: ChildNode): boolean {
  if (match instanceof Text && child instanceof Text) {
    if (match.data !== child.data) match.data = child.data;
    return true;
  }
  if (!alike(match, child)) return false;
  if (match instanceof HTMLElement && child instanceof HTMLElement && made.has(match)) patch(match, child);
  return true;
}

/** Puts the elements that live longer in their places. */
function fill(element: HTMLElement): void {
  for (const place of [...element.querySelectorAll('span')]) {
    const live = slots.get(place);
    if (live !== undefined) place.replaceWith(live);
  }
}
