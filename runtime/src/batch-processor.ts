import { isObserved, report } from './activity.js';
import { wrongType } from './arguments.js';
import { Batch, BatchEntry, BoundedBatchEntry, LineEntry, type BatchFailure } from './batch.js';
import {
  requireBatchOptions,
  type BatchContext,
  type BatchOptions,
  type BatchTrigger,
  type CompleteBatchOptions,
} from './batch-options.js';
import { asyncDispose } from './dispose.js';
import { ClosedError, QueueFullError } from './errors.js';
import { LinkedList } from './linked-list.js';
import { requireOpenWait } from './wait-list.js';
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
  private readonly options: CompleteBatchOptions;
  /** The batch that takes items. */
  private open: Batch<I, O> | undefined;
  /** Batches that are closed and not yet begun. */
  private readonly closed = new LinkedList<Batch<I, O>>();
  private readonly running = new Set<Batch<I, O>>();
  /** Entries that wait for room, by `maxPending`. */
  private readonly line = new LinkedList<LineEntry<I, O>>();
  private pendingCount = 0;
  private isDisposed = false;
  /** Wakes {@link serve}, which has the context of the constructor. */
  private wake: (() => void) | undefined;

  constructor(run: RunBatch<I, O>, options: BatchOptions) {
    if (typeof run !== 'function') throw wrongType('run', 'a function', run);
    this.run = run;
    this.options = requireBatchOptions(options);
    void this.serve();
  }

  /** How many items wait to be run, without those that wait for room. */
  get pending(): number {
    return this.pendingCount;
  }

  /** How many batches run now. */
  get inFlight(): number {
    return this.running.size;
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
      if (options !== undefined) requireOpenWait(options);
      const hasRoom = this.pendingCount < this.options.maxPending && this.line.length === 0;
      if (!hasRoom || this.isDisposed) this.requireAcceptance(hasRoom);
      const entry =
        options === undefined
          ? new BatchEntry<I, O>(item, resolve, reject)
          : new BoundedBatchEntry<I, O>(item, resolve, reject, options, (given) => this.giveUp(given));
      if (hasRoom) this.accept(entry);
      else this.queue(entry);
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

  private requireAcceptance(hasRoom: boolean): void {
    const { name, maxPending, overflow } = this.options;
    if (this.isDisposed) throw new ClosedError(`${this.label} was disposed and takes no items`, { lockName: name });
    if (hasRoom || overflow === 'wait') return;
    const message = `${this.label} has ${maxPending} items waiting already, as many as options.maxPending allows`;
    throw new QueueFullError(message, { lockName: name });
  }

  private queue(entry: BatchEntry<I, O>): void {
    const place = new LineEntry(entry);
    entry.queue(place);
    this.line.push(place);
  }

  private accept(entry: BatchEntry<I, O>): void {
    const batch = (this.open ??= this.begin());
    batch.add(entry);
    this.pendingCount++;
    if (batch.size >= this.options.maxSize) this.close(batch, 'size');
  }

  private begin(): Batch<I, O> {
    const batch: Batch<I, O> = new Batch(this.options.maxDelay, () => this.close(batch, 'delay'));
    return batch;
  }

  private close(batch: Batch<I, O>, trigger: BatchTrigger): void {
    batch.close(trigger);
    this.open = undefined;
    this.closed.push(batch);
    this.wake?.();
  }

  /** A caller has given up; its promise is rejected already. */
  private giveUp(entry: BoundedBatchEntry<I, O>): void {
    const { batch, place } = entry;
    if (batch === undefined) return place && this.line.remove(place);
    if (batch.isRunning) return batch.forsake();
    batch.remove();
    this.pendingCount--;
    if (batch.size === 0) this.drop(batch);
    this.admit();
  }

  /** A batch has lost all its items. */
  private drop(batch: Batch<I, O>): void {
    if (batch === this.open) {
      batch.close('flush');
      this.open = undefined;
    } else {
      this.closed.remove(batch);
    }
    batch.end();
  }

  private admit(): void {
    while (this.pendingCount < this.options.maxPending) {
      const place = this.line.shift();
      if (place === undefined) return;
      this.accept(place.entry);
    }
  }

  /** Begins batches, in the context in which the processor was made: the continuation of an await keeps it. */
  private async serve(): Promise<void> {
    for (;;) {
      while (this.closed.length > 0 && this.running.size < this.options.concurrency) {
        void this.perform(this.closed.shift() as Batch<I, O>);
      }
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  private async perform(batch: Batch<I, O>): Promise<void> {
    this.running.add(batch);
    const items = batch.start();
    this.pendingCount -= items.length;
    this.admit();
    if (isObserved) this.reportBatch(batch, items.length);
    try {
      const results = await this.run(items, batch as BatchContext);
      requireResults(results, items.length);
      batch.resolve(results as BatchResult<O> | undefined);
    } catch (error) {
      batch.reject(error);
    }
    this.running.delete(batch);
    batch.end();
    this.wake?.();
  }

  private reportBatch(batch: Batch<I, O>, size: number): void {
    report({ kind: 'batch', name: this.options.name, size, trigger: batch.trigger as BatchTrigger });
  }

  /** Closes what is open, and again as items move up from the line, until all that was there at the call is settled. */
  private async settleAll(trigger: BatchTrigger): Promise<void> {
    const inLine = [...this.line];
    do {
      if (this.open !== undefined) this.close(this.open, trigger);
      await Promise.all([...this.closed, ...this.running].map((batch) => batch.settled));
    } while (inLine.some(({ entry }) => !entry.isSettled));
  }

  private get label(): string {
    const { name } = this.options;
    return name === undefined ? 'this BatchProcessor' : `BatchProcessor ${JSON.stringify(name)}`;
  }
}

/** Results that do not match the items one by one are of no use to any of them. */
function requireResults(results: unknown, expected: number): void {
  if (results === undefined) return;
  if (!Array.isArray(results)) throw wrongType('the result of run', 'an array with one result per item', results);
  if (results.length === expected) return;
  throw new RangeError(`the result of run must have one result per item, ${expected}; received ${results.length}`);
}
