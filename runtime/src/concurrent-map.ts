import { lateFailure } from './activity.js';
import { invalid, requireFunction, requireNumber } from './arguments.js';
import { Bounded, requireOpen } from './bounded.js';
import { isThenable } from './section.js';

/** What {@link concurrentMap} gives to the mapper. */
export interface MapContext {
  /** Aborts with the first error, or with the reason of `options.signal`: nobody needs the result any more. */
  readonly signal: AbortSignal;
}

/** Options of {@link concurrentMap}. */
export interface MapOptions {
  /** How many calls of the mapper may be unsettled at the same time: an integer of 1 or more, or Infinity. */
  readonly concurrency: number;
  /** Ends the work when it aborts: the promise rejects with `signal.reason`, unchanged. */
  readonly signal?: AbortSignal | undefined;
  /** `stop` (default) at the first error, or `settle` all items and give each outcome. */
  readonly onError?: 'stop' | 'settle' | undefined;
  /** On an error or an abort, wait for the calls in flight before rejecting. Default true. */
  readonly join?: boolean | undefined;
}

type Source<I> = Iterable<I> | AsyncIterable<I>;
type Mapper<I, R> = (item: I, index: number, context: MapContext) => R | PromiseLike<R>;

/**
 * Maps items with a bound on how many are worked on at once; the results keep the order of the items.
 *
 * Items are pulled from their source only when there is room for them. After the first error (or an abort) no more are
 * pulled, the source is closed, the signal of the mappers aborts, the calls in flight are waited for, and the promise
 * rejects with that first error. With `onError: 'settle'` an error is the outcome of its item, as in `Promise.allSettled`;
 * an error of the source itself rejects.
 *
 * The names are those of p-map and of `Array.fromAsync`; the first call is made in the caller's tick.
 */
export function concurrentMap<I, R>(
  items: Source<I>,
  mapper: Mapper<I, R>,
  options: MapOptions & { readonly onError: 'settle' },
): Promise<PromiseSettledResult<R>[]>;
export function concurrentMap<I, R>(
  items: Source<I>,
  mapper: Mapper<I, R>,
  options: MapOptions & { readonly onError?: 'stop' | undefined },
): Promise<R[]>;
export function concurrentMap<I, R>(
  items: Source<I>,
  mapper: Mapper<I, R>,
  options: MapOptions,
): Promise<R[] | PromiseSettledResult<R>[]> {
  return new Promise<R[]>((resolve, reject) => {
    requireFunction('mapper', mapper);
    const { concurrency, onError = 'stop', signal } = Object(options) as MapOptions;
    requireNumber('options.concurrency', concurrency, 1, true);
    if (onError !== 'stop' && onError !== 'settle') throw invalid('options.onError', "'stop' or 'settle'", onError);
    requireOpen({ signal });
    const source = items as Partial<Iterable<I> & AsyncIterable<I>> | null | undefined;
    const asynchronous = source?.[Symbol.asyncIterator];
    const iterator = asynchronous ? asynchronous.call(source) : source?.[Symbol.iterator]?.();
    if (!iterator) throw invalid('items', 'an iterable or an async iterable', items);
    const settled = onError === 'settle' ? (settledBy(mapper) as Mapper<I, R>) : mapper;
    const mapping = new Mapping<I, R>(iterator, settled, options, resolve, reject);
    if (asynchronous) void mapping.feed(iterator as AsyncIterator<I>);
    else mapping.spread(iterator as Iterator<I>);
  });
}

/** One run over a source; the context of its mappers. */
class Mapping<I, R> extends Bounded implements MapContext {
  private readonly iterator: Iterator<I> | AsyncIterator<I>;
  private readonly mapper: Mapper<I, R>;
  private readonly options: MapOptions;
  private readonly resolve: (results: R[]) => void;
  private readonly reject: (reason: unknown) => void;
  private readonly results: R[] = [];
  private controller: AbortController | undefined;
  private failure: { readonly reason: unknown } | undefined;
  private exhausted = false;
  private pulled = 0;
  private inFlight = 0;
  /** Wakes the feeder when a call is done. */
  private room: (() => void) | undefined;

