import { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, it } from 'vitest';
import { AtomicCounter, AtomicFlag } from '@lockwise/runtime';
import { bundled } from './bundle.js';

const workers: Worker[] = [];
afterAll(() => Promise.all(workers.map((worker) => worker.terminate())));

/** Runs the body of an async function of `(data, runtime)` in another thread; resolves with what it returns. */
function inWorker<R>(data: unknown, body: string): Promise<R> {
  const program = bundled(`
    import { parentPort, workerData } from 'node:worker_threads';
    import * as runtime from '@lockwise/runtime';
    // What waits on a shared counter does not keep a thread alive.
    const awake = setInterval(() => {}, 1000);
    (async (data, runtime) => { ${body} })(workerData, runtime)
      .then((value) => parentPort.postMessage({ value }), (error) => parentPort.postMessage({ error: String(error) }))
      .finally(() => clearInterval(awake));
  `);
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(program)}`), { workerData: data });
  workers.push(worker);
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', ({ value, error }) => (error === undefined ? resolve(value) : reject(new Error(error))));
  });
}

describe.each([32, 64] as const)('a shared counter of %i bits across threads', (width) => {
  it('loses no addition, by whichever operation', async () => {
    const counter = AtomicCounter.shared(0, { width });
    const rounds = 20_000;
    await Promise.all(
      [0, 1, 2].map(() =>
        inWorker(
          { handle: counter.handle, rounds },
          `const counter = runtime.AtomicCounter.from(data.handle);
           for (let round = 0; round < data.rounds; round++) {
             counter.increment();
             counter.update((n) => n + 2);
             counter.add(-1);
             for (let n = counter.get(); !counter.compareExchange(n, n + 1); n = counter.get());
           }`,
        ),
      ),
    );
    expect(counter.get()).toBe(3 * rounds * 3);
  });

  it('wakes those who wait in another thread, both ways, as often as it is needed', async () => {
    const turns = AtomicCounter.shared(0, { width });
    const rounds = 200;
    const other = inWorker<number>(
      { handle: turns.handle, rounds },
      `const turns = runtime.AtomicCounter.from(data.handle);
       for (let round = 0; round < data.rounds; round++) {
         await turns.waitFor((n) => n === 2 * round + 1);
         turns.increment();
       }
       return turns.get();`,
    );
    for (let round = 0; round < rounds; round++) {
      expect(await turns.waitFor((n) => n === 2 * round)).toBe(2 * round);
      turns.increment();
    }
    expect(await other).toBe(2 * rounds);
  });

  it('never shows a number beyond its range while threads race at the end of it', async () => {
    const most = width === 32 ? 2 ** 30 - 1 : Number.MAX_SAFE_INTEGER;
    const counter = AtomicCounter.shared(most - 10, { width });
    const body = `const counter = runtime.AtomicCounter.from(data);
      let refused = 0, added = 0;
      for (let round = 0; round < 5000; round++) {
        try { counter.increment(); added++; } catch { refused++; }
        if (!Number.isSafeInteger(counter.get()) || counter.get() > ${most}) throw new Error('beyond: ' + counter.get());
        if (round % 3 === 0) { counter.decrement(); added--; }
      }
      return added;`;
    const added = await Promise.all([inWorker<number>(counter.handle, body), inWorker<number>(counter.handle, body)]);
    expect(counter.get()).toBe(most - 10 + added.reduce((sum, n) => sum + n, 0));
  });
});

it('lets exactly one thread raise a shared flag', async () => {
  const [flag, start] = [AtomicFlag.shared(), AtomicFlag.shared()];
  const racing = [0, 1, 2].map(() =>
    inWorker<boolean>(
      { flag: flag.handle, start: start.handle },
      `await runtime.AtomicFlag.from(data.start).waitFor(true);
       return runtime.AtomicFlag.from(data.flag).testAndSet();`,
    ),
  );
  start.set(true);
  const outcomes = await Promise.all(racing);
  expect(outcomes.filter((was) => !was)).toHaveLength(1);
});
