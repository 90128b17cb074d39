import { badNumber } from './arguments.js';
import { SharedChanges } from './shared-changes.js';
import { WaitList } from './wait-list.js';

/** How many bits a shared counter has. 64: every safe integer. 32: from −2³¹ to 2³¹−1, and faster. */
export type CounterWidth = 32 | 64;

/** A shared counter as it travels: a message to a worker may carry it. `AtomicCounter.from` takes it in. */
export interface CounterHandle {
  readonly buffer: SharedArrayBuffer;
  /** Where the counter is in the buffer, in bytes: a multiple of 8. It takes 16 bytes. */
  readonly byteOffset: number;
  /** Default 64. */
  readonly width?: CounterWidth | undefined;
}

/** Where a counter keeps its number. */
export interface Cell {
  /** What the numbers of this cell are, in words. */
  readonly range: string;
  readonly handle: CounterHandle | undefined;
  /** Those who wait for a change, in this thread. */
  readonly changes: WaitList<void>;
  fits(n: unknown): n is number;
  /** Adds and returns the new value. */
  add(n: number): number;
  get(): number;
  /** Replaces and returns the old value. */
  exchange(n: number): number;
  compareExchange(expected: number, next: number): boolean;
  /** From now on the next change by anybody wakes `changes`. To be called before the look that decides whether to wait. */
  watch(): void;
}

const SAFE_INTEGER = 'a safe integer';
const INT32 = 'an integer of 32 bits';

function isInt32(n: unknown): n is number {
  return (Number(n) | 0) === n;
}

function beyond(value: number, n: number, range: string): RangeError {
  return new RangeError(`n must be such that the sum is ${range}; received ${n} for a counter of ${value}`);
}

const rangeOf = (width: CounterWidth): string => (width === 32 ? INT32 : SAFE_INTEGER);
const testOf = (width: CounterWidth): ((n: unknown) => n is number) =>
  width === 32 ? isInt32 : (n): n is number => Number.isSafeInteger(n);
const changeList = (): WaitList<void> => new WaitList('the awaited value of an AtomicCounter');

/** The number of a local counter: a plain field. */
export class LocalCell implements Cell {
  readonly handle = undefined;
  readonly range: string;
  readonly fits: (n: unknown) => n is number;
  private value = 0;
  private list: WaitList<void> | undefined;

  constructor(width: CounterWidth) {
    this.range = rangeOf(width);
    this.fits = testOf(width);
  }

  get changes(): WaitList<void> {
    return (this.list ??= changeList());
  }

  add(n: number): number {
    const sum = this.value + n;
    if (!this.fits(sum) || !Number.isSafeInteger(n)) {
      throw this.fits(n) ? beyond(this.value, n, this.range) : badNumber('n', this.range, n);
    }
    this.value = sum;
    this.list?.wakeAll();
    return sum;
  }

  get(): number {
    return this.value;
  }

  exchange(n: number): number {
    const before = this.value;
    this.value = n;
    if (before !== n) this.list?.wakeAll();
    return before;
  }

  compareExchange(expected: number, next: number): boolean {
    // -0 and 0 are one value, here as in a shared cell.
    if (this.value !== expected) return false;
    this.exchange(next);
    return true;
  }

  watch(): void {}
}

// The index of the upper half of a 64-bit number among two numbers of 32 bits.
const UPPER = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;
const WATCHED = 1n;

/**
 * The number of a shared counter, in 64 bits: twice the value, plus a bit that is set while somebody waits for a change.
 * The bit lies in the cell itself so that an addition learns of it without a second atomic access.
 */
export class SharedCell64 implements Cell {
  readonly range = SAFE_INTEGER;
  readonly handle: CounterHandle;
  readonly fits = testOf(64);
  readonly changes = changeList();
  private readonly cells: BigInt64Array;
  private readonly upper: Int32Array;
  private readonly pump: SharedChanges;

  constructor(buffer: SharedArrayBuffer, byteOffset: number) {
    this.handle = { buffer, byteOffset, width: 64 };
    this.cells = new BigInt64Array(buffer, byteOffset, 1);
    this.upper = new Int32Array(buffer, byteOffset + 4 * UPPER, 1);
    this.pump = new SharedChanges(this.changes, this.cells, () => Atomics.or(this.cells, 0, WATCHED) | WATCHED);
  }

