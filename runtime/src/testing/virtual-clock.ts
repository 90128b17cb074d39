import { requireNumber } from '../arguments.js';
import type { Clock } from '../clock.js';
import { dispose } from '../dispose.js';
import { quiescence } from './turn.js';

/** What a virtual timer does when it is due. */
interface VirtualTimer {
  readonly id: number;
  due: number;
  readonly every: number | undefined;
  readonly call: () => void;
}

/** A clock that stands still until it is told to go on. */
export interface VirtualClock extends Clock {
  /** How many timers are set. A test that ends with 0 has leaked none. */
  readonly pending: number;
  /** When the next timer is due, in ms of this clock; undefined without one. */
  readonly nextDue: number | undefined;
  /** Goes on by `ms`, firing what falls due in order; what a timer sets off is settled before the next fires. */
  advance(ms: number): Promise<void>;
  /** Goes on to the next timer and fires it, without settling what it sets off; false without a timer. */
  fireNext(): boolean;
  /**
   * Puts this clock in the place of the global `setTimeout`, `setInterval`, `setImmediate`, their `clear…`, `Date.now` and
   * `performance.now`. Undo with the function it returns, or by `using`. What the host times itself, as
   * `AbortSignal.timeout` does, goes on in real time.
   */
  install(): (() => void) & Disposable;
}

/** A handle that takes the calls which Node's own timers take. */
class Handle {
  readonly id: number;

  constructor(id: number) {
    this.id = id;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }

  [Symbol.toPrimitive](): number {
    return this.id;
  }
}

class ManualClock implements VirtualClock {
  private time = 0;
  private lastId = 0;
  private readonly timers = new Map<number, VirtualTimer>();

  now(): number {
    return this.time;
  }

  get pending(): number {
    return this.timers.size;
  }

  get nextDue(): number | undefined {
    return this.next()?.due;
  }

  setTimeout(call: () => void, delay: number): Handle {
    return this.set(call, delay, undefined);
  }

  clearTimeout(handle: unknown): void {
    if (handle !== undefined && handle !== null) this.timers.delete(Number(handle));
  }

  async advance(ms: number): Promise<void> {
    requireNumber('ms', ms);
    const end = this.time + ms;
    await quiescence();
    for (let next = this.next(); next !== undefined && next.due <= end; next = this.next()) {
      this.fireNext();
      await quiescence();
    }
    this.time = Math.max(this.time, end);
  }

  fireNext(): boolean {
    const timer = this.next();
    if (timer === undefined) return false;
    this.time = Math.max(this.time, timer.due);
    if (timer.every === undefined) this.timers.delete(timer.id);
    else timer.due = this.time + timer.every;
    timer.call();
    return true;
  }

  install(): (() => void) & Disposable {
    const set =
      (repeat: boolean) =>
      (call: (...given: unknown[]) => void, delay?: number, ...given: unknown[]) =>
        this.set(() => call(...given), delay, repeat ? Math.max(1, delayOf(delay)) : undefined);
    const clear = (handle: unknown): void => this.clearTimeout(handle);
    const restores = [
      replace(globalThis, 'setTimeout', set(false)),
      replace(globalThis, 'setInterval', set(true)),
      replace(globalThis, 'clearTimeout', clear),
      replace(globalThis, 'clearInterval', clear),
      ...(globalThis.setImmediate === undefined
        ? []
        : [this.installImmediate(), replace(globalThis, 'clearImmediate', clear)]),
      replace(Date, 'now', () => this.time),
      replace(performance, 'now', () => this.time),
    ];
    const restore = (): void => {
      for (const undo of restores) undo();
    };
    return Object.assign(restore, { [dispose]: restore });
  }

  private installImmediate(): () => void {
    return replace(globalThis, 'setImmediate', (call: (...given: unknown[]) => void, ...given: unknown[]) =>
      this.add(() => call(...given), 0, undefined),
    );
  }

  private set(call: () => void, delay: number | undefined, every: number | undefined): Handle {
    return this.add(call, delayOf(delay), every);
  }

  private add(call: () => void, delay: number, every: number | undefined): Handle {
    const id = ++this.lastId;
    this.timers.set(id, { id, due: this.time + delay, every, call });
    return new Handle(id);
  }

  /** The timer that is due first; of those due together, the one that was set first. */
  private next(): VirtualTimer | undefined {
    let first: VirtualTimer | undefined;
    for (const timer of this.timers.values()) {
      if (first === undefined || timer.due < first.due) first = timer;
    }
    return first;
  }
}

/** A delay as `setTimeout` takes it: what is no delay above 0 counts as the shortest, 1 ms. */
function delayOf(delay: number | undefined): number {
  return typeof delay === 'number' && delay >= 1 && delay < 2 ** 31 ? Math.trunc(delay) : 1;
}

function replace(target: object, key: string, value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(target, key);
  Object.defineProperty(target, key, { value, writable: true, configurable: true, enumerable: true });
  return () => {
    if (before === undefined) Reflect.deleteProperty(target, key);
    else Object.defineProperty(target, key, before);
  };
}

/**
 * A clock for tests, at time 0. Give it to a primitive as its `clock` option, or `install()` it for code that calls the
 * global timers.
 *
 * ```ts
 * const clock = virtualClock();
 * using _installed = clock.install();
 * const late = mutex.acquire({ timeout: 1000 });
 * await clock.advance(1000);
 * await expect(late).rejects.toThrow(TimeoutError);
 * ```
 */
export function virtualClock(): VirtualClock {
  return new ManualClock();
}
