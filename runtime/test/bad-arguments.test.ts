import { describe, expect, it } from 'vitest';
import * as runtime from '@lockwise/runtime';
import {
  acquireAll,
  AsyncInSyncSectionError,
  AsyncMutex,
  AsyncRwLock,
  AtomicCounter,
  AtomicFlag,
  BatchProcessor,
  ClosedError,
  concurrentMap,
  conditionalUpdate,
  KeyedMutex,
  OptionalArc,
  quickRead,
  quickReadExtract,
  ReleasedGuardError,
  RetryBudget,
  retryWithBackoff,
  Semaphore,
  tryQuickRead,
  withAll,
  withTimeout,
  type WaitOptions,
} from '@lockwise/runtime';

/** What an argument goes into; it throws, or returns a promise that rejects. */
type Entry = (value: never) => unknown;

const run = async (items: readonly number[]) => [...items];
const double = (n: number): number => n * 2;
const batchWith = (options: object) => new BatchProcessor(run, { maxSize: 1, maxDelay: 1, ...options });
const retryWith = (options: object) => retryWithBackoff(() => Promise.reject(new Error('mine')), options);

/** Entries by what they take: what no size, no duration, no delay, … may go into. */
const sizes: Record<string, readonly [argument: string, entry: Entry]> = {
  AsyncMutex: ['options.maxWaiters', (maxWaiters) => new AsyncMutex(undefined, { maxWaiters })],
  AsyncRwLock: ['options.maxWaiters', (maxWaiters) => new AsyncRwLock(undefined, { maxWaiters })],
  KeyedMutex: ['options.maxWaiters', (maxWaiters) => new KeyedMutex({ maxWaiters })],
  'Semaphore, its capacity': ['capacity', (capacity) => new Semaphore(capacity)],
  'Semaphore, its waiters': ['options.maxWaiters', (maxWaiters) => new Semaphore(1, { maxWaiters })],
  'Semaphore.acquire': ['options.weight', (weight) => new Semaphore(3).acquire({ weight })],
  'Semaphore.tryAcquire': ['weight', (weight) => new Semaphore(3).tryAcquire(weight)],
  'Semaphore.withPermit': ['options.weight', (weight) => new Semaphore(3).withPermit(() => 1, { weight })],
  acquireAll: ['requests[0].weight', (weight) => acquireAll([{ permits: new Semaphore(3), weight }])],
  withAll: ['requests[0].weight', (weight) => withAll([{ permits: new Semaphore(3), weight }], () => 1)],
  concurrentMap: ['options.concurrency', (concurrency) => concurrentMap([1], double, { concurrency })],
  'BatchProcessor, its size': ['options.maxSize', (maxSize) => batchWith({ maxSize })],
  'BatchProcessor, its concurrency': ['options.concurrency', (concurrency) => batchWith({ concurrency })],
  'BatchProcessor, its room': ['options.maxPending', (maxPending) => batchWith({ maxPending })],
  retryWithBackoff: ['options.maxAttempts', (maxAttempts) => retryWith({ maxAttempts })],
};

