import { AsyncLocalStorage } from 'node:async_hooks';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { concurrentMap } from '@lockwise/runtime';

/** Calls that stay open until the test settles them. */
function openCalls() {
  const calls = new Map<number, { resolve: (value: number) => void; reject: (reason: unknown) => void }>();
  const mapper = (item: number) =>
    new Promise<number>((resolve, reject) => {
      calls.set(item, { resolve, reject });
    });
  return { calls, mapper };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

async function* asynchronously<T>(items: Iterable<T>): AsyncGenerator<T> {
  for (const item of items) {
    await turn();
    yield item;
  }
}

describe('concurrentMap', () => {
  it.each([
    ['a list', () => [1, 2, 3]],
    ['a generator', () => new Set([1, 2, 3]).values()],
    ['an asynchronous source', () => asynchronously([1, 2, 3])],
  ])('keeps the order of %s', async (_name, items) => {
    const delays = [3, 1, 2];
    const mapped = await concurrentMap(
      items(),
      async (item, index) => {
        for (let turns = delays[index] ?? 0; turns > 0; turns--) await turn();
        return `${index}:${item}`;
      },
      { concurrency: 2 },
    );
    expect(mapped).toEqual(['0:1', '1:2', '2:3']);
    expect(await concurrentMap([], () => 1, { concurrency: Infinity })).toEqual([]);
    expect(await concurrentMap([5, 6], (item) => item + 1, { concurrency: 1 })).toEqual([6, 7]);
  });

  it('begins in the tick of the caller, and pulls an item only when there is room', async () => {
    let pulled = 0;
    const source = (function* () {
      while (pulled < 5) yield pulled++;
    })();
    const { calls, mapper } = openCalls();
    const done = concurrentMap(source, mapper, { concurrency: 2 });
    expect([pulled, [...calls.keys()]]).toEqual([2, [0, 1]]);
    calls.get(1)?.resolve(10);
    await turn();
    expect([...calls.keys()]).toEqual([0, 1, 2]);
    for (let item = 0; item < 5; item++) {
      await expect.poll(() => calls.has(item)).toBe(true);
      calls.get(item)?.resolve(item * 10);
    }
    expect(await done).toEqual([0, 10, 20, 30, 40]);
  });

  it('stops at the first error: closes the source, aborts, waits for what runs, then rejects', async () => {
    let closed = false;
    const source = (function* () {
      try {
        for (let item = 0; ; item++) yield item;
      } finally {
        closed = true;
      }
    })();
    const { calls, mapper } = openCalls();
    let signal: AbortSignal | undefined;
    let rejected = false;
    const done = concurrentMap(
      source,
      (item, _index, context) => {
        signal = context.signal;
        return mapper(item);
      },
      { concurrency: 3 },
    ).catch((error: unknown) => {
      rejected = true;
      return error;
    });
    const failure = new Error('first');
    calls.get(1)?.reject(failure);
    await turn();
    expect([closed, signal?.aborted, signal?.reason, rejected, calls.size]).toEqual([true, true, failure, false, 3]);
    calls.get(0)?.reject(new Error('second'));
    calls.get(2)?.resolve(0);
    expect(await done).toBe(failure);
  });

  it('rejects at once with join: false', async () => {
    const { calls, mapper } = openCalls();
    const done = concurrentMap([1, 2], mapper, { concurrency: 2, join: false });
    calls.get(1)?.reject('no');
    await expect(done).rejects.toBe('no');
  });

  it('gives each outcome with settle', async () => {
    const settled = await concurrentMap(
      [1, 2, 3],
      (item) => {
        if (item === 2) throw new Error('two');
        return item;
      },
      { concurrency: 1, onError: 'settle' },
    );
    expect(settled).toEqual([
      { status: 'fulfilled', value: 1 },
      { status: 'rejected', reason: new Error('two') },
      { status: 'fulfilled', value: 3 },
    ]);
    expectTypeOf(settled).toEqualTypeOf<PromiseSettledResult<number>[]>();
  });

  it('rejects with the error of its source, which it does not close on top of that', async () => {
    const failure = new Error('source');
    let closed = 0;
    const source = {
      [Symbol.iterator]: () => ({
        next: () => {
          throw failure;
        },
        return: () => ({ done: true as const, value: closed++ }),
      }),
    };
    await expect(concurrentMap(source, () => 1, { concurrency: 2 })).rejects.toBe(failure);
    const later = (async function* () {
      yield 1;
      throw failure;
    })();
    await expect(concurrentMap(later, () => 1, { concurrency: 2, onError: 'settle' })).rejects.toBe(failure);
    expect(closed).toBe(0);
  });

  it('ends with the reason of the signal, also while the source or the mapper hangs', async () => {
    const reason = new Error('enough');
    let calls = 0;
    const already = concurrentMap([1], () => calls++, { concurrency: 1, signal: AbortSignal.abort(reason) });
    await expect(already).rejects.toBe(reason);
    expect(calls).toBe(0);
    const controller = new AbortController();
    const hanging = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
    const waiting = concurrentMap(hanging, () => 1, { concurrency: 1, signal: controller.signal });
    const working = concurrentMap([1], () => new Promise(() => {}), {
      concurrency: 1,
      join: false,
      signal: controller.signal,
    });
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(working).rejects.toBe(reason);
  });

  it('calls the mapper in the context of the caller', async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen = await storage.run('caller', () =>
      concurrentMap(
        [1, 2, 3],
        async () => {
          await turn();
          return storage.getStore();
        },
        { concurrency: 1 },
      ),
    );
    expect(seen).toEqual(['caller', 'caller', 'caller']);
  });

  it('refuses arguments that cannot be used, naming them', async () => {
    for (const concurrency of [0, -1, 1.5, NaN]) {
      await expect(concurrentMap([], () => 1, { concurrency })).rejects.toThrow(
        new RangeError(`options.concurrency must be an integer from 1 to Infinity; received ${concurrency}`),
      );
    }
    await expect(concurrentMap([], () => 1, undefined as never)).rejects.toThrow(
      /^options.concurrency must be an integer from 1 to Infinity; received undefined/,
    );
    await expect(concurrentMap(5 as never, () => 1, { concurrency: 1 })).rejects.toThrow(/^items must be an iterable/);
    await expect(concurrentMap([], 'f' as never, { concurrency: 1 })).rejects.toThrow(/^mapper must be a function/);
    await expect(concurrentMap([], () => 1, { concurrency: 1, onError: 'go' as never })).rejects.toThrow(
      /^options\.onError must be 'stop' or 'settle'; received "go"$/,
    );
  });

  it('never works on more than it may, and on every item once, in any order of events', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.boolean(), { maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        fc.boolean(),
        async (scheduler, fails, concurrency, asynchronous) => {
          let active = 0;
          let most = 0;
          const source = asynchronous ? asynchronouslyBy(scheduler, fails) : fails;
          const done = concurrentMap(
            source,
            async (fail, index) => {
              most = Math.max(most, ++active);
              await scheduler.schedule(Promise.resolve(), `item ${index}`);
              active--;
              if (fail) throw index;
              return index;
            },
            { concurrency, onError: 'settle' },
          );
          const results = await scheduler.waitFor(done);
          expect(most).toBeLessThanOrEqual(concurrency);
          expect(results.map(({ status }) => status === 'rejected')).toEqual(fails);
        },
      ),
      { seed: 20, numRuns: 200 },
    );
  });
});

async function* asynchronouslyBy<T>(scheduler: fc.Scheduler, items: Iterable<T>): AsyncGenerator<T> {
  for (const item of items) {
    await scheduler.schedule(Promise.resolve(), 'pull');
    yield item;
  }
}
