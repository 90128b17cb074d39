import { Graph, layout } from '@dagrejs/dagre';
import { escaped } from '../page.js';
import type { Drawing, DrawnEdge, DrawnLock } from './drawing.js';
import { lined, shortName, shortPath } from './names.js';
import { kindOf, labelOf } from './words.js';

/** Pixels. Letters are of one width, so that boxes fit them in every browser. */
const [LETTER, LINE, PADDING] = [7.4, 17, 10];

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Box {
  readonly lines: readonly string[];
  readonly width: number;
  readonly height: number;
  readonly x?: number;
  readonly y?: number;
}

/** A label, and the way of the arrow once it is laid out. */
type Way = Box & { readonly labelpos: 'c'; readonly points?: readonly Point[] };

type Layout = Graph<object, Box, Way>;

/** The order from left to right, as an SVG that takes its colours from the page; locks that take part in no order are left to the table. */
export function picture({ nested, edges }: Drawing): string {
  if (nested.length === 0) return '<p>No lock is taken while another is held.</p>';
  const graph: Layout = new Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 24, ranksep: 60, marginx: 8, marginy: 8 });
  for (const lock of nested)
    graph.setNode(lock.id, boxOf([...lined(shortName(lock.lock), 30, 3), kindOf(lock), shortPath(lock.place, 40)]));
  for (const edge of edges) graph.setEdge(edge.from.id, edge.to.id, { ...boxOf(linesOf(edge)), labelpos: 'c' });
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  const arrows = edges.map((edge) => arrow(edge, graph.edge(edge.from.id, edge.to.id)));
  const boxes = nested.map((lock) => box(lock, graph.node(lock.id)));
  return `<svg role="img" aria-label="The lock order as a picture; the table below says the same" viewBox="0 0 ${width} ${height}" width="${width}"><defs>${marker('tip', 'currentColor')}${marker('tip-cycle', 'var(--red)')}</defs>${arrows.join('')}${boxes.join('')}</svg>`;
}

function linesOf(edge: DrawnEdge): string[] {
  const told = labelOf(edge);
  return told === '' ? [] : [...lined(told, 30, 3), shortPath(edge.place, 30)];
}

function boxOf(lines: readonly string[]): Box {
  if (lines.length === 0) return { lines, width: 0, height: 0 };
  const width = Math.max(...lines.map((line) => [...line].length)) * LETTER + 2 * PADDING;
  return { lines, width, height: lines.length * LINE + PADDING };
}

function box(lock: DrawnLock, { lines, width, height, x = 0, y = 0 }: Box): string {
  const look = lock.cyclic ? ' class="cycle"' : lock.gate ? ' class="gated"' : '';
  return `<g${look}><title>${escaped(`${lock.title}, ${lock.place}`)}</title><rect x="${x - width / 2}" y="${y - height / 2}" width="${width}" height="${height}" rx="6"/>${words(lines, x, y, lines.length - 2)}</g>`;
}

function arrow(edge: DrawnEdge, { points = [], lines, x = 0, y = 0 }: Way): string {
  const look = edge.cyclic ? ' cycle' : edge.gates.length > 0 ? ' gated' : '';
  const way = points.map((point, index) => `${index === 0 ? 'M' : 'L'}${point.x} ${point.y}`).join('');
  return `<g class="edge${look}"><title>${escaped(`${edge.from.title} → ${edge.to.title}, ${edge.place}`)}</title><path d="${way}" marker-end="url(#tip${edge.cyclic ? '-cycle' : ''})"/>${words(lines, x, y)}</g>`;
}

/** Lines around a point, the first of them bold. */
function words(lines: readonly string[], x: number, y: number, bold = 0): string {
  const top = y - ((lines.length - 1) * LINE) / 2 + 4;
  const line = (text: string, index: number) =>
    `<text${index < bold ? ' class="name"' : ''} x="${x}" y="${top + index * LINE}">${escaped(text)}</text>`;
  return lines.map(line).join('');
}

function marker(id: string, colour: string): string {
  return `<marker id="${id}" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="11" markerHeight="11" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 8 4 0 8z" style="fill:${colour};stroke:none"/></marker>`;
}
