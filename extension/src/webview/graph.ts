// The page of the lock-order graph: a picture, and the same as a list for whoever does not see it.
import { Graph, layout } from '@dagrejs/dagre';
import type { LockOrder, Spot } from '../../../cli/src/lsp/protocol.js';
import type { FromPage, ToPage } from './messages.js';

declare function acquireVsCodeApi(): { postMessage(message: FromPage): void };

const host = acquireVsCodeApi();
const svgNames = 'http://www.w3.org/2000/svg';
const summary = element('summary');
const picture = element('picture');
const list = element('list');

window.addEventListener('message', ({ data }: MessageEvent<ToPage>) => {
  draw(data.order);
});
host.postMessage({ kind: 'ready' });

function draw(order: LockOrder | null): void {
  const focused = document.activeElement?.getAttribute('aria-label');
  picture.replaceChildren();
  list.replaceChildren();
  summary.textContent = describe(order);
  if (order === null || order.locks.length === 0) return;
  picture.append(drawing(order));
  list.append(...rows(order));
  // Whoever moves by keyboard stays where they are when the picture is drawn anew.
  const same = [...picture.querySelectorAll<SVGElement>('[tabindex]')];
  if (focused != null) same.find((shape) => shape.getAttribute('aria-label') === focused)?.focus();
}

function describe(order: LockOrder | null): string {
  if (order === null) return 'The analysis has not finished yet.';
  const cyclic = order.edges.filter((edge) => edge.cyclic).length;
  const cycle = cyclic === 0 ? 'no cycle' : `${cyclic} of them in a cycle: tasks can wait for each other for ever`;
  return `${order.locks.length} locks, ${order.edges.length} nestings, ${cycle}.`;
}

type Shapes = Graph<object, { width: number; height: number; x?: number; y?: number }, { points?: Point[] }>;
interface Point {
  readonly x: number;
  readonly y: number;
}

const height = 44;
const perLetter = 7.4;

function drawing(order: LockOrder): SVGElement {
  const graph: Shapes = new Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'TB', marginx: 16, marginy: 16, nodesep: 40, ranksep: 60 });
  for (const lock of order.locks)
    graph.setNode(lock.id, { width: Math.max(lock.name.length, lock.kind.length) * perLetter + 28, height });
  for (const [index, edge] of order.edges.entries()) graph.setEdge(edge.from, edge.to, {}, String(index));
  layout(graph);
  const size = graph.graph() as { width?: number; height?: number };
  const svg = svgElement('svg', {
    width: String(size.width ?? 0),
    height: String(size.height ?? 0),
    role: 'group',
    'aria-label': 'Lock-order graph. Tab moves through locks and nestings, Enter goes to the code.',
  });
  for (const [index, edge] of order.edges.entries()) {
    const { points = [] } = graph.edge({ v: edge.from, w: edge.to, name: String(index) });
    svg.append(edgeShape(order, edge, points));
  }
  for (const lock of order.locks) svg.append(lockShape(lock, graph.node(lock.id)));
  svg.addEventListener('keydown', moveFocus);
  return svg;
}

function lockShape(lock: LockOrder['locks'][number], box: { width: number; height: number; x?: number; y?: number }) {
  const { width, x = 0, y = 0 } = box;
  const group = link(lock.spot, 'lock', `Lock ${lock.name}, ${lock.kind}`);
  const corner = { x: String(x - width / 2), y: String(y - height / 2) };
  group.append(
    svgElement('rect', { ...corner, width: String(width), height: String(height), rx: '6' }),
    text(lock.name, x, y - 3, 'name'),
    text(lock.kind, x, y + 14, 'kind'),
  );
  return group;
}

function edgeShape(order: LockOrder, edge: LockOrder['edges'][number], points: readonly Point[]): SVGElement {
  const group = link(edge.spot, edge.cyclic ? 'edge cyclic' : 'edge', sentence(order, edge));
  const d = points.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${x} ${y}`).join(' ');
  // A wide invisible line beneath, because a thin one is hard to hit.
  group.append(svgElement('path', { d, class: 'reach' }), svgElement('path', { d }), tip(points));
  return group;
}

function tip(points: readonly Point[]): SVGElement {
  const end = points.at(-1) ?? { x: 0, y: 0 };
  const before = points.at(-2) ?? end;
  const angle = (Math.atan2(end.y - before.y, end.x - before.x) * 180) / Math.PI;
  return svgElement('path', {
    d: 'M0 0 L-9 -5 L-9 5 Z',
    class: 'tip',
    transform: `translate(${end.x} ${end.y}) rotate(${angle})`,
  });
}

function rows(order: LockOrder): HTMLElement[] {
  const nested = order.edges.map((edge) => row(edge.spot, sentence(order, edge), edge.cyclic));
  const alone = order.locks
    .filter((lock) => !order.edges.some((edge) => edge.from === lock.id || edge.to === lock.id))
    .map((lock) => row(lock.spot, `${lock.name} (${lock.kind}) is never nested with another lock`, false));
  return [...nested, ...alone];
}

function row(spot: Spot, words: string, cyclic: boolean): HTMLElement {
  const item = document.createElement('li');
  const anchor = document.createElement('a');
  anchor.href = '#';
  anchor.textContent = words;
  anchor.addEventListener('click', (event) => {
    event.preventDefault();
    host.postMessage({ kind: 'open', spot });
  });
  item.append(anchor);
  if (cyclic) {
    const mark = document.createElement('strong');
    mark.className = 'cyclic';
    mark.textContent = ' — in a cycle';
    item.append(mark);
  }
  return item;
}

function sentence(order: LockOrder, edge: LockOrder['edges'][number]): string {
  const name = (id: string) => order.locks.find((lock) => lock.id === id)?.name ?? id;
  return `${name(edge.to)} is awaited while ${name(edge.from)} is held`;
}

/** A shape that is reached by Tab, spoken as a link, and goes to the code on click, Enter and Space. */
function link(spot: Spot, className: string, label: string): SVGElement {
  const group = svgElement('g', { class: className, tabindex: '0', role: 'link', 'aria-label': label });
  const title = svgElement('title', {});
  title.textContent = label;
  group.append(title);
  const go = () => {
    host.postMessage({ kind: 'open', spot });
  };
  group.addEventListener('click', go);
  group.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    go();
  });
  return group;
}

function moveFocus(event: KeyboardEvent): void {
  const step =
    event.key === 'ArrowDown' || event.key === 'ArrowRight'
      ? 1
      : event.key === 'ArrowUp' || event.key === 'ArrowLeft'
        ? -1
        : 0;
  if (step === 0) return;
  const shapes = [...picture.querySelectorAll<SVGElement>('[tabindex]')];
  const at = shapes.indexOf(document.activeElement as SVGElement);
  shapes[(at + step + shapes.length) % shapes.length]?.focus();
  event.preventDefault();
}

function text(words: string, x: number, y: number, className: string): SVGElement {
  const node = svgElement('text', { x: String(x), y: String(y), 'text-anchor': 'middle', class: className });
  node.textContent = words;
  return node;
}

function svgElement(name: string, attributes: Readonly<Record<string, string>>): SVGElement {
  const node = document.createElementNS(svgNames, name) as SVGElement;
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no #${id}`);
  return found;
}
