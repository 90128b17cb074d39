import { invalid, requireFunction, requireNumber } from './arguments.js';
import { requireOpen } from './bounded.js';
import { ListedWaiter, WaitList } from './wait-list.js';
import type { WaitOptions } from './wait-options.js';

/** How many bits a counter has. 64: every safe integer. 32: from −(2³⁰−1) to 2³⁰−1, and faster when shared. */
export type CounterWidth = 32 | 64;

/** Options of a counter. */
export interface CounterOptions {
  /** Default 64. A counter of 32 bits is faster when shared, and refuses what is beyond its range when local too. */
  readonly width?: CounterWidth | undefined;
}

/** A shared counter as it travels: a message to a worker may carry it. `AtomicCounter.from` takes it in. */
export interface CounterHandle {
  readonly buffer: SharedArrayBuffer;
  /** Where the counter is in the buffer, in bytes: a multiple of 8. It takes 8 bytes. */
  readonly byteOffset: number;
  /** Default 64. */
  readonly width?: CounterWidth | undefined;
}

/** Bytes that a shared counter takes in its buffer. */
const SIZE = 8;

/**
 * A number that is read and changed in one step: what a lock around a bare number comes down to.
 *
 * A local counter is a plain field, for the code between two suspensions is atomic already. A shared one lives in a
 * `SharedArrayBuffer` and is exact across worker threads.
 *
 * Every number is a safe integer (or a smaller one, by `width`). An operation whose result would not be one throws a
 * `RangeError` and changes nothing. The names are those of `Atomics` and of Java's `AtomicLong`.
 */
export class AtomicCounter {
  private value = 0;
  /** No number of this counter is further from 0. */
  private readonly limit: number;
  /** Those who wait for a change, in this thread. */
  protected changes: WaitList<void> | undefined;

  /** A local counter. @param initial - default 0. */
  constructor(initial = 0, { width = 64 }: CounterOptions = {}) {
    if (width !== 32 && width !== 64) throw invalid('options.width', '32 or 64', width);
    this.limit = width === 32 ? 2 ** 30 - 1 : Number.MAX_SAFE_INTEGER;
    this.require('initial', initial);
    this.value = initial;
  }

  /** A counter that worker threads can share: send its {@link handle}. */
  static shared(initial = 0, { width }: CounterOptions = {}): AtomicCounter {
    const counter = AtomicCounter.from({ buffer: new SharedArrayBuffer(SIZE), byteOffset: 0, width });
    counter.require('initial', initial);
    counter.exchange(initial);
    return counter;
  }

  /** The counter behind a handle that another thread sent. */
  static from(handle: CounterHandle): AtomicCounter {
    if (!(handle?.buffer instanceof SharedArrayBuffer)) {
      throw invalid('handle', 'a handle of a shared AtomicCounter', handle);
    }
    const { buffer, byteOffset } = handle;
    requireNumber('handle.byteOffset', byteOffset, 0, true, buffer.byteLength - SIZE);
    if (byteOffset % SIZE) throw invalid('handle.byteOffset', `a multiple of ${SIZE}`, byteOffset, RangeError);
    return handle.width === 32 ? new SharedCounter(handle, Int32Array, 1) : new WideSharedCounter(handle);
  }

  /** Adds `n` and returns the new value. */
  add(n: number): number {
    this.require('n', n);
    const sum = this.value + n;
    this.require('the sum', sum);
    this.exchange(sum);
    return sum;
  }

  /** Adds 1 and returns the new value. */
  increment(): number {
    return this.add(1);
  }

  /** Subtracts 1 and returns the new value. */
  decrement(): number {
    return this.add(-1);
  }

  get(): number {
    return this.value;
  }

  /** Replaces the value and returns the old one. */
  set(n: number): number {
    this.require('n', n);
    return this.exchange(n);
  }

  /** Replaces the value by `next` if it is `expected`; tells whether it did. */
  compareExchange(expected: number, next: number): boolean {
    this.require('expected', expected);
    this.require('next', next);
    return this.replace(expected, next);
  }

