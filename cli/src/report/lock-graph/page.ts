import { escaped, htmlPage } from '../page.js';
import type { Places } from '../places.js';
import type { Drawing, DrawnEdge, DrawnLock } from './drawing.js';
import { labelOf, legendOf } from './words.js';

/** One page that needs nothing else: a picture, and the same as a table. */
export function lockGraphPage(drawing: Drawing, places: Places): string {
  const rows = drawing.edges.map(
    (edge) =>
      `<tr${edge.cyclic ? ' class="cycle"' : ''}><td>${escaped(edge.from.title)}</td><td>${escaped(edge.to.title)}</td><td><code>${escaped(edge.place)}</code></td><td>${escaped(labelOf(edge))}</td></tr>`,
  );
  const locks = [...drawing.nested, ...drawing.alone].map(
    ({ title, lock }) =>
      `<tr><td>${escaped(title)}</td><td>${escaped(lock.kind)}</td><td>${lock.sections.length}</td><td>${escaped(lock.guards.join(', '))}</td><td><code>${escaped(places.label(lock))}</code></td></tr>`,
  );
  return htmlPage(
    'Lock order',
    STYLE,
    `<h1>Lock order</h1>
<p>${legendOf(drawing).map(escaped).join('<br>')}</p>
<div class="picture" role="region" aria-label="The lock order as a picture" tabindex="0">${picture(drawing)}</div>
<h2>Order</h2><table><thead><tr><th>held</th><th>waited for</th><th>where</th><th>ring</th></tr></thead><tbody>${rows.join('')}</tbody></table>
<h2>Locks</h2><table><thead><tr><th>lock</th><th>kind</th><th>sections</th><th>guards</th><th>declared</th></tr></thead><tbody>${locks.join('')}</tbody></table>`,
  );
}

const [WIDTH, HEIGHT, GAP_X, GAP_Y] = [210, 40, 70, 34];

/** Layers from left to right along the order; locks that take part in no order are in the table alone. */
function picture({ nested, edges }: Drawing): string {
  if (nested.length === 0) return '<p>No lock is taken while another is held.</p>';
  const layers = layersOf(nested, edges);
  const spots = new Map<DrawnLock, Spot>();
  const heights = new Map<number, number>();
  for (const lock of nested) {
    const layer = layers.get(lock)!;
    const row = heights.get(layer) ?? 0;
    heights.set(layer, row + 1);
    spots.set(lock, { x: 10 + layer * (WIDTH + GAP_X), y: 10 + row * (HEIGHT + GAP_Y) });
  }
  const width = 20 + Math.max(...layers.values()) * (WIDTH + GAP_X) + WIDTH;
  const height = 40 + Math.max(...heights.values()) * (HEIGHT + GAP_Y);
  const arrows = edges.map((edge) => arrow(spots.get(edge.from)!, spots.get(edge.to)!, edge));
  const boxes = [...spots].map(
    ([{ title }, { x, y }]) =>
      `<g><rect x="${x}" y="${y}" width="${WIDTH}" height="${HEIGHT}" rx="6"/><text x="${x + WIDTH / 2}" y="${y + HEIGHT / 2 + 5}">${escaped(shortened(title))}<title>${escaped(title)}</title></text></g>`,
  );
  return `<svg role="img" aria-label="The lock order as a picture; the table below says the same" viewBox="0 0 ${width} ${height}" width="${width}"><defs>${marker('tip', 'currentColor')}${marker('tip-cycle', 'var(--red)')}</defs>${arrows.join('')}${boxes.join('')}</svg>`;
}

function marker(id: string, colour: string): string {
  return `<marker id="${id}" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="11" markerHeight="11" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 8 4 0 8z" style="fill:${colour};stroke:none"/></marker>`;
}

interface Spot {
  readonly x: number;
  readonly y: number;
}

function arrow(from: Spot, to: Spot, { cyclic, gates }: DrawnEdge): string {
  const path = to.x > from.x ? forwards(from, to) : backwards(from, to);
  const look = cyclic ? ' cycle' : gates.length > 0 ? ' gated' : '';
  return `<path class="edge${look}" d="${path}" marker-end="url(#tip${cyclic ? '-cycle' : ''})"/>`;
}

/** From the right side of one box to the left side of the other. */
function forwards(from: Spot, to: Spot): string {
  const [x1, y1, x2, y2] = [from.x + WIDTH, from.y + HEIGHT / 2, to.x, to.y + HEIGHT / 2];
  return `M${x1} ${y1} C${x1 + 40} ${y1} ${x2 - 40} ${y2} ${x2} ${y2}`;
}

/** From below one box to below the other, or itself, where nothing hides it. */
function backwards(from: Spot, to: Spot): string {
  const apart = from === to ? WIDTH / 4 : 0;
  const [x1, y1] = [from.x + WIDTH / 2 + apart, from.y + HEIGHT];
  const [x2, y2] = [to.x + WIDTH / 2 - apart, to.y + HEIGHT];
  const depth = Math.max(y1, y2) + GAP_Y - 6;
  return `M${x1} ${y1} C${x1} ${depth} ${x2} ${depth} ${x2} ${y2}`;
}

/** The longest way to each lock along edges that are in no ring. */
function layersOf(locks: readonly DrawnLock[], edges: readonly DrawnEdge[]): Map<DrawnLock, number> {
  const layers = new Map(locks.map((lock) => [lock, 0]));
  const behind = ({ from, to }: DrawnEdge) => layers.set(to, Math.max(layers.get(to)!, layers.get(from)! + 1));
  const [ring, forward] = [edges.filter((edge) => labelOf(edge) !== ''), edges.filter((edge) => labelOf(edge) === '')];
  for (const _ of locks) for (const edge of forward) behind(edge);
  // The locks of a ring stand side by side instead.
  for (const edge of ring) if (edge.from.title < edge.to.title) behind(edge);
  return layers;
}

function shortened(name: string): string {
  return name.length > 26 ? `${name.slice(0, 25)}…` : name;
}

const STYLE = `main{max-width:70rem}.picture{overflow-x:auto}
rect{fill:Canvas;stroke:currentColor}text{text-anchor:middle;font:13px system-ui,sans-serif;fill:currentColor}.edge{fill:none;stroke:currentColor;stroke-width:1.5}.edge.cycle{stroke:var(--red);stroke-width:2.5}.edge.gated{stroke-dasharray:6 4}
table{border-collapse:collapse;width:100%}td,th{text-align:left;border-bottom:1px solid var(--line);padding:.3rem .6rem;overflow-wrap:anywhere}th{overflow-wrap:normal}tr.cycle{color:var(--red)}`;
