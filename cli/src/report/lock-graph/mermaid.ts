import type { Drawing, DrawnEdge, DrawnLock } from './drawing.js';
import { lined, shortName, shortPath } from './names.js';
import { aloneLines, kindOf, labelOf, legendOf } from './words.js';

/** Red with enough contrast on the white and on the black page, for the page chooses. */
const RED = '#e5484d';

/** For Markdown pages, which many hosts draw, in the colours of the page. */
export function mermaidGraph(drawing: Drawing): string {
  const { nested, edges } = drawing;
  const ids = new Map(nested.map(({ id }, index) => [id, `L${index}`]));
  const notes = [legendOf(drawing), aloneLines(drawing)].filter((lines) => lines.length > 0);
  const cyclic = edges.flatMap((edge, index) => (edge.cyclic ? [index] : []));
  const inCycle = nested.filter((lock) => lock.cyclic).map(({ id }) => ids.get(id)!);
  const gates = nested.filter((lock) => lock.gate && !lock.cyclic).map(({ id }) => ids.get(id)!);
  return `${[
    // Lines are broken here, where a name or a path can be; by itself Mermaid would break `async-mutex Mutex`.
    '%%{init: {"flowchart": {"wrappingWidth": 420}}}%%',
    'flowchart LR',
    ...nested.map((lock) => `  ${ids.get(lock.id)!}${box(lock)}`),
    ...edges.map((edge) => `  ${ids.get(edge.from.id)!} ${arrow(edge)} ${ids.get(edge.to.id)!}`),
    ...notes.map((lines, index) => `  N${index}["${lines.map((line) => text(line)).join('<br>')}"]:::note`),
    ...(cyclic.length > 0 ? [`  linkStyle ${cyclic.join(',')} stroke:${RED},stroke-width:3px`] : []),
    ...(inCycle.length > 0
      ? [`  classDef cycle stroke:${RED},stroke-width:3px`, `  class ${inCycle.join(',')} cycle`]
      : []),
    ...(gates.length > 0 ? ['  classDef gate stroke-dasharray:6 4', `  class ${gates.join(',')} gate`] : []),
    ...(notes.length > 0 ? ['  classDef note fill:none,stroke-dasharray:2 3,text-align:left'] : []),
  ].join('\n')}\n`;
}

/** What a page draws by Mermaid's own settings, which a diagram cannot change. */
const LIMITS = { edges: 500, letters: 50_000 };

/** Why pages will not draw a diagram; empty where they will. */
export function beyondMermaid({ edges }: Drawing, drawn: string): string {
  const what =
    edges.length > LIMITS.edges
      ? `the graph has ${edges.length} edges, and Mermaid draws ${LIMITS.edges}`
      : drawn.length > LIMITS.letters
        ? `the graph has ${drawn.length} letters, and Mermaid draws ${LIMITS.letters}`
        : '';
  return what && `${what}; name the folders that matter, or use --format dot or html`;
}

function box(lock: DrawnLock): string {
  const lines = [...lined(shortName(lock.lock), 30, 3), kindOf(lock), shortPath(lock.place, 40)];
  const label = `"${lines.map(text).join('<br>')}"`;
  return lock.gate ? `[[${label}]]` : `[${label}]`;
}

function arrow(edge: DrawnEdge): string {
  const told = labelOf(edge);
  if (told === '') return '-->';
  const label = [...lined(told, 26, 3), shortPath(edge.place, 30)].map(text).join('<br>');
  return edge.cyclic ? `==>|"${label}"|` : `-.->|"${label}"|`;
}

/**
 * Whatever may mean something to Mermaid or to HTML, by its number; letters of any script mean themselves. Nothing is seen behind a
 * backslash, else Mermaid would read its own `\\n`.
 */
function text(line: string): string {
  return line.replaceAll(/[^\p{L}\p{M}\p{N} _.,()/→«»…-]/gu, (character) =>
    character === '\\' ? '#92;#8203;' : `#${character.codePointAt(0)!};`,
  );
}
