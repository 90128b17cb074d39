import { invalid } from './arguments.js';
import { Bounded, requireOpen } from './bounded.js';
import { TimeoutError } from './errors.js';
import type { Extracted, PlainLock, PollableLock } from './readable.js';
import { syncResult } from './section.js';
import type { WaitOptions } from './wait-options.js';

/** {@link quickRead} with a lock of another library. */
export async function readPlain<R>(lock: PlainLock, extract: () => R, options: WaitOptions = {}): Promise<R> {
  requireOpen(options);
  return new PlainRead(extract).under(lock, options);
}

/** {@link tryQuickRead} with a lock of another library: nothing else runs between the look at it and the end of the call. */
export function tryReadPlain<R>(lock: PollableLock, extract: () => R): Extracted<R> | undefined {
  if (!lock.isLocked) throw invalid('lock', 'a lock with isLocked()', lock);
  return lock.isLocked() ? undefined : { value: syncResult(extract()) };
}

/** Runs a synchronous section under the lock, by whichever of its methods it has; done when the lock is given back. */
async function exclusively<R>(lock: PlainLock, section: () => R): Promise<R> {
  if ('runExclusive' in lock) return lock.runExclusive(section);
  const release = await ('acquire' in lock ? lock.acquire() : 'lock' in lock ? lock.lock() : refuse(lock));
  try {
    return section();
  } finally {
    release();
  }
}

function refuse(lock: unknown): never {
  throw invalid('lock', 'a lock with withReadSync(), runExclusive(), acquire() or lock()', lock);
}

/**
 * A read that waits for a lock which knows no bounds. The request stays in that lock's queue: when its grant comes too late,
 * the section is left out and the lock is given back in the same tick.
 */
class PlainRead<R> extends Bounded {
  private readonly extract: () => R;
  private isOver = false;
  private reject!: (reason: unknown) => void;

  constructor(extract: () => R) {
    super();
    this.extract = extract;
  }

  under(lock: PlainLock, options: WaitOptions): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      this.reject = reject;
      this.bound(options);
      exclusively(lock, () => this.read()).then(resolve, (error: unknown) => {
        this.settle();
        reject(error);
      });
    });
  }

  /** What was read, or nothing for a caller who has gone. */
  private read(): R {
    this.settle();
    return this.isOver ? (undefined as R) : syncResult(this.extract());
  }

  protected end(reason: unknown): void {
    this.isOver = true;
    this.reject(reason);
  }

  protected late(timeout: number): TimeoutError {
    return new TimeoutError(timeout, `the lock was not granted within ${timeout} ms`);
  }
}
