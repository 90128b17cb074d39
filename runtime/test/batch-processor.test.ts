import { AsyncLocalStorage } from 'node:async_hooks';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BatchProcessor, batchFailure, ClosedError, QueueFullError, TimeoutError } from '@lockwise/runtime';
import type { BatchOptions, BatchResult, BatchTrigger } from '@lockwise/runtime';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

/** Lets everything that is ready run, without letting the fake time pass. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A processor whose batches stay open until the test ends them. */
function opened(options: Partial<BatchOptions>) {
  const batches: {
    items: readonly number[];
    trigger: BatchTrigger;
    signal: AbortSignal;
    end: (r?: unknown) => void;
  }[] = [];
  const processor = new BatchProcessor<number, number>(
    (items, context) =>
      new Promise((resolve) => {
        const { trigger, signal } = context;
        const end = (results: unknown = items.map((item) => item * 10)) => resolve(results as BatchResult<number>);
        batches.push({ items, trigger, signal, end });
      }),
    { maxSize: 3, maxDelay: 100, ...options },
  );
  return { batches, processor };
}

describe('BatchProcessor: what makes a batch', () => {
  it('runs a full batch at once and gives each its own result', async () => {
    const { batches, processor } = opened({});
    const results = [1, 2, 3, 4].map((item) => processor.add(item));
    expect(processor.pending).toBe(4);
    await turn();
    expect(batches).toMatchObject([{ items: [1, 2, 3], trigger: 'size' }]);
    expect([processor.pending, processor.inFlight]).toEqual([1, 1]);
    batches[0]?.end();
    expect(await Promise.all(results.slice(0, 3))).toEqual([10, 20, 30]);
    vi.advanceTimersByTime(100);
    await turn();
    expect(batches[1]).toMatchObject({ items: [4], trigger: 'delay' });
    batches[1]?.end();
    expect(await results[3]).toBe(40);
  });

  it('counts the delay from the first item, however many follow', async () => {
    const { batches, processor } = opened({ maxSize: 100 });
    for (let item = 0; item < 3; item++) {
      void processor.add(item);
      vi.advanceTimersByTime(33);
    }
    await turn();
    expect(batches).toHaveLength(0);
    vi.advanceTimersByTime(1);
    await turn();
    expect(batches[0]?.items).toEqual([0, 1, 2]);
    batches[0]?.end();
  });

  it('keeps to its concurrency and begins batches in order', async () => {
    const { batches, processor } = opened({ maxSize: 1, concurrency: 2 });
    const results = [1, 2, 3].map((item) => processor.add(item));
    await turn();
    expect(batches.map(({ items }) => items)).toEqual([[1], [2]]);
    batches[1]?.end();
    expect(await results[1]).toBe(20);
    await turn();
    expect(batches[2]?.items).toEqual([3]);
    batches[0]?.end();
    batches[2]?.end();
    await Promise.all(results);
    expect(processor.inFlight).toBe(0);
  });

  it('runs batches in the context of the constructor, whoever adds', async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: (string | undefined)[] = [];
    const processor = storage.run(
      'constructor',
      () => new BatchProcessor<number>(async () => void seen.push(storage.getStore()), { maxSize: 2, maxDelay: 5 }),
    );
    await storage.run('caller', () => Promise.all([processor.add(1), processor.add(2)]));
    const delayed = storage.run('caller', () => processor.add(3));
    vi.advanceTimersByTime(5);
    await delayed;
    expect(seen).toEqual(['constructor', 'constructor']);
  });
});

describe('BatchProcessor: outcomes', () => {
  it('fails one item alone', async () => {
    const { batches, processor } = opened({ maxSize: 2 });
    const results = [processor.add(1), processor.add(2)];
    const outcomes = Promise.allSettled(results);
    await turn();
    const reason = new Error('not this one');
    batches[0]?.end([batchFailure(reason), 7]);
    expect(await outcomes).toEqual([
      { status: 'rejected', reason },
      { status: 'fulfilled', value: 7 },
    ]);
  });

  it.each([
    ['too few results', [1], 'the result of run must be an array of 2, one per item; received 1'],
    ['no list', 5, 'the result of run must be an array of 2, one per item; received 5'],
  ])('rejects the whole batch for %s', async (_name, results, message) => {
    const { batches, processor } = opened({ maxSize: 2 });
    const outcomes = Promise.allSettled([processor.add(1), processor.add(2)]);
    await turn();
    batches[0]?.end(results);
    for (const outcome of await outcomes) expect((outcome as PromiseRejectedResult).reason.message).toBe(message);
  });

  it('rejects the whole batch with what run throws, and goes on', async () => {
    let calls = 0;
    const failure = new Error('down');
    const processor = new BatchProcessor<number>(
      () => {
        if (calls++ === 0) throw failure;
        return Promise.resolve();
      },
      { maxSize: 1, maxDelay: 5 },
    );
    await expect(processor.add(1)).rejects.toBe(failure);
    expect(await processor.add(2)).toBeUndefined();
  });
});

