import { wrongType } from './arguments.js';
import { TimeoutError } from './errors.js';
import type { Extracted, PlainLock, PollableLock } from './readable.js';
import { syncResult } from './section.js';
import { Timer } from './timer.js';
import { requireWaitOptions, type WaitOptions } from './wait-options.js';

/** {@link quickRead} with a lock of another library. */
export function readPlain<R>(lock: PlainLock, extract: () => R, options?: WaitOptions): Promise<R> {
  const section = (): R => syncResult(extract());
  try {
    if (options === undefined) return exclusively(lock, section);
    requireWaitOptions(options);
    options.signal?.throwIfAborted();
  } catch (error) {
    return Promise.reject(error);
  }
  return bounded(lock, section, options);
}

/** {@link tryQuickRead} with a lock of another library: nothing else runs between the look at it and the end of the call. */
export function tryReadPlain<R>(lock: PollableLock, extract: () => R): Extracted<R> | undefined {
  if (typeof lock.isLocked !== 'function') throw wrongType('lock', 'a lock with isLocked()', lock);
  return lock.isLocked() ? undefined : { value: syncResult(extract()) };
}

/** Runs a synchronous section under the lock, by whichever of its methods it has. */
function exclusively<R>(lock: PlainLock, section: () => R): Promise<R> {
  if ('runExclusive' in lock) return lock.runExclusive(section);
  if ('acquire' in lock) return lock.acquire().then((release) => released(section, release));
  if ('lock' in lock) return lock.lock().then((release) => released(section, release));
  throw wrongType('lock', 'an AsyncMutex, an AsyncRwLock, or a lock with runExclusive(), acquire() or lock()', lock);
}

function released<R>(section: () => R, release: () => void): R {
  try {
    return section();
  } finally {
    release();
  }
}

/**
 * Bounds the wait for a lock that knows no bounds. The request stays in that lock's queue: when its grant comes too late,
 * the section is left out and the lock is given back in the same tick.
 */
function bounded<R>(lock: PlainLock, section: () => R, { signal, timeout = Infinity }: WaitOptions): Promise<R> {
  return new Promise<R>((resolve, reject) => {
    let waiting = true;
    const settle = (): boolean => {
      if (!waiting) return false;
      waiting = false;
      signal?.removeEventListener('abort', aborted);
      timer?.cancel();
      return true;
    };
    const aborted = (): void => void (settle() && reject(signal?.reason));
    const late = (): void =>
      void (settle() && reject(new TimeoutError(timeout, `the lock was not granted within ${timeout} ms`)));
    const timer = timeout < Infinity ? new Timer(timeout, late) : undefined;
    signal?.addEventListener('abort', aborted);
    exclusively(lock, () => void (settle() && resolve(section()))).catch((error: unknown) => {
      settle();
      reject(error);
    });
  });
}
