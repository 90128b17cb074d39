import { channel, type Channel } from 'node:diagnostics_channel';
import { observeActivity, type Activity } from '../activity.js';
import { observeLocks, type Abandonment, type LockObserver, type ObservedLock } from '../observer.js';
import { Stopwatch } from '../stopwatch.js';

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
  /** How long the lock was held, in ms: on `release`, with {@link DiagnosticsOptions.holdTimes}. */
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

/** Options of {@link enableDiagnostics}. */
export interface DiagnosticsOptions {
  /**
   * Whether `release` tells how long the lock was held. The clock is read twice for each grant then, which costs more than
   * the grant. Default false.
   */
  readonly holdTimes?: boolean | undefined;
}

/** What those who have enabled diagnostics want. */
const users = new Set<DiagnosticsOptions>();
let stop: (() => void) | undefined;
let areHoldsTimed = false;

/**
 * Begins to publish; returns the function that ends it. A channel without a subscriber costs a look at it: no message is
 * made. The clock is read for waits alone, unless hold times are wanted.
 */
export function enableDiagnostics(options: DiagnosticsOptions = {}): () => void {
  const user = { ...options };
  users.add(user);
  update();
  return () => {
    users.delete(user);
    update();
  };
}

function update(): void {
  areHoldsTimed = [...users].some(({ holdTimes }) => holdTimes);
  if (users.size === 0) {
    stop?.();
    stop = undefined;
  } else {
    stop ??= combined(observeLocks(new Publisher()), observeActivity(publishActivity));
  }
}

function combined(...ends: readonly (() => void)[]): () => void {
  return () => ends.forEach((end) => end());
}

function publishActivity(activity: Activity): void {
  const to = { retry: channels.retry, batch: channels.batch, 'late-failure': channels.lateFailure }[activity.kind];
  if (to.hasSubscribers) to.publish(activity);
}

class Publisher implements LockObserver {
  private readonly watch = new Stopwatch();

  waits(lock: ObservedLock, request: object, shared: boolean): void {
    const { acquire, abort, timeout, wait } = channels;
    if (acquire.hasSubscribers || abort.hasSubscribers || timeout.hasSubscribers) this.watch.start(request);
    if (wait.hasSubscribers) wait.publish(event(lock, shared));
  }

  acquired(lock: ObservedLock, guard: object, request: object | undefined, shared: boolean): void {
    const { acquire, release } = channels;
    if (areHoldsTimed && release.hasSubscribers) this.watch.start(guard);
    if (acquire.hasSubscribers) acquire.publish(event(lock, shared, request && this.watch.stop(request)));
  }

  released(lock: ObservedLock, guard: object): void {
    const { release } = channels;
    if (release.hasSubscribers) release.publish(event(lock, undefined, undefined, this.watch.stop(guard)));
  }

  abandoned(lock: ObservedLock, request: object, why: Abandonment): void {
    if (why === 'refused') return;
    const to: Channel = channels[why];
    if (to.hasSubscribers) to.publish(event(lock, undefined, this.watch.stop(request)));
  }
}

function event(lock: ObservedLock, shared?: boolean, waitMs?: number, holdMs?: number): LockEvent {
  const { kind, name, key, waiters } = lock;
  return { lock, kind, name, key, shared, waiters, waitMs, holdMs };
}
