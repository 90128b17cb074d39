import type { LockMap } from '@lockwise/engine';
import type { Colors } from 'picocolors/types.js';
import type { Places } from './places.js';
import { count } from './summary.js';

type Lock = LockMap['locks'][number];
type Edge = LockMap['order'][number];

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
      const gates = gatesOf(map, edge, names);
      lines.push(
        `  ${arrow} ${names.get(edge.to) ?? edge.to}${gates ? ` (only under ${gates})` : ''}  ${c.dim(places.label(edge))}`,
      );
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
  const edges = map.order.map((edge) => {
    const gates = gatesOf(map, edge, names);
    const style = edge.cyclic
      ? ' [color=red, penwidth=2, label="cycle"]'
      : gates
        ? ` [style=dashed, label=${quoted(`under ${gates}`)}]`
        : '';
    return `  ${quoted(edge.from)} -> ${quoted(edge.to)}${style};`;
  });
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
  const edges = known.map((edge) => {
    const gates = gatesOf(map, edge, names);
    const arrow = edge.cyclic ? '==>|cycle|' : gates ? `-.->|"under ${label(gates)}"|` : '-->';
    return `  ${ids.get(edge.from)!} ${arrow} ${ids.get(edge.to)!}`;
  });
  return `${['flowchart LR', ...nodes, ...unique(edges)].join('\n')}\n`;
}

/** The locks that keep the tasks of a ring apart, where a ring is drawn that is no cycle; empty where there is nothing to explain. */
function gatesOf(map: LockMap, { from, to, cyclic, gates }: Edge, names: ReadonlyMap<string, string>): string {
  if (cyclic || gates.length === 0) return '';
  const reached = new Set([to]);
  for (const lock of reached) for (const edge of map.order) if (edge.from === lock) reached.add(edge.to);
  const outside = gates.filter((gate) => !reached.has(gate));
  return reached.has(from) ? outside.map((gate) => names.get(gate) ?? gate).join(', ') : '';
}

/** Sorted by name. */
export function inOrder(map: LockMap): Lock[] {
  return [...map.locks].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id < b.id ? -1 : 1));
}

/** Names by id; the file tells apart locks of one name. */
export function namesOf(map: LockMap): Map<string, string> {
  const uses = new Map<string, number>();
  for (const { name } of map.locks) uses.set(name, (uses.get(name) ?? 0) + 1);
  return new Map(map.locks.map(({ id, name, path }) => [id, uses.get(name)! > 1 ? `${name} (${path})` : name]));
}

function unique(lines: readonly string[]): string[] {
  return [...new Set(lines)];
}
