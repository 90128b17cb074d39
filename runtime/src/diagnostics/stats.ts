import { observeLocks, type Abandonment, type LockObserver, type ObservedLock } from '../observer.js';
import { Stopwatch } from '../stopwatch.js';

/** What happened to a lock while stats were on. */
export interface LockStats {
  /** How many grants there were. */
  readonly acquisitions: number;
  /** How many of the requests had to wait. */
  readonly contended: number;
  /** The sum of the waits that ended with a grant, in ms. */
  readonly waitMs: number;
  /** The sum of the times for which the lock was held, in ms; readers at the same time count each. */
  readonly holdMs: number;
  /** The longest the queue was. */
  readonly maxWaiters: number;
  /** How many waits an abort ended. */
  readonly aborted: number;
  /** How many waits their limit ended. */
  readonly timedOut: number;
}

type Counts = { -readonly [K in keyof LockStats]: LockStats[K] };

const counts = new WeakMap<object, Counts>();

function none(): Counts {
  return { acquisitions: 0, contended: 0, waitMs: 0, holdMs: 0, maxWaiters: 0, aborted: 0, timedOut: 0 };
}

/** The stats of a lock since they were turned on; those of a {@link KeyedMutex} are the sums over its keys. */
export function stats(lock: object): LockStats {
  return { ...(counts.get(lock) ?? none()) };
}

/** Begins to count for all locks; returns the function that ends it. What was counted stays readable. */
export function enableStats(): () => void {
  return observeLocks(new Counter());
}

class Counter implements LockObserver {
  private readonly watch = new Stopwatch();

  waits(lock: ObservedLock, request: object): void {
    const of = countsOf(lock);
    of.contended++;
    of.maxWaiters = Math.max(of.maxWaiters, lock.waiters + 1);
    this.watch.start(request);
  }

  acquired(lock: ObservedLock, guard: object, request: object | undefined): void {
    const of = countsOf(lock);
    of.acquisitions++;
    if (request !== undefined) of.waitMs += this.watch.stop(request) ?? 0;
    this.watch.start(guard);
  }

  released(lock: ObservedLock, guard: object): void {
    countsOf(lock).holdMs += this.watch.stop(guard) ?? 0;
  }

  abandoned(lock: ObservedLock, _request: object, why: Abandonment): void {
    if (why === 'abort') countsOf(lock).aborted++;
    if (why === 'timeout') countsOf(lock).timedOut++;
  }
}

function countsOf(lock: ObservedLock): Counts {
  const subject = lock.owner ?? lock;
  let of = counts.get(subject);
  if (of === undefined) counts.set(subject, (of = none()));
  return of;
}
