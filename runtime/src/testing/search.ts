/**
 * A depth-first search over choices that can only be taken by running the program again: every run follows the choices of
 * the last one up to the deepest that has another way to go, takes that way, and from there on the first one.
 */
export class Search {
  private trail: { taken: number; readonly count: number }[] = [];
  private depth = 0;
  private readonly replaying: number;
  /** Why the search cannot go on. */
  failure: Error | undefined = undefined;

  /** Begins with the given choices instead of the first ones; they are then not varied. */
  constructor(replayed: readonly number[] = []) {
    this.trail = replayed.map((taken) => ({ taken, count: taken + 1 }));
    this.replaying = replayed.length;
  }

  /** The choices of the run so far. */
  get choices(): readonly number[] {
    return this.trail.slice(0, this.depth).map(({ taken }) => taken);
  }

  /** Answers which of `count` ways the run goes. One way is no choice. */
  readonly choose = (count: number): number => {
    if (count <= 1) return 0;
    const known = this.trail[this.depth];
    if (known === undefined) {
      this.trail.push({ taken: 0, count });
      this.depth++;
      return 0;
    }
    const varied = this.depth >= this.replaying;
    if (known.taken >= count || (varied && known.count !== count)) {
      // Thrown here it may be caught by the program itself, so it is kept for the search as well.
      throw (this.failure ??= new Error(NOT_DETERMINISTIC));
    }
    this.depth++;
    return known.taken;
  };

  /** Goes back to the deepest choice with another way to go; false when there is none left. */
  advance(): boolean {
    this.trail.length = this.depth;
    this.depth = 0;
    for (let last = this.trail.pop(); last !== undefined; last = this.trail.pop()) {
      if (this.trail.length < this.replaying) return false;
      if (last.taken + 1 < last.count) {
        this.trail.push({ taken: last.taken + 1, count: last.count });
        return true;
      }
    }
    return false;
  }
}

const NOT_DETERMINISTIC =
  'the program does not repeat itself: with the same events in the same order it came to another point. ' +
  'Make everything it uses anew in each run, and let nothing depend on real time, randomness or a shared state.';
