import type { BatchTrigger } from './batch-options.js';
import { TimeoutError } from './errors.js';
import { LinkedList, type Linked } from './linked-list.js';
import { Timer } from './timer.js';
import type { WaitOptions } from './wait-options.js';

/** One item that fails while its batch does not. Made by {@link batchFailure}. */
export class BatchFailure {
  readonly reason: unknown;

  constructor(reason: unknown) {
    this.reason = reason;
  }
}

/** The result for one item that failed: its promise rejects with `reason`, and those of the others are not touched. */
export function batchFailure(reason: unknown): BatchFailure {
  return new BatchFailure(reason);
}

/** An item, and the caller who waits for its result. */
export class BatchEntry<I, O> implements Linked<BatchEntry<I, O>> {
  next: BatchEntry<I, O> | undefined = undefined;
  previous: BatchEntry<I, O> | undefined = undefined;
  /** The batch that it is in; undefined while it waits for room. */
  batch: Batch<I, O> | undefined = undefined;
  readonly item: I;
  readonly resolve: (result: O) => void;
  readonly reject: (reason: unknown) => void;

  constructor(item: I, resolve: (result: O) => void, reject: (reason: unknown) => void) {
    this.item = item;
    this.resolve = resolve;
    this.reject = reject;
  }

  isSettled = false;

  /** To be called with the outcome: takes away what could still end the wait. */
  settle(): void {
    this.isSettled = true;
  }
}

/** An entry whose caller may give up. Its own abort listener. */
export class BoundedBatchEntry<I, O> extends BatchEntry<I, O> {
  private readonly signal: AbortSignal | undefined;
  private readonly timer: Timer | undefined;
  private readonly abandoned: (entry: BatchEntry<I, O>) => void;

  constructor(
    item: I,
    resolve: (result: O) => void,
    reject: (reason: unknown) => void,
    { signal, timeout = Infinity }: WaitOptions,
    abandoned: (entry: BatchEntry<I, O>) => void,
  ) {
    super(item, resolve, reject);
    this.signal = signal;
    this.abandoned = abandoned;
    signal?.addEventListener('abort', this);
    if (timeout < Infinity) {
      this.timer = new Timer(timeout, () =>
        this.end(new TimeoutError(timeout, `the item had no result within ${timeout} ms`)),
      );
    }
  }

  override settle(): void {
    this.isSettled = true;
    this.signal?.removeEventListener('abort', this);
    this.timer?.cancel();
  }

  handleEvent(): void {
    this.end(this.signal?.reason);
  }

  private end(reason: unknown): void {
    this.settle();
    this.reject(reason);
    this.abandoned(this);
  }
}

/** Items that are run together, from the first one that comes until their results. */
export class Batch<I, O> {
  next: Batch<I, O> | undefined = undefined;
  previous: Batch<I, O> | undefined = undefined;
  readonly entries = new LinkedList<BatchEntry<I, O>>();
  trigger: BatchTrigger | undefined = undefined;
  isRunning = false;
  /** Resolves when all items have their outcome. */
  readonly settled: Promise<void>;
  /** Resolves {@link settled}. */
  end!: () => void;
  private readonly timer: Timer;
  private controller: AbortController | undefined;
  /** How many callers still wait for a batch that runs. */
  private waiting = 0;

  constructor(maxDelay: number, due: () => void) {
    this.timer = new Timer(maxDelay, due);
    this.settled = new Promise((resolve) => (this.end = resolve));
  }

  /** Made when it is asked for: most functions that run a batch do not. */
  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.isRunning && this.waiting === 0) this.controller.abort(nobodyWaits());
    return this.controller.signal;
  }

  close(trigger: BatchTrigger): void {
    this.timer.cancel();
    this.trigger = trigger;
  }

  add(entry: BatchEntry<I, O>): void {
    entry.batch = this;
    this.entries.push(entry);
  }

  /** The items, in the order in which they came. From now on one who gives up leaves the item where it is. */
  start(): I[] {
    this.isRunning = true;
    this.waiting = this.entries.length;
    const items: I[] = [];
    for (let entry = this.entries.first; entry !== undefined; entry = entry.next) items.push(entry.item);
    return items;
  }

  /** One caller of a running batch has given up. */
  forsake(): void {
    if (--this.waiting === 0) this.controller?.abort(nobodyWaits());
  }

  resolve(results: readonly (O | BatchFailure)[] | undefined): void {
    let index = 0;
    for (let entry = this.entries.first; entry !== undefined; entry = entry.next) {
      const result = results?.[index++];
      entry.settle();
      if (result instanceof BatchFailure) entry.reject(result.reason);
      else entry.resolve(result as O);
    }
  }

  reject(reason: unknown): void {
    for (let entry = this.entries.first; entry !== undefined; entry = entry.next) {
      entry.settle();
      entry.reject(reason);
    }
  }
}

function nobodyWaits(): DOMException {
  return new DOMException('nobody waits for this batch any more', 'AbortError');
}