  constructor(
    iterator: Iterator<I> | AsyncIterator<I>,
    mapper: Mapper<I, R>,
    options: MapOptions,
    resolve: (results: R[]) => void,
    reject: (reason: unknown) => void,
  ) {
    super();
    this.iterator = iterator;
    this.mapper = mapper;
    this.options = options;
    this.resolve = resolve;
    this.reject = reject;
    this.bound({ signal: options.signal });
  }

  /** Made when it is asked for: most mappers do not. */
  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.failure) this.controller.abort(this.failure.reason);
    return this.controller.signal;
  }

  /** Starts as many workers as there is room for; one worker does it all when the mapper never suspends. */
  spread(iterator: Iterator<I>): void {
    while (!this.exhausted && !this.failure && this.inFlight < this.options.concurrency) {
      void this.work(iterator);
    }
    this.finishIfDone();
  }

  /** One worker: maps items one after the other, without a suspension of its own between them. */
  private async work(iterator: Iterator<I>): Promise<void> {
    this.inFlight++;
    try {
      while (!this.failure) {
        const next = this.pull(iterator);
        if (next === undefined) break;
        const index = this.pulled++;
        const result = this.mapper(next.value, index, this);
        this.results[index] = isThenable(result) ? await result : result;
      }
    } catch (error) {
      this.fail(error);
    }
    this.inFlight--;
    this.finishIfDone();
  }

  private pull(iterator: Iterator<I>): { readonly value: I } | undefined {
    if (this.exhausted) return undefined;
    try {
      const next = iterator.next();
      if (!next.done) return next;
      this.exhausted = true;
    } catch (error) {
      // A source that has failed is not closed on top of that, as in a for-of loop.
      this.exhausted = true;
      this.fail(error);
    }
    return undefined;
  }

  /** Pulls from an asynchronous source, one item at a time, whenever there is room. */
  async feed(iterator: AsyncIterator<I>): Promise<void> {
    try {
      while (!this.failure) {
        const next = await iterator.next();
        if (next.done || this.failure) break;
        void this.mapOne(next.value);
        if (this.inFlight >= this.options.concurrency) await new Promise<void>((resolve) => (this.room = resolve));
      }
    } catch (error) {
      this.exhausted = true;
      this.fail(error);
    }
    this.exhausted = true;
    this.finishIfDone();
  }

  private async mapOne(item: I): Promise<void> {
    const index = this.pulled++;
    this.inFlight++;
    try {
      this.results[index] = await this.mapper(item, index, this);
    } catch (error) {
      this.fail(error);
    }
    this.inFlight--;
    this.room?.();
    this.finishIfDone();
  }

  protected end(reason: unknown): void {
    this.fail(reason);
  }

  protected late(): void {}

  private fail(reason: unknown): void {
    if (this.failure) return lateFailure('concurrentMap', reason);
    this.failure = { reason };
    this.room?.();
    if (!this.exhausted) void this.closeSource();
    this.controller?.abort(reason);
    if (this.options.join === false) this.reject(reason);
    this.finishIfDone();
  }

  /** Tells the source that no more is pulled, as leaving a for-of loop does; its answer comes too late to matter. */
  private async closeSource(): Promise<void> {
    try {
      await this.iterator.return?.();
    } catch (error) {
      lateFailure('concurrentMap', error);
    }
  }

  private finishIfDone(): void {
    if (this.inFlight > 0 || !(this.failure || this.exhausted)) return;
    this.settle();
    if (this.failure) this.reject(this.failure.reason);
    else this.resolve(this.results);
  }
}

/** A mapper that has an outcome where the other has an error. */
function settledBy<I, R>(mapper: Mapper<I, R>): Mapper<I, PromiseSettledResult<R>> {
  return async (item, index, context) => {
    try {
      return { status: 'fulfilled', value: await mapper(item, index, context) };
    } catch (reason) {
      return { status: 'rejected', reason };
    }
  };
}
