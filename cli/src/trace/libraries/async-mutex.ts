// async-mutex: `Mutex` is a `Semaphore` of one, so that the semaphore's `acquire` is where every request passes.
// The releaser is replaced inside the ticket, an array that the library makes for each grant: the promise that the
// program gets is the library's own, and nothing runs a tick later than it did.
import { isThenable, prototypeOf, type AnyFunction, type Library, type Recording } from './library.js';
import type { LockRequest } from '../recording/ledger.js';

interface SemaphoreLike {
  readonly _semaphore?: SemaphoreLike;
  isLocked?(): boolean;
  getValue?(): number;
}

type Ticket = [value: number, release: () => void];

export const asyncMutex: Library = {
  modules: ['async-mutex'],
  instrument(exports, recording) {
    const releasing = { now: false };
    const limits: TimeLimits = { asked: undefined };
    recording.patch(prototypeOf(exports, 'Semaphore'), {
      acquire: (original) => recordedAcquire(recording, original, releasing, limits),
      release: (original) => recordedRelease(recording, original, releasing),
      cancel: (original) =>
        function (this: unknown) {
          recording.abandonAll(lockOf(recording, this as SemaphoreLike));
          return original.call(this);
        },
      runExclusive: (original) => onBehalfOfCaller(recording, original, 'runExclusive'),
    });
    recording.patch(prototypeOf(exports, 'Mutex'), {
      acquire: (original) => onBehalfOfCaller(recording, original, 'acquire'),
      runExclusive: (original) => onBehalfOfCaller(recording, original, 'runExclusive'),
    });
    return recording.replaceExports(exports, {
      withTimeout: (original) => timeLimited(recording, original, limits),
      tryAcquire: (original) => timeLimited(recording, original, limits),
    });
  },
};

/** Semaphores that belong to a `Mutex`, found when the mutex first uses its own. */
const mutexes = new WeakSet<object>();

function lockOf(recording: Recording, semaphore: SemaphoreLike) {
  return recording.lockOf(semaphore, () => ({
    library: 'async-mutex',
    kind: mutexes.has(semaphore) ? 'Mutex' : 'Semaphore',
  }));
}

function onBehalfOfCaller({ site }: Recording, original: AnyFunction, operation: string): AnyFunction {
  return function (this: unknown, ...args) {
    const semaphore = (this as SemaphoreLike)._semaphore;
    if (semaphore !== undefined && !mutexes.has(semaphore)) mutexes.add(semaphore);
    return site.during(site.take(operation, this), () => original.apply(this, args));
  };
}

/** The request that was made last, for a time limit around it to know which one it gave up. */
interface TimeLimits {
  asked: LockRequest | undefined;
}

/**
 * `withTimeout(lock, ms)` gives an object that gives up a request which goes on waiting inside of the library. Its own
 * promise is passed on by another one, so that a rejection which nobody handles is still reported: one microtask later.
 */
function timeLimited(recording: Recording, original: AnyFunction, limits: TimeLimits): AnyFunction {
  const { ledger, site } = recording;
  return (...args) => {
    const limited = original(...args) as Record<string, AnyFunction>;
    for (const operation of ['acquire', 'runExclusive']) {
      const inner = limited[operation]!;
      limited[operation] = function (this: unknown, ...given) {
        limits.asked = undefined;
        const result = site.during(site.take(operation, limited), () => inner.apply(limited, given));
        const request = limits.asked as LockRequest | undefined;
        if (request === undefined || operation !== 'acquire') return result;
        return (result as Promise<unknown>).catch((error: unknown) => {
          ledger.abandon(request, true);
          throw error;
        });
      };
    }
    return limited;
  };
}

function recordedAcquire(
  recording: Recording,
  original: AnyFunction,
  releasing: { now: boolean },
  limits: TimeLimits,
): AnyFunction {
  const { ledger, site } = recording;
  return function (this: unknown, ...args) {
    const semaphore = this as Required<SemaphoreLike>;
    const lock = lockOf(recording, semaphore);
    const weight = typeof args[0] === 'number' ? args[0] : 1;
    const contended = semaphore.getValue() < weight || lock.waiters.size > 0;
    const caller = site.take('acquire', this);
    const result = original.apply(this, args);
    if (!isThenable(result)) return result;
    const request = ledger.ask(lock, caller, contended);
    limits.asked = request;
    result.then(
      (ticket) => holdTicket(recording, request, ticket as Ticket, releasing),
      () => ledger.abandon(request),
    );
    return result;
  };
}

function holdTicket({ ledger }: Recording, request: LockRequest, ticket: Ticket, releasing: { now: boolean }): void {
  ledger.grant(request);
  const release = ticket[1];
  ticket[1] = () => {
    releasing.now = true;
    ledger.release(request);
    try {
      release();
    } finally {
      releasing.now = false;
    }
  };
}

/** `lock.release()` does not say which holder it releases; a releaser does, and then calls it. */
function recordedRelease(recording: Recording, original: AnyFunction, releasing: { now: boolean }): AnyFunction {
  return function (this: unknown, ...args) {
    if (!releasing.now) recording.releaseOldest(lockOf(recording, this as SemaphoreLike));
    releasing.now = false;
    return original.apply(this, args);
  };
}
