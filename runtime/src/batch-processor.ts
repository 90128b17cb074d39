import { report } from './activity.js';
import { invalid, requireDelay, requireFunction, requireNumber } from './arguments.js';
import { Batch, batchFailure, PatientCaller, type BatchFailure, type Caller } from './batch.js';
import type { BatchContext, BatchOptions, BatchTrigger } from './batch-options.js';
import { requireOpen } from './bounded.js';
import { asyncDispose } from './dispose.js';
import { ClosedError, QueueFullError } from './errors.js';
import { LinkedList } from './linked-list.js';
import type { WaitOptions } from './wait-options.js';

/** One result per item, in the order of the items; {@link batchFailure} for an item that failed. */
export type BatchResult<O> = readonly (O | BatchFailure)[];

/** Runs a batch. When the items have no results of their own it may return nothing. */
export type RunBatch<I, O> = (
  items: readonly I[],
  context: BatchContext,
  // eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- as in the type parameter
) => PromiseLike<BatchResult<O>> | (O extends void ? PromiseLike<void> : never);

/**
 * Gathers items into batches: what a lock taken per item comes down to when the work can be done for many at once.
 *
 * A batch is closed when it is full, or `maxDelay` after its **first** item: no item waits longer, however many follow.
 * Batches are begun in order, at most `concurrency` at a time. They run in the asynchronous context (`AsyncLocalStorage`)
 * in which the processor was made, for a batch belongs to no one caller.
 *
 * Flush it on shutdown, by `await using` or `[Symbol.asyncDispose]()`, so that the last items are not lost: a delay that
 * runs keeps a Node process alive, a batch that nobody can complete any more does not.
 *
 * The idea is that of dataloader, without its cache, and with the delay and the limits that a queue needs.
 */
export class BatchProcessor<I, O = void> implements AsyncDisposable {
  private readonly run: RunBatch<I, O>;
  private readonly options: BatchOptions;
  private readonly maxPending: number;
  private readonly concurrency: number;
  /** The batch that takes items. */
  private open: Batch<I, O> | undefined;
  /** Batches that are closed and not yet begun. */
  private readonly closed = new LinkedList<Batch<I, O>>();
  /** Batches that are closed or run. */
  private readonly unsettled = new Set<Batch<I, O>>();
  /** Those who wait for room, by `maxPending`. */
  private readonly line = new LinkedList<PatientCaller<I, O>>();
  private pendingCount = 0;
  private runningCount = 0;
  private isDisposed = false;
  /** Wakes {@link serve}, which has the context of the constructor. */
  private wake: (() => void) | undefined;

  constructor(run: RunBatch<I, O>, options: BatchOptions) {
    requireFunction('run', run);
    const { maxSize, maxDelay, concurrency = Infinity, maxPending = Infinity, overflow = 'wait' } = Object(options);
    requireNumber('options.maxSize', maxSize, 1, true);
    requireDelay('options.maxDelay', maxDelay);
    requireNumber('options.concurrency', concurrency, 1, true);
    requireNumber('options.maxPending', maxPending, 1, true);
    if (overflow !== 'wait' && overflow !== 'reject') throw invalid('options.overflow', "'wait' or 'reject'", overflow);
    this.run = run;
    this.options = { ...options };
    this.concurrency = concurrency;
    this.maxPending = maxPending;
    void this.serve();
  }

  /** How many items wait to be run, without those that wait for room. */
  get pending(): number {
    return this.pendingCount;
  }

  /** How many batches run now. */
  get inFlight(): number {
    return this.runningCount;
  }

  /**
   * Adds an item; resolves with its result. A caller that gives up before the item's batch was begun takes the item out;
   * later it gives up the result alone.
   *
   * @throws what `run` throws, the reason of {@link batchFailure}, `signal.reason`, {@link TimeoutError},
   *   {@link QueueFullError}, {@link ClosedError} after disposal; as rejections.
   */
  add(item: I, options?: WaitOptions): Promise<O> {
    return new Promise<O>((resolve, reject) => {
      if (options) requireOpen(options);
      if (this.isDisposed) throw new ClosedError(`${this.label} was disposed and takes no items`, this.options.name);
      const hasRoom = this.pendingCount < this.maxPending && !this.line.first;
      if (!options && hasRoom) return this.accept(item, { resolve, reject });
      const caller = new PatientCaller(item, resolve, reject, this.giveUp);
      if (hasRoom) caller.batch = this.accept(item, caller);
      else this.queue(caller);
      if (options) caller.bound(options);
    });
  }

