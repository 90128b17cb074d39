import { escaped } from '../page.js';
import type { Drawing, DrawnEdge, DrawnLock } from './drawing.js';
import { lined, shortName, shortPath } from './names.js';
import { aloneLines, kindOf, labelOf, legendOf } from './words.js';

/** Red that is read on white, and told from black by whoever sees no red. */
const RED = '#c62828';

/** Letters of one width, which every machine has: with others, names leave their boxes where the fonts are not the ones that Graphviz reckoned with. */
const FONT = 'fontname=Courier';

/** For Graphviz: from left to right, since boxes are wide and most orders short; on white, whatever page it is put on. */
export function dotGraph(drawing: Drawing): string {
  const { nested, edges } = drawing;
  const legend = legendOf(drawing);
  const alone = aloneLines(drawing);
  return `${[
    'digraph "lock order" {',
    `  graph [rankdir=LR, bgcolor=white, ${FONT}, fontsize=11, labelloc=b, labeljust=l];`,
    `  node [shape=box, style=rounded, ${FONT}, fontsize=12, margin="0.15,0.08"];`,
    `  edge [${FONT}, fontsize=10];`,
    ...(legend.length > 0 ? [`  label=<${legend.map((line) => `${html(line)}<BR ALIGN="LEFT"/>`).join('')}>;`] : []),
    ...nested.map(node),
    ...(alone.length > 0 ? [note(alone)] : []),
    ...edges.map(arrow),
    '}',
  ].join('\n')}\n`;
}

function node(lock: DrawnLock): string {
  const name = lined(shortName(lock.lock), 30, 3).map((line) => `<B>${html(line)}</B>`);
  const rest = [kindOf(lock), shortPath(lock.place, 40)].map((line) => `<FONT POINT-SIZE="10">${html(line)}</FONT>`);
  const look = lock.cyclic ? `, color="${RED}", penwidth=2.5` : lock.gate ? ', style="rounded,dashed"' : '';
  const tip = `${lock.title}, ${lock.place}`;
  return `  ${quoted(lock.title)} [label=<${[...name, ...rest].join('<BR/>')}>, tooltip=${quoted(tip)}${look}];`;
}

function note([first, ...lines]: readonly string[]): string {
  const items = lines.map((line) => `${html(lined(line, 60, 1)[0]!)}<BR ALIGN="LEFT"/>`);
  const head = `${html(first!)}<BR ALIGN="LEFT"/>`;
  return `  "not nested" [shape=note, style=solid, fontsize=11, label=<${head}${items.join('')}>];`;
}

function arrow(edge: DrawnEdge): string {
  const where = edge.symbol === '' ? edge.place : `${edge.symbol}, ${edge.place}`;
  const look = edge.cyclic
    ? [`color="${RED}"`, `fontcolor="${RED}"`, 'penwidth=2.5']
    : edge.gates.length > 0
      ? ['style=dashed']
      : [];
  const told = labelOf(edge);
  const label = told === '' ? [] : [...lined(told, 30, 3), shortPath(edge.place, 30)].map(html);
  const attributes = [
    ...(label.length > 0 ? [`label=<${label.join('<BR/>')}>`] : []),
    `tooltip=${quoted(where)}`,
    ...look,
  ];
  return `  ${quoted(edge.from.title)} -> ${quoted(edge.to.title)} [${attributes.join(', ')}];`;
}

/** Quotes end a text, a backslash begins a word of Graphviz's own, and an ampersand one of HTML. */
function quoted(text: string): string {
  return `"${text.replaceAll('&', '&amp;').replace(/["\\]/g, '\\$&')}"`;
}

/** Text in a label, in which Graphviz reads HTML, and then words of its own: nothing that is seen parts them from their backslash. */
function html(text: string): string {
  return escaped(text.replaceAll('…', '...')).replaceAll('\\', '&#92;&#8203;');
}
