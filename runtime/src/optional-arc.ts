import { lateFailure } from './activity.js';
import { invalid, requireFunction } from './arguments.js';
import { requireOpen } from './bounded.js';
import { dispose } from './dispose.js';
import { ReleasedGuardError } from './errors.js';
import { isThenable } from './section.js';
import { WaitList } from './wait-list.js';
import type { WaitOptions } from './wait-options.js';

/** Options of {@link OptionalArc}. */
export interface OptionalArcOptions<T> {
  /** Called once with a value that was replaced or cleared, as soon as its last lease is gone. */
  dispose?(value: T): void;
}

/** A claim on a value: it is not disposed of while one is held. */
export interface Lease<T> extends Disposable {
  /** The value. After the end of the lease: {@link ReleasedGuardError}. */
  readonly value: T;
  /** Ends the lease. A second call does nothing. */
  release(): void;
}

type Factory<T> = (context: { readonly signal: AbortSignal }) => T | PromiseLike<T>;

/** A value that is or was installed, and who still uses it. */
interface Installed<T> {
  readonly value: T;
  leases: number;
  /** The arc has let go of it: the end of the last lease disposes of it. */
  retired: boolean;
}

/**
 * A place for one shared value that may be absent: what a lock around an optional field comes down to.
 *
 * Neither `null` nor `undefined` can be stored, so that unset is unambiguous. Setting, clearing and reading are single
 * steps. A lease keeps a value from being disposed of after it was replaced, as a reference does in Rust's
 * `Option<Arc<T>>`.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- everything but null and undefined
export class OptionalArc<T extends {}> {
  private installed: Installed<T> | undefined;
  private init: SharedInit<T> | undefined;
  private readonly disposer: (value: T) => void;
  private readonly changes = new WaitList<T | undefined>('a change of an OptionalArc');

  constructor(initial?: T, options?: OptionalArcOptions<T>) {
    const disposer = options?.dispose;
    if (disposer !== undefined) requireFunction('options.dispose', disposer);
    this.disposer = (value) => disposer?.call(options, value);
    if (initial !== undefined) this.installed = install('initial', initial);
  }

  get isSet(): boolean {
    return this.installed !== undefined;
  }

  /** The value, or undefined. To use it across a suspension while others may replace it: {@link lease}, {@link with}. */
  get(): T | undefined {
    return this.installed?.value;
  }

  /**
   * Installs a value and returns the one before, which is disposed of once no lease is left. The same value again changes
   * nothing. A {@link getOrInit} in progress resolves with the value set, its signal aborts, and what its factory still
   * makes is disposed of.
   */
  set(value: T): T | undefined {
    const before = this.installed;
    if (before !== undefined && Object.is(before.value, value)) return value;
    this.installed = install('value', value);
    this.init?.supersede(value);
    this.init = undefined;
    this.replaced(before, true);
    return before?.value;
  }

  /**
   * Removes the value and returns it; it is disposed of once no lease is left. A {@link getOrInit} in progress goes on for
   * those who wait for it, but its result is not installed: it counts as cleared as soon as it is there.
   */
  clear(): T | undefined {
    return this.remove(true);
  }

  /** {@link clear}, but the value is handed over to the caller and not disposed of. */
  take(): T | undefined {
    return this.remove(false);
  }

  /**
   * Calls `fn` with the value and returns its result; undefined when there is no value. The value is leased during the
   * call, and when the result is a promise, until that has settled.
   */
  with<R>(fn: (value: T) => R): R | undefined {
    const lease = this.lease();
    if (lease === undefined) return undefined;
    let result: R;
    try {
      result = fn(lease.value);
    } catch (error) {
      lease.release();
      throw error;
    }
    if (isThenable(result)) result.then(lease.release, lease.release);
    else lease.release();
    return result;
  }

  /** A claim on the present value, or undefined when there is none. Release it, or declare it with `using`. */
  lease(): Lease<T> | undefined {
    if (this.installed === undefined) return undefined;
    return new HeldLease(this.installed, this.disposer);
  }

  /**
   * The value, made by `factory` if there is none. Callers that come while it is being made share one call of it.
   *
   * The factory runs in the tick of the first caller. When it fails, all who wait reject with its error, and the next
   * call tries again. `options` bound the wait of this caller alone; when all callers have given up, the factory's signal
   * aborts, and what it still makes is disposed of.
   *
   * @throws `signal.reason` when the signal aborts first, {@link TimeoutError}, what the factory throws; as rejections.
   */
  async getOrInit(factory: Factory<T>, options?: WaitOptions): Promise<T> {
    requireFunction('factory', factory);
    if (options) requireOpen(options);
    if (this.installed) return this.installed.value;
    let { init } = this;
    if (!init || init.outcome) {
      this.init = init = new SharedInit<T>();
      void this.initialise(init, factory);
    }
    // What the factory did at once is done: it may have returned a value, thrown, or set one itself.
    return init.outcome ?? init.wait(options);
  }

  /** The value after the next change; undefined when that was its removal. */
  changed(options?: WaitOptions): Promise<T | undefined> {
    return this.changes.wait(options);
  }

  private async initialise(init: SharedInit<T>, factory: Factory<T>): Promise<void> {
    try {
      const made = factory({ signal: init.controller.signal });
      const installed = install('the result of factory', isThenable(made) ? await made : made);
      const { value } = installed;
      // Those who waited have another outcome. The factory may have set its own result, which is in use then.
      if (init.outcome) return void (Object.is(value, init.replacement) || this.disposer(value));
      // Not if the arc was cleared meanwhile.
      const isWanted = this.init === init;
      if (isWanted) this.installed = installed;
      init.end(Promise.resolve(value));
      if (isWanted) this.replaced(undefined, true);
      else this.disposer(value);
    } catch (error) {
      if (init.outcome) lateFailure('getOrInit', error);
      else init.end(Promise.reject(error));
    }
  }

  private remove(disposing: boolean): T | undefined {
    const before = this.installed;
    this.installed = this.init = undefined;
    if (before) this.replaced(before, disposing);
    return before?.value;
  }

  /** Tells of a change, then disposes of what was there: should that throw, everything else is done. */
  private replaced(before: Installed<T> | undefined, disposing: boolean): void {
    this.changes.wakeAll(this.installed?.value);
    if (!before || !disposing) return;
    before.retired = true;
    if (before.leases === 0) this.disposer(before.value);
  }
}

