import { badNumber, wrongType } from './arguments.js';
import {
  LocalCell,
  SharedCell32,
  SharedCell64,
  type Cell,
  type CounterHandle,
  type CounterWidth,
} from './counter-cells.js';
import { ListedWaiter, requireOpenWait } from './wait-list.js';
import type { WaitOptions } from './wait-options.js';

/** Options of a counter. */
export interface CounterOptions {
  /** Default 64. A counter of 32 bits is faster when shared, and refuses what is beyond its range when local too. */
  readonly width?: CounterWidth | undefined;
}

/** Bytes that a shared counter takes in its buffer. */
const SIZE = 16;

/**
 * A number that is read and changed in one step: what a lock around a bare number comes down to.
 *
 * A local counter is a plain field, for the code between two suspensions is atomic already. A shared one lives in a
 * `SharedArrayBuffer` and is exact across worker threads.
 *
 * Every number is a safe integer (or one of 32 bits, by `width`). An operation whose result would not be one throws a
 * `RangeError` and changes nothing. The names are those of `Atomics` and of Java's `AtomicLong`.
 */
export class AtomicCounter {
  private cell: Cell;

  /** A local counter. @param initial - default 0. */
  constructor(initial = 0, options?: CounterOptions) {
    this.cell = new LocalCell(requireWidth(options));
    this.cell.exchange(this.operand('initial', initial));
  }

  /** A counter that worker threads can share: send its {@link handle}. */
  static shared(initial = 0, options?: CounterOptions): AtomicCounter {
    const width = requireWidth(options);
    const counter = AtomicCounter.from({ buffer: new SharedArrayBuffer(SIZE), byteOffset: 0, width });
    counter.set(counter.operand('initial', initial));
    return counter;
  }

  /** The counter behind a handle that another thread sent. */
  static from(handle: CounterHandle): AtomicCounter {
    if (!(handle?.buffer instanceof SharedArrayBuffer)) {
      throw wrongType('handle', 'a handle of a shared AtomicCounter', handle);
    }
    const { buffer, byteOffset } = handle;
    if (!(byteOffset >= 0 && byteOffset % 8 === 0 && byteOffset + SIZE <= buffer.byteLength)) {
      const expected = `a multiple of 8 with ${SIZE} bytes behind it in a buffer of ${buffer.byteLength}`;
      throw badNumber('handle.byteOffset', expected, byteOffset);
    }
    const SharedCell = requireWidth(handle) === 32 ? SharedCell32 : SharedCell64;
    const counter = new AtomicCounter();
    counter.cell = new SharedCell(buffer, byteOffset);
    return counter;
  }

  /** Adds `n` and returns the new value. */
  add(n: number): number {
    return this.cell.add(n);
  }

  /** Adds 1 and returns the new value. */
  increment(): number {
    return this.cell.add(1);
  }

  /** Subtracts 1 and returns the new value. */
  decrement(): number {
    return this.cell.add(-1);
  }

  get(): number {
    return this.cell.get();
  }

  /** Replaces the value and returns the old one. */
  set(n: number): number {
    return this.cell.exchange(this.operand('n', n));
  }

  /** Replaces the value by `next` if it is `expected`; tells whether it did. */
  compareExchange(expected: number, next: number): boolean {
    this.operand('expected', expected);
    return this.cell.compareExchange(expected, this.operand('next', next));
  }

  /**
   * Replaces the value by what `f` makes of it, and returns the new value. `f` must be pure: when another thread changed
   * the value meanwhile, it is asked again.
   */
  update(f: (n: number) => number): number {
    for (;;) {
      const before = this.cell.get();
      const after = this.operand('the result of f', f(before));
      if (this.cell.compareExchange(before, after)) return after;
    }
  }

  /**
   * Waits until the value satisfies `predicate`, and resolves with that value.
   *
   * The predicate sees the value as it is when this waiter gets its turn: one that was there only for a moment may be
   * missed. It must be pure; what it throws, the promise rejects with.
   *
   * Waiting on a shared counter uses `Atomics.waitAsync`: such a wait alone does not keep a Node process alive, and what
   * waits inside the engine cannot be cancelled, so one record per counter and thread stays there until the next change.
   *
   * @throws `signal.reason` when the signal aborts first, {@link TimeoutError}; as rejections.
   */
  async waitFor(predicate: (n: number) => boolean, options?: WaitOptions): Promise<number> {
    if (typeof predicate !== 'function') throw wrongType('predicate', 'a function', predicate);
    requireOpenWait(options);
    const now = this.cell.get();
    if (predicate(now)) return now;
    const waiter = new ListedWaiter(this.cell.changes, options);
    try {
      for (;;) {
        // Watched first and looked at second: a change after the look is one that the watch sees.
        this.cell.watch();
        const value = this.cell.get();
        if (predicate(value)) return value;
        await waiter.turn();
      }
    } finally {
      waiter.settle();
    }
  }

  /** What to send to another thread. A local counter has none: make it with {@link AtomicCounter.shared}. */
  get handle(): CounterHandle {
    const { handle } = this.cell;
    if (handle !== undefined) return handle;
    throw new TypeError('this AtomicCounter is local; only one made by AtomicCounter.shared() has a handle');
  }

  private operand(argument: string, n: unknown): number {
    if (this.cell.fits(n)) return n;
    throw badNumber(argument, this.cell.range, n);
  }
}

function requireWidth(options: { readonly width?: unknown } | undefined): CounterWidth {
  const width = options?.width ?? 64;
  if (width === 32 || width === 64) return width;
  throw badNumber('options.width', '32 or 64', width);
}
