import { handleAll, ExponentialBackoff, retry as cockatielRetry, timeout, TimeoutStrategy } from 'cockatiel';
import { retry as toolkitRetry, withTimeout as toolkitTimeout } from 'es-toolkit';
import pRetry from 'p-retry';
import pTimeout from 'p-timeout';
import { AtomicCounter, retryWithBackoff, withTimeout } from '@lockwise/runtime';

const operation = async () => 1;

/** A limit on an operation that is done at once. */
export async function timeouts() {
  const policy = timeout(1000, TimeoutStrategy.Cooperative);
  return {
    floor: 'setTimeout, await, clearTimeout',
    operations: 20_000,
    variants: {
      'setTimeout, await, clearTimeout': async (n) => {
        for (let i = 0; i < n; i++) {
          const timer = setTimeout(() => {}, 1000);
          await operation();
          clearTimeout(timer);
        }
      },
      withTimeout: async (n) => {
        for (let i = 0; i < n; i++) await withTimeout(operation, 1000);
      },
      'p-timeout': async (n) => {
        for (let i = 0; i < n; i++) await pTimeout(operation(), { milliseconds: 1000 });
      },
      'es-toolkit withTimeout': async (n) => {
        for (let i = 0; i < n; i++) await toolkitTimeout(operation, 1000);
      },
      'cockatiel timeout': async (n) => {
        for (let i = 0; i < n; i++) await policy.execute(operation);
      },
    },
  };
}

/** A retry whose first attempt succeeds. */
export async function firstTry() {
  const policy = cockatielRetry(handleAll, { maxAttempts: 3, backoff: new ExponentialBackoff() });
  return {
    floor: 'await operation()',
    operations: 100_000,
    variants: {
      'await operation()': async (n) => {
        for (let i = 0; i < n; i++) await operation();
      },
      retryWithBackoff: async (n) => {
        for (let i = 0; i < n; i++) await retryWithBackoff(operation);
      },
      'retryWithBackoff with options': async (n) => {
        for (let i = 0; i < n; i++) await retryWithBackoff(operation, { maxAttempts: 3, initialDelay: 50 });
      },
      'es-toolkit retry': async (n) => {
        for (let i = 0; i < n; i++) await toolkitRetry(operation, { retries: 3, delay: 50 });
      },
      'p-retry': {
        operations: 20_000,
        work: async (n) => {
          for (let i = 0; i < n; i++) await pRetry(operation, { retries: 3 });
        },
      },
      'cockatiel retry': async (n) => {
        for (let i = 0; i < n; i++) await policy.execute(operation);
      },
    },
  };
}

/** An addition to a counter of 32 bits. */
export async function add32() {
  const cells = new Int32Array(new SharedArrayBuffer(8));
  const shared = AtomicCounter.shared(0, { width: 32 });
  const local = new AtomicCounter();
  return {
    floor: 'Atomics.add',
    operations: 1_000_000,
    variants: {
      'Atomics.add': async (n) => {
        cells[0] = 0;
        let sum = 0;
        for (let i = 0; i < n; i++) sum += Atomics.add(cells, 0, 1);
        return sum;
      },
      'AtomicCounter, shared, 32 bits': async (n) => {
        shared.set(0);
        let sum = 0;
        for (let i = 0; i < n; i++) sum += shared.add(1);
        return sum;
      },
      'AtomicCounter, local': async (n) => {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += local.add(1);
        return sum;
      },
    },
  };
}

/** An addition to a counter of 64 bits. */
export async function add64() {
  const cells = new BigInt64Array(new SharedArrayBuffer(8));
  const shared = AtomicCounter.shared(0);
  return {
    floor: 'Atomics.add of BigInt64',
    operations: 1_000_000,
    variants: {
      'Atomics.add of BigInt64': async (n) => {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += Number(Atomics.add(cells, 0, 1n));
        return sum;
      },
      'AtomicCounter, shared, 64 bits': async (n) => {
        let sum = 0;
        for (let i = 0; i < n; i++) sum += shared.add(1);
        return sum;
      },
    },
  };
}
