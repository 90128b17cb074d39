import { ByUnit } from './by-unit.js';
import type { Unit } from './unit.js';

/** Questions for the sake of each other, far fewer than a stack has room for: no code that people wrote comes near. */
const MAX_OPEN = 150;

/** The questions that are being answered right now, each for the sake of the one before. */
export class OpenQuestions {
  depth = 0;
  /** The outermost open question that came up again while the present one was being answered. */
  cut = Infinity;
}

/**
 * Answers to questions about parts of files, each worked out once. A question that comes up again while it is open has no
 * answer there, and whatever was concluded from that is not kept for others: it would depend on who asked first.
 */
export class Answers<K, V> {
  private readonly open: OpenQuestions;
  private readonly known = new ByUnit<K, V>();
  private readonly asked = new ByUnit<K, number>();

  constructor(open: OpenQuestions) {
    this.open = open;
  }

  of(unit: Unit, key: K, answer: () => V): V | undefined {
    if (this.known.has(unit, key)) return this.known.get(unit, key);
    const { open } = this;
    const before = this.asked.get(unit, key);
    if (before !== undefined) {
      open.cut = Math.min(open.cut, before);
      return undefined;
    }
    if (open.depth >= MAX_OPEN) {
      open.cut = 0;
      return undefined;
    }
    const depth = open.depth++;
    const cutAbove = open.cut;
    open.cut = Infinity;
    this.asked.set(unit, key, depth);
    const found = answer();
    this.asked.delete(unit, key);
    open.depth--;
    if (open.cut >= depth) {
      this.known.set(unit, key, found);
      open.cut = cutAbove;
    } else open.cut = Math.min(open.cut, cutAbove);
    return found;
  }
}
