import { lateFailure } from './activity.js';
import { received } from './arguments.js';
import { isThenable } from './section.js';
import { WaitList } from './wait-list.js';
import type { WaitOptions } from './wait-options.js';

type State = 'running' | 'disowned' | 'superseded';

/** One call of a factory that several callers wait for. */
export class SharedInit<T> {
  private state: State = 'running';
  private done: { readonly value: T } | { readonly error: unknown } | undefined;
  private readonly controller = new AbortController();
  private readonly waiters: WaitList<T>;
  private readonly disposer: ((value: T) => void) | undefined;
  private readonly settled: (init: SharedInit<T>, value: T | undefined) => void;

  /** @param settled - told when the factory is done, with its value or undefined, before those who wait are. */
  constructor(
    disposer: ((value: T) => void) | undefined,
    settled: (init: SharedInit<T>, value: T | undefined) => void,
  ) {
    this.disposer = disposer;
    this.settled = settled;
    this.waiters = new WaitList<T>('the initialisation of an OptionalArc', () => this.abandon());
  }

  /** Calls the factory. */
  start(factory: (context: { readonly signal: AbortSignal }) => T | PromiseLike<T>): void {
    void this.run(factory);
  }

  /** What the factory comes to, for one caller. */
  async outcome(options: WaitOptions | undefined): Promise<T> {
    if (this.done === undefined) return this.waiters.wait(options);
    if ('error' in this.done) throw this.done.error;
    return this.done.value;
  }

  /** Another value was set: those who wait get it, and what the factory makes is of no use. */
  supersede(value: T): void {
    this.state = 'superseded';
    this.done = { value };
    this.waiters.wakeAll(value);
    this.controller.abort(new DOMException('a value was set meanwhile', 'AbortError'));
  }

  /** The value will not be installed; those who wait still get it. */
  disown(): void {
    this.state = 'disowned';
  }

  private async run(factory: (context: { readonly signal: AbortSignal }) => T | PromiseLike<T>): Promise<void> {
    try {
      const made = factory({ signal: this.controller.signal });
      this.finish(isThenable(made) ? await made : made);
    } catch (error) {
      this.fail(error);
    }
  }

  private finish(value: T): void {
    if (value == null) {
      throw new TypeError(`factory must give neither null nor undefined; received ${received(value)}`);
    }
    if (this.state === 'superseded') return this.discard(value);
    this.done = { value };
    if (this.state === 'running') this.settled(this, value);
    this.waiters.wakeAll(value);
    if (this.state === 'disowned') this.disposer?.(value);
  }

  private fail(error: unknown): void {
    if (this.done !== undefined) return lateFailure('getOrInit', error);
    this.done = { error };
    this.settled(this, undefined);
    this.waiters.failAll(error);
  }

  /** All who waited have given up. */
  private abandon(): void {
    if (this.done !== undefined) return;
    this.state = 'superseded';
    const error = new DOMException('nobody waits for this initialisation any more', 'AbortError');
    this.done = { error };
    this.settled(this, undefined);
    this.controller.abort(error);
  }

  private discard(value: T): void {
    // The factory may have set its own result, which is in use then.
    const installed = this.done !== undefined && 'value' in this.done && Object.is(this.done.value, value);
    if (!installed) this.disposer?.(value);
  }
}
