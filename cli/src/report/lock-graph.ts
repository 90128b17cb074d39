import type { LockMap } from '@lockwise/engine';
import type { Colors } from 'picocolors/types.js';
import type { Places } from './places.js';
import { count } from './summary.js';

type Lock = LockMap['locks'][number];

/** The locks in the order of their names, each with what is taken while it is held. */
export function textGraph(map: LockMap, places: Places, c: Colors): string {
  const names = namesOf(map);
  const lines: string[] = [];
  for (const lock of inOrder(map)) {
    lines.push(
      `${c.bold(names.get(lock.id)!)}  ${c.dim(`${lock.kind}, ${count(lock.sections.length, 'section')}  ${places.label(lock)}`)}`,
    );
    if (lock.guards.length > 0) lines.push(`  guards ${lock.guards.join(', ')}`);
    for (const edge of map.order.filter(({ from }) => from === lock.id)) {
      const arrow = edge.cyclic ? c.red('→ (cycle)') : '→';
      lines.push(`  ${arrow} ${names.get(edge.to) ?? edge.to}  ${c.dim(places.label(edge))}`);
    }
  }
  const cycles = map.order.filter(({ cyclic }) => cyclic).length;
  const verdict = `${count(map.locks.length, 'lock')}, ${count(map.order.length, 'edge')}${cycles > 0 ? `, ${cycles} of them in a cycle: two tasks can wait for each other for ever` : ''}`;
  lines.push(lines.length > 0 ? '' : 'No locks found.', c.bold(cycles > 0 ? c.red(verdict) : verdict));
  return `${lines.join('\n')}\n`;
}

/** For Graphviz. */
export function dotGraph(map: LockMap): string {
  const names = namesOf(map);
  const nodes = inOrder(map).map(({ id, kind }) => `  ${quoted(id)} [label=${quoted(`${names.get(id)!}\n${kind}`)}];`);
  const edges = map.order.map(
    ({ from, to, cyclic }) => `  ${quoted(from)} -> ${quoted(to)}${cyclic ? ' [color=red, penwidth=2]' : ''};`,
  );
  return `${['digraph locks {', '  node [shape=box, style=rounded];', ...nodes, ...unique(edges), '}'].join('\n')}\n`;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}

