import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import {
  AtomicCounter,
  BatchProcessor,
  concurrentMap,
  OptionalArc,
  retryWithBackoff,
  withTimeout,
} from '@lockwise/runtime';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const WAITS = 100_000;
const GROUP = 1000;
/** What the heap may grow by for all waits together: less than 30 bytes for each. */
const ALLOWANCE = 3_000_000;

/** A signal that counts the listeners it has. */
function countedSignal(signal: AbortSignal) {
  const listeners = new Set<unknown>();
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = ((type: string, listener: never, options?: never) => {
    listeners.add(listener);
    addEventListener.call(signal, type, listener, options);
  }) as typeof signal.addEventListener;
  signal.removeEventListener = ((type: string, listener: never) => {
    listeners.delete(listener);
    removeEventListener.call(signal, type, listener);
  }) as typeof signal.removeEventListener;
  return listeners;
}

async function heap(): Promise<number> {
  await new Promise((resolve) => setImmediate(resolve));
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

/** Begins and aborts groups of waits on the same primitive. */
async function abortedWaits(begin: (signal: AbortSignal) => Promise<unknown>, waits: number): Promise<number> {
  let left = 0;
  for (let done = 0; done < waits; done += GROUP) {
    const controller = new AbortController();
    const listeners = countedSignal(controller.signal);
    const group = Array.from({ length: GROUP }, () => begin(controller.signal));
    controller.abort();
    for (const { status } of await Promise.allSettled(group)) expect(status).toBe('rejected');
    left += listeners.size;
  }
  return left;
}

const never = () => new Promise<never>(() => {});

/** The counter, the arc and the batcher live as long as all their waits. */
function primitives() {
  const local = new AtomicCounter();
  const shared = AtomicCounter.shared();
  const arc = new OptionalArc<object>();
  const batches = new BatchProcessor<number>(async () => {}, { maxSize: Infinity, maxDelay: 1e6 });
  const pending = new OptionalArc<object>();
  return {
    'AtomicCounter.waitFor': (signal) => local.waitFor((n) => n > 0, { signal }),
    'a shared AtomicCounter.waitFor': (signal) => shared.waitFor((n) => n > 0, { signal }),
    'OptionalArc.changed': (signal) => arc.changed({ signal }),
    'OptionalArc.getOrInit': (signal) => pending.getOrInit(never, { signal }),
    'BatchProcessor.add': (signal) => batches.add(1, { signal }),
    withTimeout: (signal) => withTimeout(never, 1e6, { signal }),
    retryWithBackoff: (signal) => retryWithBackoff(never, { signal, attemptTimeout: 1e6 }),
    concurrentMap: (signal) => concurrentMap([1], never, { concurrency: 1, join: false, signal }),
  } satisfies Record<string, (signal: AbortSignal) => Promise<unknown>>;
}

describe(`${WAITS} aborted waits leave neither memory nor listeners`, () => {
  const { setMaxListeners } = process.getBuiltinModule('node:events');
  setMaxListeners(0);
  it.each(Object.entries(primitives()))('%s', { timeout: 120_000 }, async (_name, begin) => {
    await abortedWaits(begin, 10 * GROUP);
    const before = await heap();
    expect(await abortedWaits(begin, WAITS)).toBe(0);
    expect((await heap()) - before).toBeLessThan(ALLOWANCE);
  });
});
