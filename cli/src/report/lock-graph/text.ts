import type { Colors } from 'picocolors/types.js';
import { count } from '../summary.js';
import type { Places } from '../places.js';
import type { Drawing, DrawnEdge, DrawnLock, DrawnStep } from './drawing.js';
import { kindOf, labelOf, legendOf, listed } from './words.js';

/** The locks that are nested, each with what is taken while it is held; then the others, and the cycles. */
export function textGraph(drawing: Drawing, places: Places, c: Colors, columns: number): string {
  return new TextGraph(drawing, places, c, columns).text();
}

class TextGraph {
  readonly #drawing: Drawing;
  readonly #places: Places;
  readonly #c: Colors;
  readonly #columns: number;

  constructor(drawing: Drawing, places: Places, c: Colors, columns: number) {
    this.#drawing = drawing;
    this.#places = places;
    this.#c = c;
    this.#columns = columns;
  }

  text(): string {
    const { nested, alone, cycles } = this.#drawing;
    if (nested.length + alone.length === 0) return 'No locks found.\n';
    const parts = [
      legendOf(this.#drawing).slice(0, 1).map(this.#c.dim),
      nested.flatMap((lock) => this.#lock(lock)),
      this.#alone(),
      ...cycles.map((ring) => this.#cycle(ring)),
      [this.#verdict()],
    ];
    return `${parts
      .filter((lines) => lines.length > 0)
      .map((lines) => lines.join('\n'))
      .join('\n\n')}\n`;
  }

  #lock(lock: DrawnLock): string[] {
    const c = this.#c;
    const edges = this.#drawing.edges.filter(({ from }) => from === lock);
    return [
      ...this.#placed(lock.title, c.bold, `  ${kindOf(lock)}`, this.#places.label(lock.lock)),
      ...this.#guards(lock),
      ...edges.flatMap((edge) => this.#edge(edge)),
    ];
  }

  #edge(edge: DrawnEdge): string[] {
    const told = labelOf(edge);
    const colour = edge.cyclic ? this.#c.red : String;
    return this.#placed(`  → ${edge.to.title}${told === '' ? '' : ` (${told})`}`, colour, '', edge.place);
  }

  /** As many as the line has room for. */
  #guards({ lock: { guards } }: DrawnLock): string[] {
    if (guards.length === 0) return [];
    let told = guards.length;
    const line = () =>
      `  guards ${guards.slice(0, told).join(', ')}${told < guards.length ? ` and ${guards.length - told} more` : ''}`;
    while (told > 1 && line().length > this.#columns) told--;
    return [line()];
  }

  #alone(): string[] {
    const { nested, alone } = this.#drawing;
    const told = listed(alone);
    const rest = alone.length - told.length;
    return [
      ...(nested.length > 0 && alone.length > 0 ? [this.#c.dim('Never held together with another lock:')] : []),
      ...told.flatMap((lock) => this.#lock(lock)),
      ...(rest > 0 ? [this.#c.dim(`and ${count(rest, 'lock')} of tests`)] : []),
    ];
  }

  #cycle(ring: readonly DrawnStep[]): string[] {
    const c = this.#c;
    return [
      c.red('Cycle: two tasks can wait for each other for ever'),
      `    ${ring[0]!.from.title}`,
      ...ring.flatMap((step) => this.#placed(`  → ${step.to.title}`, c.red, '', step.place)),
    ];
  }

  #verdict(): string {
    const { nested, alone, edges, cycles } = this.#drawing;
    const found = cycles.length === 0 ? 'no cycle' : count(cycles.length, 'cycle');
    const verdict = `${count(nested.length + alone.length, 'lock')}, ${count(edges.length, 'edge')}, ${found}`;
    return this.#c.bold(cycles.length > 0 ? this.#c.red(verdict) : verdict);
  }

  /** A line with its place at the end, or below where the line has no room for it. */
  #placed(head: string, look: (text: string) => string, rest: string, place: string): string[] {
    const c = this.#c;
    const line = `${look(head)}${c.dim(rest)}`;
    const room = this.#columns - head.length - rest.length - 2;
    return place.length <= room ? [`${line}  ${c.dim(place)}`] : [line, `      ${c.dim(place)}`];
  }
}