  /** Runs what has been added so far without waiting for its delay, and resolves when all of it is settled. */
  flush(): Promise<void> {
    return this.settleAll('flush');
  }

  /** Flushes, and refuses further items from now on. */
  [asyncDispose](): Promise<void> {
    this.isDisposed = true;
    return this.settleAll('dispose');
  }

  private queue(caller: PatientCaller<I, O>): void {
    if (this.options.overflow === 'reject') {
      throw new QueueFullError(`${this.label} is full: maxPending is ${this.maxPending}`, this.options.name);
    }
    this.line.push(caller);
  }

  private accept(item: I, caller: Caller<O>): Batch<I, O> {
    const batch = (this.open ??= new Batch(this.options.maxDelay, () => this.close('delay')));
    batch.add(item, caller);
    this.pendingCount++;
    if (batch.size >= this.options.maxSize) this.close('size');
    return batch;
  }

  private close(trigger: BatchTrigger): void {
    const batch = this.open;
    if (!batch) return;
    this.open = undefined;
    batch.settle();
    batch.trigger = trigger;
    this.closed.push(batch);
    this.unsettled.add(batch);
    this.wake?.();
  }

  /** A caller has given up; its promise is rejected already. */
  private readonly giveUp = (caller: PatientCaller<I, O>): void => {
    const { batch } = caller;
    if (!batch) return this.line.remove(caller);
    batch.remove();
    if (batch.isRunning) return;
    this.pendingCount--;
    if (batch.size === 0) this.drop(batch);
    this.admit();
  };

  /** A batch has lost all its items before it was begun. */
  private drop(batch: Batch<I, O>): void {
    batch.settle();
    if (batch === this.open) this.open = undefined;
    else this.closed.remove(batch);
    this.end(batch);
  }

  private end(batch: Batch<I, O>): void {
    this.unsettled.delete(batch);
    batch.finish();
  }

  private admit(): void {
    while (this.pendingCount < this.maxPending && this.line.first) {
      const caller = this.line.first;
      this.line.remove(caller);
      caller.batch = this.accept(caller.item, caller);
    }
  }

  /** Begins batches, in the context in which the processor was made: the continuation of an await keeps it. */
  private async serve(): Promise<void> {
    for (;;) {
      for (let batch; this.runningCount < this.concurrency && (batch = this.closed.first);) {
        this.closed.remove(batch);
        void this.perform(batch);
      }
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  private async perform(batch: Batch<I, O>): Promise<void> {
    this.runningCount++;
    batch.start();
    const { items, trigger } = batch;
    this.pendingCount -= items.length;
    this.admit();
    report?.({ kind: 'batch', name: this.options.name, size: items.length, trigger });
    try {
      const results = await this.run(items, batch);
      requireResults(results, items.length);
      batch.deliver((index) => results?.[index]);
    } catch (error) {
      const failure = batchFailure(error);
      batch.deliver(() => failure);
    }
    this.runningCount--;
    this.end(batch);
    this.wake?.();
  }

  /** Closes what is open, and again as items move up from the line, until all that was there at the call is settled. */
  private async settleAll(trigger: BatchTrigger): Promise<void> {
    const inLine: PatientCaller<I, O>[] = [];
    for (let caller = this.line.first; caller; caller = caller.next) inLine.push(caller);
    do {
      this.close(trigger);
      await Promise.all(Array.from(this.unsettled, ({ settled }) => settled));
    } while (inLine.some(({ isSettled }) => !isSettled));
  }

  private get label(): string {
    const { name } = this.options;
    return name === undefined ? 'BatchProcessor' : `BatchProcessor "${name}"`;
  }
}

/** Results that do not match the items one by one are of no use to any of them. */
function requireResults(results: unknown, expected: number): asserts results is readonly unknown[] | undefined {
  if (results === undefined) return;
  const received = Array.isArray(results) ? results.length : results;
  if (received !== expected) throw invalid('the result of run', `an array of ${expected}, one per item`, received);
}