describe('BatchProcessor: giving up', () => {
  it('takes an item out before its batch has begun', async () => {
    const { batches, processor } = opened({});
    const controller = new AbortController();
    const reason = new Error('no more');
    const gone = processor.add(1, { signal: controller.signal });
    const second = processor.add(2);
    controller.abort(reason);
    await expect(gone).rejects.toBe(reason);
    expect(processor.pending).toBe(1);
    const kept = [second, processor.add(3)];
    void processor.add(4);
    await turn();
    expect(batches[0]?.items).toEqual([2, 3, 4]);
    batches[0]?.end();
    expect(await Promise.all(kept)).toEqual([20, 30]);
  });

  it('drops a batch that has lost all its items, with its timer', async () => {
    const { batches, processor } = opened({ concurrency: 1, maxSize: 1 });
    const first = processor.add(1);
    await turn();
    const closed = expect(processor.add(2, { timeout: 10 })).rejects.toBeInstanceOf(TimeoutError);
    vi.advanceTimersByTime(10);
    await closed;
    const open = opened({});
    const lost = expect(open.processor.add(1, { timeout: 20 })).rejects.toThrow('no result within 20 ms');
    vi.advanceTimersByTime(20);
    await lost;
    await open.processor.flush();
    batches[0]?.end();
    await first;
    await processor.flush();
    expect([batches.length, open.batches.length, processor.pending]).toEqual([1, 0, 0]);
  });

  it('gives up the result alone once the batch runs, and aborts the batch when all have', async () => {
    const { batches, processor } = opened({ maxSize: 2 });
    const controller = new AbortController();
    const outcomes = Promise.allSettled([
      processor.add(1, { signal: controller.signal }),
      processor.add(2, { timeout: 50 }),
    ]);
    await turn();
    controller.abort('enough');
    expect(batches[0]?.signal.aborted).toBe(false);
    vi.advanceTimersByTime(50);
    expect(batches[0]?.signal.aborted).toBe(true);
    batches[0]?.end();
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(processor.add(1, { signal: controller.signal })).rejects.toBe('enough');
  });
});

describe('BatchProcessor: room', () => {
  it('lets items wait for room, in order, or refuses them', async () => {
    const { batches, processor } = opened({ maxSize: 2, maxPending: 2, concurrency: 1 });
    const results = [1, 2, 3, 4, 5].map((item) => processor.add(item));
    expect(processor.pending).toBe(2);
    const tooLong = expect(processor.add(6, { timeout: 5 })).rejects.toBeInstanceOf(TimeoutError);
    vi.advanceTimersByTime(5);
    await tooLong;
    await turn();
    expect([batches.length, processor.pending]).toEqual([1, 2]);
    batches[0]?.end();
    await turn();
    batches[1]?.end();
    const flushed = processor.flush();
    await turn();
    batches[2]?.end();
    await flushed;
    expect(await Promise.all(results)).toEqual([10, 20, 30, 40, 50]);
    const strict = opened({ maxPending: 1, overflow: 'reject', name: 'mail' });
    void strict.processor.add(1);
    const refused = await strict.processor.add(2).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(QueueFullError);
    expect(refused).toMatchObject({
      lockName: 'mail',
      message: 'BatchProcessor "mail" is full: maxPending is 1',
    });
    const ended = strict.processor.flush();
    await turn();
    strict.batches[0]?.end();
    await ended;
  });
});

