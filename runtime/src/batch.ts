import type { BatchTrigger } from './batch-options.js';
import { TimeoutError } from './errors.js';
import type { Linked } from './linked-list.js';
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
export class BatchEntry<I, O> {
  readonly item: I;
  readonly resolve: (result: O) => void;
  readonly reject: (reason: unknown) => void;
  /** With the outcome; also when the caller has given up. */
  isSettled = false;

  constructor(item: I, resolve: (result: O) => void, reject: (reason: unknown) => void) {
    this.item = item;
    this.resolve = resolve;
    this.reject = reject;
  }

  /** To be called with the outcome: takes away what could still end the wait. */
  settle(): void {
    this.isSettled = true;
  }

  /** The item has come into a batch. */
  enter(_batch: Batch<I, O>): void {}

  /** The item has come into the line of those that wait for room. */
  queue(_place: LineEntry<I, O>): void {}
}

/** An entry that waits for room. */
export class LineEntry<I, O> implements Linked<LineEntry<I, O>> {
  next: LineEntry<I, O> | undefined = undefined;
  previous: LineEntry<I, O> | undefined = undefined;
  readonly entry: BatchEntry<I, O>;

  constructor(entry: BatchEntry<I, O>) {
    this.entry = entry;
  }
}

/** An entry whose caller may give up. Its own abort listener. */
export class BoundedBatchEntry<I, O> extends BatchEntry<I, O> {
  private readonly signal: AbortSignal | undefined;
  private readonly timer: Timer | undefined;
  private readonly abandoned: (entry: BoundedBatchEntry<I, O>) => void;
  /** The batch that it is in; undefined while it waits for room. */
  batch: Batch<I, O> | undefined = undefined;
  /** Its place in the line, while it waits for room. */
  place: LineEntry<I, O> | undefined = undefined;

  constructor(
    item: I,
    resolve: (result: O) => void,
    reject: (reason: unknown) => void,
    { signal, timeout = Infinity }: WaitOptions,
    abandoned: (entry: BoundedBatchEntry<I, O>) => void,
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

  override enter(batch: Batch<I, O>): void {
    this.batch = batch;
  }

  override queue(place: LineEntry<I, O>): void {
    this.place = place;
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
  /** How many of its items have not been given up. */
  size = 0;
  private entries: BatchEntry<I, O>[] = [];
  trigger: BatchTrigger | undefined = undefined;
  isRunning = false;
  /** Resolves when all items have their outcome. */
  readonly settled: Promise<void>;
  /** Resolves {@link settled}. */
  end!: () => void;
  private readonly timer: Timer;
  private controller: AbortController | undefined;

  constructor(maxDelay: number, due: () => void) {
    this.timer = new Timer(maxDelay, due);
    this.settled = new Promise((resolve) => (this.end = resolve));
  }

  /** Made when it is asked for: most functions that run a batch do not. */
  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.isRunning && this.size === 0) this.controller.abort(nobodyWaits());
    return this.controller.signal;
  }

  close(trigger: BatchTrigger): void {
    this.timer.cancel();
    this.trigger = trigger;
  }

  add(entry: BatchEntry<I, O>): void {
    entry.enter(this);
    this.entries.push(entry);
    this.size++;
  }

  /** One caller has given up before the batch was begun; its entry is settled. */
  remove(): void {
    this.size--;
    // Swept when half of the entries are gone, so that giving up costs constant time and keeps the order.
    if (this.size * 2 < this.entries.length) this.sweep();
  }

  /** The items, in the order in which they came. From now on one who gives up leaves the item where it is. */
  start(): I[] {
    this.isRunning = true;
    if (this.size < this.entries.length) this.sweep();
    return this.entries.map((entry) => entry.item);
  }

  private sweep(): void {
    this.entries = this.entries.filter((entry) => !entry.isSettled);
  }

  /** One caller of a running batch has given up. */
  forsake(): void {
    if (--this.size === 0) this.controller?.abort(nobodyWaits());
  }

  /** @param results - one per item; undefined when the items have none. */
  resolve(results: readonly (O | BatchFailure)[] | undefined): void {
    let index = 0;
    for (const entry of this.entries) {
      const result = results === undefined ? undefined : results[index++];
      entry.settle();
      if (typeof result === 'object' && result instanceof BatchFailure) entry.reject(result.reason);
      else entry.resolve(result as O);
    }
  }

  reject(reason: unknown): void {
    for (const entry of this.entries) {
      entry.settle();
      entry.reject(reason);
    }
  }
}

function nobodyWaits(): DOMException {
  return new DOMException('nobody waits for this batch any more', 'AbortError');
}