/** One call of a factory, and those who wait for it. */
class SharedInit<T> extends WaitList<T> {
  readonly controller = new AbortController();
  /** What those who wait get: there as soon as it is known. */
  outcome: Promise<T> | undefined;
  /** The value that was set before the factory was done. */
  replacement: T | undefined;

  constructor() {
    super('the initialisation of an OptionalArc');
  }

  end(outcome: Promise<T>): void {
    this.outcome = outcome;
    // There may be nobody to take a rejection.
    outcome.catch(() => {});
    this.wakeAll(outcome);
  }

  supersede(value: T): void {
    this.replacement = value;
    this.end(Promise.resolve(value));
    this.controller.abort(new DOMException('a value was set meanwhile', 'AbortError'));
  }

  override emptied(): void {
    const error = new DOMException('nobody waits for this initialisation any more', 'AbortError');
    this.end(Promise.reject(error));
    this.controller.abort(error);
  }
}

class HeldLease<T> implements Lease<T> {
  private installed: Installed<T> | undefined;
  private readonly disposer: (value: T) => void;

  constructor(installed: Installed<T>, disposer: (value: T) => void) {
    this.installed = installed;
    this.disposer = disposer;
    installed.leases++;
  }

  get value(): T {
    if (this.installed !== undefined) return this.installed.value;
    throw new ReleasedGuardError('the lease of an OptionalArc was used after its end');
  }

  /** A field and not a method: it is passed on as a callback. */
  readonly release = (): void => {
    const installed = this.installed;
    if (installed === undefined) return;
    this.installed = undefined;
    if (--installed.leases === 0 && installed.retired) this.disposer(installed.value);
  };

  [dispose](): void {
    this.release();
  }
}

function install<T>(argument: string, value: T): Installed<T> {
  if (value == null) throw invalid(argument, 'neither null nor undefined', value);
  return { value, leases: 0, retired: false };
}