/** For Markdown pages, which many hosts draw. */
export function mermaidGraph(map: LockMap): string {
  const names = namesOf(map);
  const ids = new Map(inOrder(map).map(({ id }, index) => [id, `L${index}`]));
  const label = (text: string): string => text.replace(/["<>&]/g, (character) => `#${character.charCodeAt(0)};`);
  const nodes = inOrder(map).map(({ id, kind }) => `  ${ids.get(id)!}["${label(names.get(id)!)}<br>${label(kind)}"]`);
  const known = map.order.filter(({ from, to }) => ids.has(from) && ids.has(to));
  const edges = known.map(
    ({ from, to, cyclic }) => `  ${ids.get(from)!} ${cyclic ? '==>|cycle|' : '-->'} ${ids.get(to)!}`,
  );
  return `${['flowchart LR', ...nodes, ...unique(edges)].join('\n')}\n`;
}

/** One page that needs nothing else: a picture, and the same as a table. */
export function htmlGraph(map: LockMap, places: Places): string {
  const names = namesOf(map);
  const rows = map.order.map(
    (edge) =>
      `<tr${edge.cyclic ? ' class="cycle"' : ''}><td>${text(names.get(edge.from) ?? edge.from)}</td><td>${text(names.get(edge.to) ?? edge.to)}</td><td><code>${text(places.label(edge))}</code></td><td>${edge.cyclic ? 'in a cycle' : ''}</td></tr>`,
  );
  const locks = inOrder(map).map(
    (lock) =>
      `<tr><td>${text(names.get(lock.id)!)}</td><td>${text(lock.kind)}</td><td>${lock.sections.length}</td><td>${text(lock.guards.join(', '))}</td><td><code>${text(places.label(lock))}</code></td></tr>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Lock order</title><style>${STYLE}</style></head><body><main><h1>Lock order</h1>
<p>An arrow goes from a lock that is held to one that is waited for meanwhile. Red arrows are part of a cycle: two tasks can wait for each other for ever.</p>
${picture(map, names)}
<h2>Order</h2><table><thead><tr><th>held</th><th>waited for</th><th>where</th><th></th></tr></thead><tbody>${rows.join('')}</tbody></table>
<h2>Locks</h2><table><thead><tr><th>lock</th><th>kind</th><th>sections</th><th>guards</th><th>declared</th></tr></thead><tbody>${locks.join('')}</tbody></table>
</main></body></html>
`;
}

const [WIDTH, HEIGHT, GAP_X, GAP_Y] = [190, 40, 70, 24];

/** Layers from left to right along the order; locks that take part in no order are in the table alone. */
function picture(map: LockMap, names: ReadonlyMap<string, string>): string {
  const ids = [...new Set(map.order.flatMap(({ from, to }) => [from, to]))];
  if (ids.length === 0) return '<p>No lock is taken while another is held.</p>';
  const layers = layersOf(ids, map);
  const spots = new Map<string, { x: number; y: number }>();
  const heights = new Map<number, number>();
  for (const id of ids) {
    const layer = layers.get(id)!;
    const row = heights.get(layer) ?? 0;
    heights.set(layer, row + 1);
    spots.set(id, { x: 10 + layer * (WIDTH + GAP_X), y: 10 + row * (HEIGHT + GAP_Y) });
  }
  const width = 20 + Math.max(...layers.values()) * (WIDTH + GAP_X) + WIDTH;
  const height = 40 + Math.max(...heights.values()) * (HEIGHT + GAP_Y);
  const arrows = map.order.map(({ from, to, cyclic }) => arrow(spots.get(from)!, spots.get(to)!, cyclic));
  const boxes = [...spots].map(
    ([id, { x, y }]) =>
      `<g><rect x="${x}" y="${y}" width="${WIDTH}" height="${HEIGHT}" rx="6"/><text x="${x + WIDTH / 2}" y="${y + HEIGHT / 2 + 5}">${text(shortened(names.get(id) ?? id))}<title>${text(names.get(id) ?? id)}</title></text></g>`,
  );
  return `<svg role="img" aria-label="The lock order as a picture; the table below says the same" viewBox="0 0 ${width} ${height}" width="${width}"><defs>${marker('tip', 'currentColor')}${marker('tip-cycle', 'var(--red)')}</defs>${arrows.join('')}${boxes.join('')}</svg>`;
}

function marker(id: string, colour: string): string {
  return `<marker id="${id}" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 8 4 0 8z" style="fill:${colour};stroke:none"/></marker>`;
}

function arrow(from: { x: number; y: number }, to: { x: number; y: number }, cyclic: boolean): string {
  const [x1, y1, x2, y2] = [from.x + WIDTH, from.y + HEIGHT / 2, to.x, to.y + HEIGHT / 2];
  const bend = x2 > x1 ? 40 : 90;
  const lift = x2 > x1 ? 0 : HEIGHT;
  const path = `M${x1} ${y1} C${x1 + bend} ${y1 + lift} ${x2 - bend} ${y2 + lift} ${x2} ${y2}`;
  return `<path class="edge${cyclic ? ' cycle' : ''}" d="${path}" marker-end="url(#tip${cyclic ? '-cycle' : ''})"/>`;
}

/** The longest way to each lock along edges that are in no cycle. */
function layersOf(ids: readonly string[], map: LockMap): Map<string, number> {
  const layers = new Map(ids.map((id) => [id, 0]));
  const forward = map.order.filter(({ cyclic }) => !cyclic);
  for (const _ of ids)
    for (const { from, to } of forward) layers.set(to, Math.max(layers.get(to)!, layers.get(from)! + 1));
  // The locks of a cycle stand side by side instead.
  for (const { from, to, cyclic } of map.order)
    if (cyclic && from < to) layers.set(to, Math.max(layers.get(to)!, layers.get(from)! + 1));
  return layers;
}

function inOrder(map: LockMap): Lock[] {
  return [...map.locks].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id < b.id ? -1 : 1));
}

/** Names by id; the file tells apart locks of one name. */
function namesOf(map: LockMap): Map<string, string> {
  const uses = new Map<string, number>();
  for (const { name } of map.locks) uses.set(name, (uses.get(name) ?? 0) + 1);
  return new Map(map.locks.map(({ id, name, path }) => [id, uses.get(name)! > 1 ? `${name} (${path})` : name]));
}

function unique(lines: readonly string[]): string[] {
  return [...new Set(lines)];
}

function shortened(name: string): string {
  return name.length > 26 ? `${name.slice(0, 25)}…` : name;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function text(raw: string): string {
  return raw.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

const STYLE = `:root{color-scheme:light dark;--red:#c62828;--line:#8886}@media(prefers-color-scheme:dark){:root{--red:#ff8a80}}
body{font:16px/1.5 system-ui,sans-serif;margin:0}main{max-width:70rem;margin:0 auto;padding:1.5rem}svg{max-width:100%;height:auto}
rect{fill:Canvas;stroke:currentColor}text{text-anchor:middle;font:13px system-ui,sans-serif;fill:currentColor}.edge{fill:none;stroke:currentColor;stroke-width:1.5}.edge.cycle{stroke:var(--red);stroke-width:2.5}
table{border-collapse:collapse;width:100%}td,th{text-align:left;border-bottom:1px solid var(--line);padding:.3rem .6rem;overflow-wrap:anywhere}tr.cycle{color:var(--red)}`;