const held = new AsyncRwLock(1);
const waits: Record<string, (options: WaitOptions) => unknown> = {
  'AsyncMutex.acquire': (options) => new AsyncMutex().acquire(options),
  'AsyncMutex.withLock': (options) => new AsyncMutex().withLock(() => 1, options),
  'AsyncMutex.withLockSync': (options) => new AsyncMutex().withLockSync(() => 1, options),
  'AsyncMutex.withReadSync': (options) => new AsyncMutex().withReadSync(() => 1, options),
  'AsyncRwLock.read': (options) => held.read(options),
  'AsyncRwLock.write': (options) => held.write(options),
  'AsyncRwLock.withRead': (options) => held.withRead(() => 1, options),
  'AsyncRwLock.withWrite': (options) => held.withWrite(() => 1, options),
  'AsyncRwLock.withReadSync': (options) => held.withReadSync(() => 1, options),
  'KeyedMutex.acquire': (options) => new KeyedMutex().acquire('a', options),
  'KeyedMutex.acquireAll': (options) => new KeyedMutex().acquireAll(['a'], options),
  'KeyedMutex.withLock': (options) => new KeyedMutex().withLock('a', () => 1, options),
  'KeyedMutex.withLocks': (options) => new KeyedMutex().withLocks(['a'], () => 1, options),
  'Semaphore.acquire': (options) => new Semaphore(1).acquire(options),
  'Semaphore.withPermit': (options) => new Semaphore(1).withPermit(() => 1, options),
  acquireAll: (options) => acquireAll([new AsyncMutex()], options),
  withAll: (options) => withAll([new AsyncMutex()], () => 1, options),
  quickRead: (options) => quickRead(held, () => 1, options),
  'quickRead of a foreign lock': (options) => quickRead({ lock: async () => () => {} }, () => 1, options),
  quickReadExtract: (options) => quickReadExtract(held, () => 1, options),
  conditionalUpdate: (options) =>
    conditionalUpdate(
      held,
      () => false,
      () => 1,
      options,
    ),
  'AtomicCounter.waitFor': (options) => new AtomicCounter().waitFor((n) => n > 0, options),
  'AtomicFlag.waitFor': (options) => new AtomicFlag().waitFor(true, options),
  'OptionalArc.getOrInit': (options) => new OptionalArc<number>().getOrInit(() => 1, options),
  'OptionalArc.changed': (options) => new OptionalArc<number>().changed(options),
  'BatchProcessor.add': (options) => batchWith({}).add(1, options),
};

const limits: Record<string, readonly [argument: string, entry: Entry]> = {
  withTimeout: ['ms', (ms) => withTimeout(() => 1, ms)],
  'retryWithBackoff, its whole': ['options.maxElapsed', (maxElapsed) => retryWith({ maxElapsed })],
  'retryWithBackoff, an attempt': ['options.attemptTimeout', (attemptTimeout) => retryWith({ attemptTimeout })],
  ...Object.fromEntries(
    Object.entries(waits).map(([name, wait]) => [
      name,
      ['options.timeout', (timeout: never) => wait({ timeout })] as const,
    ]),
  ),
};

/** These must end: Infinity is none of them. */
const delays: Record<string, readonly [argument: string, entry: Entry]> = {
  BatchProcessor: ['options.maxDelay', (maxDelay) => batchWith({ maxDelay })],
  'retryWithBackoff, its first': ['options.initialDelay', (initialDelay) => retryWith({ initialDelay })],
  'retryWithBackoff, its longest': ['options.maxDelay', (maxDelay) => retryWith({ maxDelay })],
  'retryWithBackoff, asked for': ['the result of options.delayFor', (delay) => retryWith({ delayFor: () => delay })],
  'retryWithBackoff, drawn': ['the delay by options.jitter', (delay) => retryWith({ jitter: () => delay })],
};

