// Uses every primitive once, and more than once where an engine may differ. Runs in any engine: no Node built-in.
import * as runtime from '@lockwise/runtime';

function assert(condition, what) {
  if (!condition) throw new Error(`expected: ${what}`);
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 1));

const checks = {
  async AsyncMutex() {
    const { AsyncMutex } = runtime;
    const mutex = new AsyncMutex({ n: 0 });
    const add = async () => {
      const guard = await mutex.acquire();
      const { n } = guard.value;
      await turn();
      guard.value = { n: n + 1 };
      guard.release();
    };
    await Promise.all([add(), add(), add()]);
    assert((await mutex.withLock(({ value }) => value.n)) === 3, 'no update lost');
    const holder = await mutex.acquire();
    const reason = new Error('enough');
    const controller = new AbortController();
    const waiting = mutex.acquire({ signal: controller.signal }).catch((error) => error);
    controller.abort(reason);
    assert((await waiting) === reason, 'the reason of the signal');
    const late = await mutex.acquire({ timeout: 5 }).catch((error) => error);
    assert(late instanceof runtime.TimeoutError, 'a TimeoutError');
    holder.release();
    assert(!mutex.isLocked, 'free again');
  },
  async AsyncRwLock() {
    const lock = new runtime.AsyncRwLock(1);
    const readers = [lock.tryRead(), lock.tryRead()];
    assert(lock.readers === 2 && lock.tryWrite() === undefined, 'two readers and no writer');
    for (const reader of readers) reader.release();
    await lock.withWrite((guard) => (guard.value = 2));
    assert((await runtime.quickRead(lock, (value) => value)) === 2, 'what was written');
    const copy = await runtime.quickReadExtract(new runtime.AsyncMutex([1]), (value) => value);
    assert(copy[0] === 1, 'a copy');
    const outcome = await runtime.conditionalUpdate(
      lock,
      (value) => value === 2,
      (guard) => (guard.value = 3),
    );
    assert(outcome.updated, 'an update');
  },
  async KeyedMutex() {
    const keyed = new runtime.KeyedMutex();
    assert((await keyed.withLock('a', () => 1)) === 1 && keyed.size === 0, 'an entry only while it is held');
  },
  async Semaphore() {
    const semaphore = new runtime.Semaphore(2);
    const permits = [semaphore.tryAcquire(), semaphore.tryAcquire()];
    assert(semaphore.tryAcquire() === undefined, 'two permits');
    for (const permit of permits) permit.release();
    assert(semaphore.available === 2, 'both back');
  },
  async AtomicCounter() {
    for (const make of [
      () => new runtime.AtomicCounter(),
      () => runtime.AtomicCounter.shared(),
      () => runtime.AtomicCounter.shared(0, { width: 32 }),
    ]) {
      const counter = make();
      const reached = counter.waitFor((n) => n === 2);
      counter.increment();
      await turn();
      counter.increment();
      assert((await reached) === 2, 'the awaited value');
      const given = await counter.waitFor((n) => n === 9, { timeout: 5 }).catch((error) => error);
      assert(given instanceof runtime.TimeoutError, 'a wait that ends');
    }
    const flag = runtime.AtomicFlag.shared();
    assert(!flag.testAndSet() && flag.testAndSet(), 'a flag that is raised once');
  },
  async OptionalArc() {
    const disposed = [];
    const arc = new runtime.OptionalArc(undefined, { dispose: (value) => disposed.push(value) });
    const both = await Promise.all([arc.getOrInit(async () => 'a'), arc.getOrInit(async () => 'b')]);
    assert(both.join() === 'a,a', 'one call of a factory');
    const lease = arc.lease();
    arc.set('c');
    assert(disposed.length === 0, 'a lease');
    lease.release();
    assert(disposed.join() === 'a', 'its end');
  },
  async withTimeout() {
    let signal;
    const hanging = (context) => {
      signal = context.signal;
      return new Promise(() => {});
    };
    const error = await runtime.withTimeout(hanging, 5).catch((reason) => reason);
    assert(error instanceof runtime.TimeoutError && signal.reason === error, 'a TimeoutError for both');
    assert((await runtime.withTimeout(() => 1, 5)) === 1, 'the result');
  },
  async BatchProcessor() {
    const batches = new runtime.BatchProcessor(async (items) => items.map((item) => item * 2), {
      maxSize: 2,
      maxDelay: 5,
    });
    const results = await Promise.all([batches.add(1), batches.add(2), batches.add(3)]);
    assert(results.join() === '2,4,6', 'each its own result');
    await batches[Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]();
    assert((await batches.add(4).catch((error) => error)) instanceof runtime.ClosedError, 'a ClosedError');
  },
  async retryWithBackoff() {
    const fails = async ({ attempt }) => {
      if (attempt < 3) throw new Error('not yet');
      return attempt;
    };
    assert((await runtime.retryWithBackoff(fails, { initialDelay: 1 })) === 3, 'the third attempt');
  },
  async concurrentMap() {
    const mapped = await runtime.concurrentMap(new Set([1, 2, 3]), async (item) => item * 2, { concurrency: 2 });
    assert(mapped.join() === '2,4,6', 'the order of the items');
  },
};

/** Runs every check; resolves with their names. */
export async function smoke() {
  const passed = [];
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check();
    } catch (error) {
      throw new Error(`${name}: ${error.message}`, { cause: error });
    }
    passed.push(name);
  }
  return passed;
}
