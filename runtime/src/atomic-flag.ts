import { invalid } from './arguments.js';
import { AtomicCounter, type CounterHandle } from './atomic-counter.js';
import type { WaitOptions } from './wait-options.js';

/**
 * A boolean that is read and changed in one step: what a lock around a bare boolean comes down to.
 *
 * Between two suspensions it is no more than a field; its worth is {@link testAndSet}, which tells whether it was this
 * call that raised the flag, {@link waitFor}, and that it can be shared with worker threads.
 *
 * The operations are those of C++'s `std::atomic_flag`.
 */
export class AtomicFlag {
  private counter: AtomicCounter;

  /** A local flag. @param initial - default false. */
  constructor(initial = false) {
    this.counter = new AtomicCounter(asNumber('initial', initial), { width: 32 });
  }

  /** A flag that worker threads can share: send its {@link handle}. */
  static shared(initial = false): AtomicFlag {
    return AtomicFlag.around(AtomicCounter.shared(asNumber('initial', initial), { width: 32 }));
  }

  /** The flag behind a handle that another thread sent. */
  static from(handle: CounterHandle): AtomicFlag {
    return AtomicFlag.around(AtomicCounter.from(handle));
  }

  get(): boolean {
    return this.counter.get() !== 0;
  }

  /** Replaces the value and returns the old one. */
  set(value: boolean): boolean {
    return this.counter.set(asNumber('value', value)) !== 0;
  }

  /** Raises the flag and returns what it was: of N callers that race, exactly one gets false. */
  testAndSet(): boolean {
    return this.counter.set(1) !== 0;
  }

  /** Waits until the flag is `value`. As {@link AtomicCounter.waitFor}. */
  async waitFor(value: boolean, options?: WaitOptions): Promise<void> {
    const wanted = asNumber('value', value);
    await this.counter.waitFor((n) => Number(n !== 0) === wanted, options);
  }

  /** What to send to another thread. A local flag has none: make it with {@link AtomicFlag.shared}. */
  get handle(): CounterHandle {
    return this.counter.handle;
  }

  /** A flag around a counter that is there already. */
  private static around(counter: AtomicCounter): AtomicFlag {
    const flag = new AtomicFlag();
    flag.counter = counter;
    return flag;
  }
}

function asNumber(argument: string, value: unknown): number {
  if (typeof value === 'boolean') return Number(value);
  throw invalid(argument, 'a boolean', value);
}