  /**
   * Replaces the value by what `f` makes of it, and returns the new value. `f` must be pure: when another thread changed
   * the value meanwhile, it is asked again.
   */
  update(f: (n: number) => number): number {
    for (;;) {
      const before = this.get();
      const after = f(before);
      this.require('the result of f', after);
      if (this.replace(before, after)) return after;
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
  async waitFor(predicate: (n: number) => boolean, options: WaitOptions = {}): Promise<number> {
    requireFunction('predicate', predicate);
    requireOpen(options);
    const now = this.get();
    if (predicate(now)) return now;
    const waiter = new ListedWaiter((this.changes ??= new WaitList('the awaited value of an AtomicCounter')), options);
    try {
      for (;;) {
        // Watched first and looked at second: a change after the look is one that the watch sees.
        this.watch();
        const value = this.get();
        if (predicate(value)) return value;
        await waiter.turn();
      }
    } finally {
      waiter.settle();
    }
  }

  /** What to send to another thread. A local counter has none: make it with {@link AtomicCounter.shared}. */
  get handle(): CounterHandle {
    throw new TypeError('this AtomicCounter is local; only one made by AtomicCounter.shared() has a handle');
  }

  protected require(argument: string, n: number): void {
    requireNumber(argument, n, -this.limit, true, this.limit);
  }

  /** Replaces the value and returns the old one. */
  protected exchange(n: number): number {
    const before = this.value;
    this.value = n;
    if (before !== n) this.changes?.wakeAll();
    return before;
  }

  protected replace(expected: number, next: number): boolean {
    // -0 and 0 are one value, here as in a shared counter.
    if (this.value !== expected) return false;
    this.exchange(next);
    return true;
  }

  /** From now on the next change by anybody wakes `changes`. To be called before the look that decides whether to wait. */
  protected watch(): void {}
}

type WaitAsync = (cells: Int32Array, index: number, expected: number) => { readonly value: Promise<string> | string };

/** How often the value is looked at where the engine has no `Atomics.waitAsync`, in ms. */
const POLL = 5;

/**
 * A counter in shared memory: twice the value, plus a bit that is set while somebody waits for a change. The bit lies in the
 * cell itself so that an addition learns of it without a second atomic access.
 */
class SharedCounter extends AtomicCounter {
  /** In a counter of 64 bits this has bigints, whatever the types say: all the operators below are the same. */
  protected readonly cells: Int32Array;
  /** The bit, and by how many bits a value is shifted for it. */
  private readonly bit: number;
  private readonly place: CounterHandle;
  private isWatching = false;

  constructor(place: CounterHandle, Cells: typeof Int32Array | typeof BigInt64Array, bit: number | bigint) {
    const { buffer, byteOffset, width } = place;
    super(0, { width });
    this.place = { buffer, byteOffset, width };
    this.cells = new (Cells as typeof Int32Array)(buffer as unknown as ArrayBuffer, byteOffset, 1);
    this.bit = bit as number;
  }

  /**
   * One atomic addition is exact only far from the ends of the range; a plain look tells that it is. Should others take the
   * value all the way to an end between the look and the addition, the addition stands and the error tells it.
   */
  override add(n: number): number {
    const near = this.cells[0]!;
    if ((n << 2) >> 2 !== n || near > 0x3fffffff || near < -0x3ffffffe) return this.addSlowly(n);
    const before = Atomics.add(this.cells, 0, n + n);
    if (before & 1) this.announce();
    const sum = (before >> 1) + n;
    if ((sum << 1) >> 1 !== sum) this.require('the sum', sum);
    return sum;
  }

  override get(): number {
    return this.decoded(Atomics.load(this.cells, 0));
  }

  override get handle(): CounterHandle {
    return this.place;
  }

  protected addSlowly(n: number): number {
    this.require('n', n);
    for (;;) {
      const before = this.get();
      this.require('the sum', before + n);
      if (this.replace(before, before + n)) return before + n;
    }
  }

  protected override exchange(n: number): number {
    const before = Atomics.exchange(this.cells, 0, this.encoded(n));
    if (before & this.bit) Atomics.notify(this.cells, 0);
    return this.decoded(before);
  }

  protected override replace(expected: number, next: number): boolean {
    for (;;) {
      const before = Atomics.load(this.cells, 0);
      if (this.decoded(before) !== expected) return false;
      if (Atomics.compareExchange(this.cells, 0, before, this.encoded(next)) !== before) continue;
      if (before & this.bit) Atomics.notify(this.cells, 0);
      return true;
    }
  }

  /** One wait in the engine, whatever the number of waiters: it cannot be cancelled, so each that gives up would leave one. */
  protected override watch(): void {
    if (this.isWatching) return;
    this.isWatching = true;
    void this.change(Atomics.or(this.cells, 0, this.bit) | this.bit);
  }

  /** Takes the bit away and wakes those who set it. One set meanwhile makes the cell differ from what its waiter expects. */
  protected announce(): void {
    Atomics.and(this.cells, 0, ~this.bit);
    Atomics.notify(this.cells, 0);
  }

  protected encoded(n: number): number {
    return n << 1;
  }

  private decoded(cell: number): number {
    return Number(cell >> this.bit);
  }

  private async change(expected: number): Promise<void> {
    const { waitAsync } = Atomics as unknown as { readonly waitAsync?: WaitAsync };
    if (waitAsync) await waitAsync(this.cells, 0, expected).value;
    else while (Atomics.load(this.cells, 0) === expected) await new Promise((resolve) => setTimeout(resolve, POLL));
    this.isWatching = false;
    // Those who are not satisfied start the next wait.
    this.changes?.wakeAll();
  }
}

// The index of the upper half of a 64-bit number among two numbers of 32 bits.
const UPPER = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;

/** A shared counter of 64 bits. */
class WideSharedCounter extends SharedCounter {
  private readonly upper: Int32Array;

  constructor(place: CounterHandle) {
    super(place, BigInt64Array, 1n);
    this.upper = new Int32Array(place.buffer, place.byteOffset + 4 * UPPER, 1);
  }

  override add(n: number): number {
    // As with 32 bits; the upper half tells that the value is far from the ends.
    const upper = this.upper[0]!;
    if ((n | 0) !== n || upper > 0xfffff || upper < -0x100000) return this.addSlowly(n);
    const before = Number(Atomics.add(this.cells as unknown as BigInt64Array, 0, BigInt(n + n)));
    const bit = before & 1;
    if (bit) this.announce();
    const sum = (before - bit) / 2 + n;
    if (!Number.isSafeInteger(sum)) this.require('the sum', sum);
    return sum;
  }

  protected override encoded(n: number): number {
    return (BigInt(n) << 1n) as unknown as number;
  }
}