  add(n: number): number {
    const upper = this.upper[0]!;
    // One atomic addition is exact only far from the ends of the range; a look at the upper half tells that it is. Should
    // others take the value all the way to an end between the look and the addition, the addition stands and the error
    // tells that the value has left the range.
    if ((n | 0) !== n || upper > 0xfffff || upper < -0x100000) return this.addSlowly(n);
    const before = Number(Atomics.add(this.cells, 0, BigInt(n + n)));
    const watched = before & 1;
    if (watched === 1) this.announce();
    const sum = (before - watched) / 2 + n;
    if (!Number.isSafeInteger(sum)) throw beyond(sum - n, n, SAFE_INTEGER);
    return sum;
  }

  get(): number {
    return decoded(Atomics.load(this.cells, 0));
  }

  exchange(n: number): number {
    const before = Atomics.exchange(this.cells, 0, BigInt(n) << 1n);
    if (before & WATCHED) Atomics.notify(this.cells, 0);
    return decoded(before);
  }

  compareExchange(expected: number, next: number): boolean {
    for (;;) {
      const before = Atomics.load(this.cells, 0);
      if (decoded(before) !== expected) return false;
      if (Atomics.compareExchange(this.cells, 0, before, BigInt(next) << 1n) !== before) continue;
      if (before & WATCHED) Atomics.notify(this.cells, 0);
      return true;
    }
  }

  watch(): void {
    this.pump.start();
  }

  private addSlowly(n: number): number {
    if (!this.fits(n)) throw badNumber('n', SAFE_INTEGER, n);
    for (;;) {
      const before = this.get();
      const sum = before + n;
      if (!this.fits(sum)) throw beyond(before, n, SAFE_INTEGER);
      if (this.compareExchange(before, sum)) return sum;
    }
  }

  /** Takes the bit away and wakes those who set it. One set meanwhile makes the cell differ from what its waiter expects. */
  private announce(): void {
    Atomics.and(this.cells, 0, ~WATCHED);
    Atomics.notify(this.cells, 0);
  }
}

function decoded(cell: bigint): number {
  return Number(cell >> 1n);
}

/** The number of a shared counter in 32 bits, and the number of threads that wait for a change in the next 32. */
export class SharedCell32 implements Cell {
  readonly range = INT32;
  readonly handle: CounterHandle;
  readonly fits = isInt32;
  readonly changes = changeList();
  private readonly cells: Int32Array;
  private readonly pump: SharedChanges;

  constructor(buffer: SharedArrayBuffer, byteOffset: number) {
    this.handle = { buffer, byteOffset, width: 32 };
    this.cells = new Int32Array(buffer, byteOffset, 2);
    this.pump = new SharedChanges(this.changes, this.cells, () => Atomics.load(this.cells, 0), {
      began: () => void Atomics.add(this.cells, 1, 1),
      ended: () => void Atomics.sub(this.cells, 1, 1),
    });
  }

  add(n: number): number {
    const near = this.cells[0]!;
    // As in 64 bits: the plain read tells that one addition cannot leave the range.
    if ((n | 0) !== n || near > 0x3fffffff || near < -0x40000000 || n > 0x3fffffff || n < -0x40000000) {
      return this.addSlowly(n);
    }
    const sum = Atomics.add(this.cells, 0, n) + n;
    if (Atomics.load(this.cells, 1) > 0) Atomics.notify(this.cells, 0);
    if ((sum | 0) !== sum) throw beyond(sum - n, n, INT32);
    return sum;
  }

  get(): number {
    return Atomics.load(this.cells, 0);
  }

  exchange(n: number): number {
    const before = Atomics.exchange(this.cells, 0, n);
    this.announce();
    return before;
  }

  compareExchange(expected: number, next: number): boolean {
    if (!isInt32(expected) || Atomics.compareExchange(this.cells, 0, expected, next) !== expected) return false;
    this.announce();
    return true;
  }

  watch(): void {
    this.pump.start();
  }

  private addSlowly(n: number): number {
    if (!this.fits(n)) throw badNumber('n', INT32, n);
    for (;;) {
      const before = this.get();
      const sum = before + n;
      if (!this.fits(sum)) throw beyond(before, n, INT32);
      if (this.compareExchange(before, sum)) return sum;
    }
  }

  private announce(): void {
    if (Atomics.load(this.cells, 1) > 0) Atomics.notify(this.cells, 0);
  }
}
