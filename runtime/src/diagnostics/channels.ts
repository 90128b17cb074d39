import { channel, type Channel } from 'node:diagnostics_channel';
import { observeActivity, type Activity } from '../activity.js';
import { observeLocks, type Abandonment, type LockObserver, type ObservedLock } from '../observer.js';

/** What a message says about a lock. */
export interface LockEvent {
  /** The lock itself; of a keyed mutex the lock of one key. Do not keep it. */
  readonly lock: object;
  /** The class of the lock. */
  readonly kind: string;
  readonly name: string | undefined;
  /** The key, for a keyed mutex. */
  readonly key: unknown;
  /** Whether others may hold the lock at the same time: a read access, a semaphore's permit. */
  readonly shared: boolean | undefined;
  /** How many requests wait. */
  readonly waiters: number;
  /** How long the request had waited, in ms: on `acquire` after a wait, on `abort` and `timeout`. */
  readonly waitMs: number | undefined;
  /** How long the lock was held, in ms: on `release`. */
  readonly holdMs: number | undefined;
}

/**
 * The channels of `node:diagnostics_channel` that {@link enableDiagnostics} publishes on. The first five carry a
 * {@link LockEvent}; `deadlock` what debug mode found; the last three a description of what a primitive does.
 */
export const channels = {
  wait: channel('@lockwise/runtime:lock:wait'),
  acquire: channel('@lockwise/runtime:lock:acquire'),
  release: channel('@lockwise/runtime:lock:release'),
  abort: channel('@lockwise/runtime:lock:abort'),
  timeout: channel('@lockwise/runtime:lock:timeout'),
  deadlock: channel('@lockwise/runtime:deadlock'),
  retry: channel('@lockwise/runtime:retry'),
  batch: channel('@lockwise/runtime:batch'),
  lateFailure: channel('@lockwise/runtime:late-failure'),
} as const;

let users = 0;
let stop: (() => void) | undefined;

/**
 * Begins to publish; returns the function that ends it. A channel without a subscriber costs a look at it: no message is
 * made, and no time is taken.
 */
export function enableDiagnostics(): () => void {
  if (users++ === 0) stop = combined(observeLocks(new Publisher()), observeActivity(publishActivity));
  let enabled = true;
  return () => {
    if (!enabled) return;
    enabled = false;
    if (--users === 0) stop?.();
  };
}

function combined(...ends: readonly (() => void)[]): () => void {
  return () => ends.forEach((end) => end());
}

function publishActivity(activity: Activity): void {
  const to = { retry: channels.retry, batch: channels.batch, 'late-failure': channels.lateFailure }[activity.kind];
  if (to.hasSubscribers) to.publish(activity);
}

class Publisher implements LockObserver {
  private readonly since = new WeakMap<object, number>();

  waits(lock: ObservedLock, request: object, shared: boolean): void {
    if (this.areWaitsTimed()) this.since.set(request, performance.now());
    if (channels.wait.hasSubscribers) channels.wait.publish(event(lock, { shared }));
  }

  acquired(lock: ObservedLock, guard: object, request: object | undefined, shared: boolean): void {
    if (channels.release.hasSubscribers) this.since.set(guard, performance.now());
    if (!channels.acquire.hasSubscribers) return;
    channels.acquire.publish(
      event(lock, { shared, waitMs: request === undefined ? undefined : this.elapsed(request) }),
    );
  }

  released(lock: ObservedLock, guard: object): void {
    if (channels.release.hasSubscribers) channels.release.publish(event(lock, { holdMs: this.elapsed(guard) }));
  }

  abandoned(lock: ObservedLock, request: object, why: Abandonment): void {
    if (why === 'refused') return;
    const to: Channel = channels[why];
    if (to.hasSubscribers) to.publish(event(lock, { waitMs: this.elapsed(request) }));
  }

  private areWaitsTimed(): boolean {
    return channels.acquire.hasSubscribers || channels.abort.hasSubscribers || channels.timeout.hasSubscribers;
  }

  private elapsed(of: object): number | undefined {
    const began = this.since.get(of);
    this.since.delete(of);
    return began === undefined ? undefined : performance.now() - began;
  }
}

function event(lock: ObservedLock, about: Partial<LockEvent>): LockEvent {
  return {
    lock,
    kind: lock.kind,
    name: lock.name,
    key: lock.key,
    shared: about.shared,
    waiters: lock.waiters,
    waitMs: about.waitMs,
    holdMs: about.holdMs,
  };
}
