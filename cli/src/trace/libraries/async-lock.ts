// async-lock: one lock per key, and a section is a callback that is either given a `done` function or returns a promise.
import type { LockRecord, LockRequest } from '../recording/ledger.js';
import type { Site } from '../recording/sites.js';
import { isThenable, prototypeOf, type AnyFunction, type Library, type Recording } from './library.js';

interface AsyncLockLike {
  readonly queues: Record<string, unknown>;
  readonly Promise: PromiseConstructor;
}

export const asyncLock: Library = {
  modules: ['async-lock'],
  instrument(exports, recording) {
    const locks = new KeyedLocks(recording);
    recording.patch(prototypeOf(exports, '', 'default', 'module.exports'), {
      acquire: (original) =>
        function (this: unknown, ...args) {
          const site = recording.site.take('acquire', this);
          if (Array.isArray(args[0])) return acquireAll(this as object, original, args, locks, site);
          return acquireOne(this as AsyncLockLike, original, args, locks, site);
        },
    });
    return exports;
  },
};

/** The records of the keys that are held or waited for, per lock object. */
class KeyedLocks {
  readonly recording: Recording;
  readonly #byLock = new WeakMap<object, Map<string, LockRecord>>();

  constructor(recording: Recording) {
    this.recording = recording;
  }

  of(lock: object, key: string): LockRecord {
    let keys = this.#byLock.get(lock);
    if (keys === undefined) this.#byLock.set(lock, (keys = new Map()));
    let record = keys.get(key);
    if (record === undefined)
      keys.set(key, (record = this.recording.ledger.lock({ library: 'async-lock', kind: 'AsyncLock', name: key })));
    return record;
  }

  /** Forgets a key that nobody uses: a program may use any number of keys. */
  dropIdle(lock: object, key: string): void {
    const keys = this.#byLock.get(lock);
    if (keys?.get(key)?.isFree === true) keys.delete(key);
  }
}

/** The library takes several keys by calling its own `acquire` for each, later; those calls count for the same site. */
function acquireAll(lock: object, original: AnyFunction, args: unknown[], locks: KeyedLocks, site: Site): unknown {
  const forSite = Object.create(lock, {
    acquire: {
      value: (...inner: unknown[]) => acquireOne(lock as AsyncLockLike, original, inner, locks, site),
    },
  }) as object;
  return original.apply(forSite, args);
}

function acquireOne(
  lock: AsyncLockLike,
  original: AnyFunction,
  args: unknown[],
  locks: KeyedLocks,
  site: Site,
): unknown {
  const { recording } = locks;
  const [givenKey, body, ...rest] = args;
  const key = String(givenKey);
  if (typeof body !== 'function') return original.apply(lock, args);
  const request = recording.ledger.ask(locks.of(lock, key), site, lock.queues[key] !== undefined);
  const over = () => {
    recording.ledger.release(request);
    locks.dropIdle(lock, key);
  };
  const gaveUp = (error: unknown) => {
    recording.ledger.abandon(request, error instanceof Error && /timed out/.test(error.message));
    locks.dropIdle(lock, key);
  };
  const section = recordedBody(recording, request, body as AnyFunction, over);
  const settled = (error: unknown) => {
    if (request.isWaiting) gaveUp(error);
  };
  if (typeof rest[0] === 'function') {
    const done = rest[0] as AnyFunction;
    rest[0] = function (this: unknown, ...results: unknown[]) {
      settled(results[0]);
      return done.apply(this, results);
    };
    return original.call(lock, givenKey, section, ...rest);
  }
  // What the library does itself for a caller without callback; so a rejection that nobody handles is still reported.
  return new lock.Promise((resolve, reject) => {
    const done = (error: unknown, value: unknown) => {
      settled(error);
      if (error) reject(error);
      else resolve(value);
    };
    original.call(lock, givenKey, section, done, ...rest);
  });
}

/** Keeps the number of parameters: a body with one gets `done`, and holds the lock until it calls it. */
function recordedBody(recording: Recording, request: LockRequest, body: AnyFunction, over: () => void): AnyFunction {
  const { ledger } = recording;
  if (body.length !== 1)
    return function (this: unknown) {
      return finishing(
        recording.runSection(request, () => body.call(this)),
        over,
      );
    };
  return function (this: unknown, done: unknown) {
    ledger.grant(request);
    return body.call(this, (...results: unknown[]) => {
      over();
      return (done as AnyFunction)(...results);
    });
  };
}

function finishing(result: unknown, over: () => void): unknown {
  if (isThenable(result)) result.then(over, over);
  else over();
  return result;
}