describe('BatchProcessor: the end', () => {
  it('flushes what is there, and waits for it', async () => {
    const { batches, processor } = opened({});
    await processor.flush();
    const result = processor.add(1);
    let flushed = false;
    const flush = processor.flush().then(() => (flushed = true));
    await turn();
    expect(batches[0]).toMatchObject({ items: [1], trigger: 'flush' });
    expect(flushed).toBe(false);
    batches[0]?.end();
    await flush;
    expect(await result).toBe(10);
  });

  it('flushes on disposal, those that wait for room too, and refuses further items', async () => {
    const run: number[] = [];
    const processor = new BatchProcessor<number>(async (items) => void run.push(...items), {
      maxSize: 2,
      maxDelay: 1000,
      maxPending: 2,
      concurrency: 1,
    });
    const added = Promise.all([1, 2, 3, 4, 5].map((item) => processor.add(item)));
    const disposed = processor[Symbol.asyncDispose]();
    await expect(processor.add(6)).rejects.toThrow(new ClosedError('BatchProcessor was disposed and takes no items'));
    await disposed;
    await added;
    expect(run).toEqual([1, 2, 3, 4, 5]);
    await processor[Symbol.asyncDispose]();
  });

  it('refuses options that cannot be used, naming them', () => {
    const make = (options: object) => () => new BatchProcessor<number>(async () => {}, options as BatchOptions);
    const good = { maxSize: 1, maxDelay: 1 };
    expect(make({ ...good, maxSize: 0 })).toThrow(
      new RangeError('options.maxSize must be an integer from 1 to Infinity; received 0'),
    );
    expect(make({ ...good, maxSize: 1.5 })).toThrow(RangeError);
    for (const maxDelay of [-1, NaN, Infinity]) {
      expect(make({ ...good, maxDelay })).toThrow(
        new RangeError(`options.maxDelay must be a number from 0 to 9007199254740991; received ${maxDelay}`),
      );
    }
    expect(make({ maxSize: 1 })).toThrow(TypeError);
    expect(make({ ...good, concurrency: 0 })).toThrow(/^options\.concurrency/);
    expect(make({ ...good, maxPending: -1 })).toThrow(/^options\.maxPending/);
    expect(make({ ...good, overflow: 'drop' })).toThrow(
      /^options\.overflow must be 'wait' or 'reject'; received "drop"$/,
    );
    expect(make(undefined as never)).toThrow(
      /^options.maxSize must be an integer from 1 to Infinity; received undefined/,
    );
    expect(() => new BatchProcessor(undefined as never, good)).toThrow(/^run must be a function/);
  });
});

describe('BatchProcessor: types', () => {
  it('lets run return nothing only when the items have no results', () => {
    const options = { maxSize: 1, maxDelay: 1 };
    // @ts-expect-error -- each item has a number as its result
    void new BatchProcessor<string, number>(async () => {}, options);
    void new BatchProcessor<string>(async () => {}, options);
    void new BatchProcessor<string, number>(async (items) => items.map((item) => item.length), options);
    // @ts-expect-error -- a limit on the delay is part of the contract
    expect(() => new BatchProcessor<string>(async () => {}, { maxSize: 1 })).toThrow(TypeError);
  });
});

it('gives every item its own result, in batches that are neither too large nor out of order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 3 }),
      fc.array(fc.constantFrom('add', 'abort', 'flush'), { maxLength: 20 }),
      async (scheduler, maxSize, concurrency, steps) => {
        const begun: number[] = [];
        let running = 0;
        const processor = new BatchProcessor<number, number>(
          async (items) => {
            expect(items.length).toBeLessThanOrEqual(maxSize);
            expect(++running).toBeLessThanOrEqual(concurrency);
            begun.push(...items);
            await scheduler.schedule(Promise.resolve(), 'batch');
            running--;
            return items.map((item) => -item);
          },
          { maxSize, maxDelay: 1000, concurrency, maxPending: 5 },
        );
        const controllers: AbortController[] = [];
        const results = steps.flatMap((step, index) => {
          if (step === 'abort') controllers.at(index % (controllers.length || 1))?.abort();
          if (step === 'flush') void processor.flush();
          if (step !== 'add') return [];
          const controller = new AbortController();
          controllers.push(controller);
          const aborted = () => 'aborted';
          return [processor.add(index, { signal: controller.signal }).then((result) => result === -index, aborted)];
        });
        await scheduler.waitFor(processor[Symbol.asyncDispose]());
        for (const result of await Promise.all(results)) expect([true, 'aborted']).toContain(result);
        expect(begun).toEqual([...begun].sort((a, b) => a - b));
      },
    ),
    { seed: 21, numRuns: 300 },
  );
});
