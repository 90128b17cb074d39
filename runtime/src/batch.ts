import type { BatchContext, BatchTrigger } from './batch-options.js';
import { Bounded } from './bounded.js';
import { TimeoutError } from './errors.js';
import type { Linked } from './linked-list.js';

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

/** One who waits for the result of an item. */
export interface Caller<O> {
  readonly resolve: (result: O) => void;
  readonly reject: (reason: unknown) => void;
  /** Takes away what may end the wait early. */
  settle?(): void;
  /** With an outcome, or given up. */
  readonly isSettled?: boolean;
}

/** A caller that may give up, or that waits for room first. */
export class PatientCaller<I, O> extends Bounded implements Caller<O>, Linked<PatientCaller<I, O>> {
  next: PatientCaller<I, O> | undefined;
  previous: PatientCaller<I, O> | undefined;
  /** The batch that the item is in; undefined while it waits for room. */
  batch: Batch<I, O> | undefined;
  isSettled = false;
  readonly item: I;
  readonly resolve: (result: O) => void;
  readonly reject: (reason: unknown) => void;
  private readonly giveUp: (caller: PatientCaller<I, O>) => void;

  constructor(
    item: I,
    resolve: (result: O) => void,
    reject: (reason: unknown) => void,
    giveUp: (caller: PatientCaller<I, O>) => void,
  ) {
    super();
    this.item = item;
    this.resolve = resolve;
    this.reject = reject;
    this.giveUp = giveUp;
  }

  override settle(): void {
    this.isSettled = true;
    super.settle();
  }

  protected end(reason: unknown): void {
    this.reject(reason);
    this.giveUp(this);
  }

  protected late(timeout: number): TimeoutError {
    return new TimeoutError(timeout, `the item had no result within ${timeout} ms`);
  }
}

/** Items that are run together, from the first one that comes until their results. */
export class Batch<I, O> extends Bounded implements BatchContext, Linked<Batch<I, O>> {
  next: Batch<I, O> | undefined;
  previous: Batch<I, O> | undefined;
  items: I[] = [];
  trigger: BatchTrigger = 'flush';
  isRunning = false;
  /** How many of its callers have not given up. */
  size = 0;
  /** Resolves when all items have their outcome. */
  readonly settled: Promise<void>;
  /** Resolves {@link settled}. */
  finish!: () => void;
  private readonly due: () => void;
  private callers: Caller<O>[] = [];
  private controller: AbortController | undefined;

  /** @param due - called after `maxDelay` ms, unless the batch was settled before. */
  constructor(maxDelay: number, due: () => void) {
    super();
    this.due = due;
    this.settled = new Promise((resolve) => (this.finish = resolve));
    this.bound({ timeout: maxDelay });
  }

  /** Made when it is asked for: most functions that run a batch do not. */
  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    this.abortIfForsaken();
    return this.controller.signal;
  }

  add(item: I, caller: Caller<O>): void {
    this.items.push(item);
    this.callers.push(caller);
    this.size++;
  }

  /** One caller has given up, and is settled. Its item leaves a batch that was not begun. */
  remove(): void {
    this.size--;
    if (this.isRunning) this.abortIfForsaken();
    // Swept when half of the items are gone, so that giving up costs constant time and keeps the order.
    else if (this.size * 2 < this.items.length) this.sweep();
  }

  /** From now on one who gives up leaves the item where it is. */
  start(): void {
    if (this.size < this.items.length) this.sweep();
    this.isRunning = true;
  }

  /** Gives each caller its outcome. */
  deliver(outcomeOf: (index: number) => unknown): void {
    this.callers.forEach((caller, index) => {
      caller.settle?.();
      const outcome = outcomeOf(index);
      if (outcome instanceof BatchFailure) caller.reject(outcome.reason);
      else caller.resolve(outcome as O);
    });
  }

  protected end(): void {
    this.due();
  }

  protected late(): void {}

  private sweep(): void {
    this.items = this.items.filter((_, index) => !this.callers[index]!.isSettled);
    this.callers = this.callers.filter(({ isSettled }) => !isSettled);
  }

  private abortIfForsaken(): void {
    if (this.isRunning && this.size === 0) {
      this.controller?.abort(new DOMException('nobody waits for this batch any more', 'AbortError'));
    }
  }
}
