import type { Span } from '../findings.js';

/** A thing that stands somewhere in a text. */
interface Standing {
  readonly span: Span;
}

/**
 * Things whose spans lie inside of each other or apart, so that what stands around a place is found without a look at all of them: a file
 * may have tens of thousands, and each may be asked about.
 */
export class Nest<Thing extends Standing> {
  /** In the order in which they begin, outer ones before inner ones. */
  private readonly things: readonly Thing[];
  /** By position: the position of the innermost one around it, or -1. */
  private readonly around: readonly number[];

  /** @param things Of several with one span, the last is the innermost. */
  constructor(things: Iterable<Thing>) {
    this.things = [...things].sort(({ span: one }, { span: other }) => one[0] - other[0] || other[1] - one[1]);
    const around: number[] = [];
    const open: number[] = [];
    for (const [at, { span }] of this.things.entries()) {
      while (open.length > 0 && this.things[open.at(-1)!]!.span[1] < span[1]) open.pop();
      around.push(open.at(-1) ?? -1);
      open.push(at);
    }
    this.around = around;
  }

  /** The innermost one that contains a place. */
  innermost([start, end]: Span): Thing | undefined {
    let at = this.lastUntil(start);
    while (at >= 0 && this.things[at]!.span[1] < end) at = this.around[at]!;
    return this.things[at];
  }

  /** All that contain a place, the innermost first. */
  *containing([start, end]: Span): Generator<Thing> {
    for (let at = this.lastUntil(start); at >= 0; at = this.around[at]!) {
      const thing = this.things[at]!;
      if (end <= thing.span[1]) yield thing;
    }
  }

  /** The position of the last one that begins at an offset or before. */
  private lastUntil(offset: number): number {
    let [low, high] = [0, this.things.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.things[middle]!.span[0] <= offset) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