const others: Record<string, readonly [argument: string, entry: Entry, bad: readonly unknown[]]> = {
  'retryWithBackoff, its factor': ['options.factor', (factor) => retryWith({ factor }), [0, NaN, Infinity, '2']],
  'retryWithBackoff, its jitter': ['options.jitter', (jitter) => retryWith({ jitter }), ['some', 1]],
  'RetryBudget, its capacity': ['options.capacity', (capacity) => new RetryBudget({ capacity }), [0, NaN, Infinity]],
  'RetryBudget, its ratio': ['options.ratio', (ratio) => new RetryBudget({ ratio }), [-1, NaN, 2, '1']],
  'a rank': ['options.rank', (rank) => new AsyncMutex(undefined, { rank }), [NaN, '1']],
  'AtomicCounter, its start': ['initial', (initial) => new AtomicCounter(initial), [0.5, NaN, Infinity, '1']],
  'AtomicCounter, its width': ['options.width', (width) => new AtomicCounter(0, { width }), [16, '32']],
  'AtomicCounter.shared': ['initial', (initial) => AtomicCounter.shared(initial), [0.5, NaN, 2 ** 53, '1']],
  'AtomicCounter.from': ['handle', (handle) => AtomicCounter.from(handle), [undefined, {}, 5]],
  'AtomicCounter.add': ['n', (n) => new AtomicCounter().add(n), [0.5, NaN, Infinity, '1']],
  'AtomicCounter.set': ['n', (n) => new AtomicCounter().set(n), [0.5, NaN, 2 ** 53, '1']],
  'AtomicCounter.compareExchange': ['next', (n) => new AtomicCounter().compareExchange(0, n), [0.5, NaN, '1']],
  'AtomicCounter.update': ['the result of f', (n) => new AtomicCounter().update(() => n), [0.5, NaN, '1']],
  'AtomicCounter.waitFor': ['predicate', (predicate) => new AtomicCounter().waitFor(predicate), [undefined, 1]],
  AtomicFlag: ['initial', (initial) => new AtomicFlag(initial), [1, 'yes', null]],
  'AtomicFlag.set': ['value', (value) => new AtomicFlag().set(value), [1, 'yes', undefined]],
  'AtomicFlag.waitFor': ['value', (value) => new AtomicFlag().waitFor(value), [1, undefined]],
  OptionalArc: ['initial', (initial) => new OptionalArc<number>(initial), [null]],
  'OptionalArc.set': ['value', (value) => new OptionalArc<number>().set(value), [null, undefined]],
  'OptionalArc.getOrInit': ['factory', (factory) => new OptionalArc<number>().getOrInit(factory), [undefined, 1]],
  'withTimeout, its operation': ['fn', (fn) => withTimeout(fn, 1), [undefined, 1]],
  'withTimeout, its clock': ['options.clock', (clock) => withTimeout(() => 1, 1, { clock }), [{}, 5, null]],
  'retryWithBackoff, its operation': ['fn', (fn) => retryWithBackoff(fn), [undefined, 1]],
  'BatchProcessor, its function': ['run', (fn) => new BatchProcessor(fn, { maxSize: 1, maxDelay: 1 }), [undefined, 1]],
  'BatchProcessor, its overflow': ['options.overflow', (overflow) => batchWith({ overflow }), ['drop', 1]],
  'concurrentMap, its items': ['items', (items) => concurrentMap(items, double, { concurrency: 1 }), [undefined, 5]],
  'concurrentMap, its mapper': ['mapper', (mapper) => concurrentMap([1], mapper, { concurrency: 1 }), [undefined, 1]],
  'acquireAll, its locks': ['requests[0]', (lock) => acquireAll([lock]), [undefined, {}, new AsyncRwLock(1)]],
  'quickRead, its lock': ['lock', (lock) => quickRead(lock, () => 1), [{}]],
  'tryQuickRead, its lock': ['lock', (lock) => tryQuickRead(lock, () => 1), [{}]],
};

