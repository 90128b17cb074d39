import type { AsyncMutex, WaitOptions } from '@lockwise/runtime';
import type { Program, Run } from '@lockwise/runtime/testing';
import type { Library } from './law-locks.js';
import { same } from './lock-law.js';

/** How a wait of the second task is bounded, if at all. */
export type Bound = 'none' | 'abort' | 'timeout';

function bounded(run: Run, bound: Bound): WaitOptions {
  if (bound === 'timeout') return { timeout: 5 };
  return bound === 'abort' ? { signal: run.abortSignal('abort', 'gone') } : {};
}

/**
 * Several keys, asked for in orders that contradict each other. Nobody waits for ever, nobody is inside with another who
 * has a key in common, whoever is inside has all its keys, and in the end no key has an entry.
 */
export function keysLaw(
  { KeyedMutex }: Library,
  wanted: readonly (readonly string[])[],
  bound: Bound,
): Program<string> {
  return async (run) => {
    const keyed = new KeyedMutex();
    const inside = new Map<string, readonly string[]>();
    const section = (name: string, keys: readonly string[]) => async () => {
      for (const [other, held] of inside)
        same(
          `${name} beside ${other}`,
          keys.some((key) => held.includes(key)),
          false,
        );
      for (const key of keys) same(`${name} has ${key}`, keyed.isLocked(key), true);
      inside.set(name, keys);
      await run.pause(`end ${name}`);
      inside.delete(name);
      return name;
    };
    const tasks = wanted.map((keys, index) => {
      const name = `t${index}`;
      const options = index === 1 ? bounded(run, bound) : {};
      return run.task(name, () => keyed.withLocks(keys, section(name, keys), options));
    });
    const outcomes = await Promise.allSettled(tasks);
    same('keys left', keyed.size, 0);
    same('timers left', run.clock.pending, 0);
    return outcomes.map(({ status }) => status).join(', ');
  };
}

/** The same for locks of different kinds: a mutex, a readers-writer lock and a semaphore. */
export function allLaw(
  { acquireAll, withAll, AsyncMutex, AsyncRwLock, Semaphore }: Library,
  bound: Bound,
): Program<string> {
  return async (run) => {
    const [account, rates, slots] = [new AsyncMutex(0), new AsyncRwLock(0), new Semaphore(2)];
    const body = (name: string) => async () => {
      same('held with the mutex', account.isLocked, true);
      await run.pause(`end ${name}`);
      return name;
    };
    const outcomes = await Promise.allSettled([
      run.task('a', () => withAll([account, { read: rates }], body('a'))),
      run.task('b', () => withAll([{ write: rates }, slots, account], body('b'), bounded(run, bound))),
      run.task('c', async () => {
        const all = await acquireAll([{ permits: slots, weight: 2 }, { read: rates }]);
        same('held with the permits', rates.readers > 0 && slots.available === 0, true);
        await run.pause('end c');
        all.release();
        all.release();
        return 'c';
      }),
    ]);
    const left = `${account.isLocked} ${rates.readers} ${rates.isWriting} ${slots.available} ${run.clock.pending}`;
    same('left', left, 'false 0 false 2 0');
    return outcomes.map(({ status }) => status).join(', ');
  };
}

/**
 * Callers that race for a condition which holds once: exactly one updates, unless the one that would have was aborted. The
 * condition is never asked while somebody writes.
 */
export function updateLaw(library: Library, kind: 'mutex' | 'rwlock', bound: Bound): Program<string> {
  return async (run) => {
    const value = { claimed: 0 };
    const lock = kind === 'mutex' ? new library.AsyncMutex(value) : new library.AsyncRwLock(value);
    let writing = false;
    const claim = (name: string, options: WaitOptions) =>
      library.conditionalUpdate(
        lock as AsyncMutex<{ claimed: number }>,
        ({ claimed }) => {
          same('asked while somebody writes', writing, false);
          return claimed === 0;
        },
        async (guard) => {
          writing = true;
          await run.pause(`write ${name}`);
          guard.value = { claimed: guard.value.claimed + 1 };
          writing = false;
          return name;
        },
        options,
      );
    const outcomes = await Promise.allSettled([
      run.task('a', () => claim('a', {})),
      run.task('b', () => claim('b', bounded(run, bound))),
      run.task('c', () => claim('c', {})),
    ]);
    const updates = outcomes.filter((outcome) => outcome.status === 'fulfilled' && outcome.value.updated);
    same('updates', updates.length, 1);
    same('timers left', run.clock.pending, 0);
    same('claimed', await library.quickRead<{ claimed: number }, number>(lock, ({ claimed }) => claimed), 1);
    return outcomes.map(({ status }) => status).join(', ');
  };
}