async function errorOf(entry: Entry, value: unknown): Promise<Error> {
  try {
    await entry(value as never);
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was refused');
}

async function expectNamed(argument: string, entry: Entry, bad: readonly unknown[]): Promise<void> {
  for (const value of bad) {
    const { name, message } = await errorOf(entry, value);
    const received = typeof value === 'string' ? JSON.stringify(value) : Object(value) === value ? '[object' : value;
    expect(message.startsWith(argument), message).toBe(true);
    expect(message).toMatch(/ must be /);
    expect(message).toContain(`received ${String(received)}`);
    expect(name).toMatch(typeof value === 'number' ? /^(Range|Type)Error$/ : /^TypeError$/);
    if (typeof value === 'number' && / from /.test(message)) expect(name).toBe('RangeError');
  }
}

describe('a bad argument is refused with an error that names it and what was received', () => {
  it.each(Object.entries(sizes))('a size: %s', (_name, [argument, entry]) =>
    expectNamed(argument, entry, [-1, 1.5, NaN, -Infinity, '3', null]),
  );
  it.each(Object.entries(limits))('a limit in ms: %s', (_name, [argument, entry]) =>
    expectNamed(argument, entry, [-1, NaN, -Infinity, '5', null]),
  );
  it.each(Object.entries(delays))('a delay in ms: %s', (_name, [argument, entry]) =>
    expectNamed(argument, entry, [-1, NaN, Infinity, '5']),
  );
  it.each(Object.entries(waits))('a signal: %s', (_name, wait) =>
    expectNamed('options.signal', (signal) => wait({ signal }), [{}, 5, null, 'abort']),
  );
  it.each(Object.entries(others))('%s', (_name, [argument, entry, bad]) => expectNamed(argument, entry, bad));

  it('has an entry for every export that takes arguments which can be wrong', () => {
    const named = [sizes, limits, delays, others].flatMap((entries) => Object.keys(entries)).join('\n');
    const anything = ['batchFailure', 'retryInfo'];
    const exported = Object.entries(runtime as Record<string, unknown>)
      .filter(([, value]) => !(typeof value === 'function' && value.prototype instanceof Error))
      .map(([name]) => name);
    expect(exported.filter((name) => !named.includes(name) && !anything.includes(name))).toEqual([]);
  });
});

describe('a promise from a section that must be synchronous', () => {
  const later = (async () => 1) as never;
  const mutex = new AsyncMutex(1);
  const lock = new AsyncRwLock(1);
  const foreign = { lock: async () => () => {}, isLocked: () => false };
  it.each<[string, () => unknown]>([
    ['AsyncMutex.withLockSync', () => mutex.withLockSync(later)],
    ['AsyncMutex.withReadSync', () => mutex.withReadSync(later)],
    ['AsyncMutex.tryReadSync', () => mutex.tryReadSync(later)],
    ['AsyncRwLock.withReadSync', () => lock.withReadSync(later)],
    ['AsyncRwLock.tryReadSync', () => lock.tryReadSync(later)],
    ['quickRead', () => quickRead(lock, later)],
    ['quickRead of a foreign lock', () => quickRead(foreign, later)],
    ['tryQuickRead', () => tryQuickRead(lock, later)],
    ['tryQuickRead of a foreign lock', () => tryQuickRead(foreign, later)],
    ['quickReadExtract', () => quickReadExtract(lock, later)],
    ['conditionalUpdate, its check', () => conditionalUpdate(lock, later, () => 1)],
    ['conditionalUpdate of a mutex, its check', () => conditionalUpdate(mutex, later, () => 1)],
  ])('%s', async (_name, entry) => {
    expect(await errorOf(entry, undefined)).toBeInstanceOf(AsyncInSyncSectionError);
    expect([mutex.isLocked, lock.readers, lock.isWriting]).toEqual([false, 0, false]);
  });
});

describe('use after release or disposal', () => {
  it('refuses the value of every kind of guard, with the name of its lock', async () => {
    const options = { name: 'orders' };
    const [mutex, lock] = [new AsyncMutex(1, options), new AsyncRwLock(1, options)];
    const all = await acquireAll([new AsyncMutex(1, options)]);
    const writer = await lock.write();
    const downgraded = writer.downgrade();
    const guards = [await mutex.acquire(), downgraded, all.guards[0]];
    downgraded.release();
    all.release();
    guards.push(await lock.withWrite((guard) => guard), await lock.read());
    for (const guard of [...guards, writer]) {
      guard.release();
      const error = await errorOf(() => guard.value, undefined);
      expect(error).toBeInstanceOf(ReleasedGuardError);
      expect(error).toMatchObject({ code: 'ERR_RELEASED_GUARD', lockName: 'orders' });
      expect(error.message).toMatch(/^a guard of Async(Mutex|RwLock) "orders" was used after its release$/);
    }
    expect(() => writer.downgrade()).toThrow(ReleasedGuardError);
    expect(() => (writer.value = 2)).toThrow(ReleasedGuardError);
    expect([lock.readers, lock.isWriting, mutex.isLocked]).toEqual([0, false, false]);
  });

  it('refuses the value of a lease that has ended', () => {
    const lease = new OptionalArc(1).lease()!;
    lease.release();
    expect(() => lease.value).toThrow(ReleasedGuardError);
  });

  it('refuses an item for a batch processor that was disposed of', async () => {
    const batches = new BatchProcessor(run, { maxSize: 1, maxDelay: 1, name: 'mail' });
    await batches[Symbol.asyncDispose]();
    const error = await errorOf(() => batches.add(1), undefined);
    expect(error).toBeInstanceOf(ClosedError);
    expect(error).toMatchObject({ code: 'ERR_CLOSED', lockName: 'mail' });
    expect(error.message).toBe('BatchProcessor "mail" was disposed and takes no items');
  });
});
