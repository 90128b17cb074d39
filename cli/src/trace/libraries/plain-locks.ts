// The small locks: @livekit/mutex, await-lock, async-sema and mutexify.
import type { LockRequest } from '../recording/ledger.js';
import { isThenable, looksLike, prototypeOf, type AnyFunction, type Library, type Recording } from './library.js';

/**
 * @livekit/mutex: `lock()` gives the function that unlocks. The promise that the program gets is derived from the
 * library's, because the function can be replaced in no other way: the section starts one microtask later than without
 * the recorder.
 */
export const livekitMutex: Library = {
  modules: ['@livekit/mutex'],
  instrument(exports, recording) {
    for (const kind of ['Mutex', 'MultiMutex'])
      recording.patch(prototypeOf(exports, kind), {
        lock: (original) =>
          function (this: unknown) {
            const lock = recording.lockOf(this as object, { library: '@livekit/mutex', kind });
            const busy = (this as { isLocked(): boolean }).isLocked();
            const request = recording.ledger.ask(lock, recording.site.take('lock', this), busy);
            return (original.call(this) as Promise<AnyFunction>).then((unlock) => holding(recording, request, unlock));
          },
      });
    return exports;
  },
};

/** Marks the request as granted, and gives what the holder calls to release. */
function holding({ ledger }: Recording, request: LockRequest, release: AnyFunction): AnyFunction {
  ledger.grant(request);
  return looksLike(function (this: unknown, ...args) {
    ledger.release(request);
    return release.apply(this, args);
  }, release);
}

/** await-lock: one holder, released by the lock's own method. */
export const awaitLock: Library = {
  modules: ['await-lock'],
  instrument(exports, recording) {
    const { ledger, site } = recording;
    const lockOf = (lock: unknown) => recording.lockOf(lock as object, { library: 'await-lock', kind: 'AwaitLock' });
    const attempt = (original: AnyFunction): AnyFunction =>
      function (this: unknown) {
        const caller = site.take('tryAcquire', this);
        const taken = original.call(this);
        if (taken === true) ledger.grant(ledger.ask(lockOf(this), caller, false));
        else ledger.refuse(lockOf(this), caller);
        return taken;
      };
    recording.patch(prototypeOf(exports, 'default', ''), {
      acquireAsync: (original) =>
        function (this: unknown, ...args) {
          const request = ledger.ask(lockOf(this), site.take('acquireAsync', this), isAcquired(this));
          return onSettled(recording, request, original.apply(this, args));
        },
      tryAcquire: attempt,
      release: (original) =>
        function (this: unknown) {
          recording.releaseOldest(lockOf(this));
          return original.call(this);
        },
    });
    return exports;
  },
};

/** The getter is public since version 2; version 1 has the field. */
function isAcquired(lock: unknown): boolean {
  const { acquired, _acquired } = lock as { acquired?: boolean; _acquired?: boolean };
  return acquired ?? _acquired ?? false;
}

/** Follows a request whose promise is fulfilled by the grant and rejected by a time limit. */
function onSettled({ ledger }: Recording, request: LockRequest, promise: unknown): unknown {
  if (isThenable(promise))
    promise.then(
      () => ledger.grant(request),
      () => ledger.abandon(request, true),
    );
  return promise;
}

/** async-sema: tokens, given back by the semaphore's own method. Its tokens are alike, so the oldest holder is released. */
export const asyncSema: Library = {
  modules: ['async-sema'],
  instrument(exports, recording) {
    const { ledger, site } = recording;
    const lockOf = (lock: unknown) => recording.lockOf(lock as object, { library: 'async-sema', kind: 'Sema' });
    const acquiring =
      (operation: string) =>
      (original: AnyFunction): AnyFunction =>
        function (this: unknown) {
          const busy = (this as { free: { length: number } }).free.length === 0;
          const request = ledger.ask(lockOf(this), site.take(operation, this), busy);
          return onSettled(
            recording,
            request,
            withoutAttempts.run(() => original.call(this)),
          );
        };
    const withoutAttempts = new Reentry();
    recording.patch(prototypeOf(exports, 'Sema'), {
      acquire: acquiring('acquire'),
      v: acquiring('v'),
      drain: (original) =>
        function (this: unknown) {
          return site.during(site.take('drain', this), () => original.call(this));
        },
      tryAcquire: (original) =>
        function (this: unknown) {
          const token = original.call(this);
          if (withoutAttempts.active) return token;
          const caller = site.take('tryAcquire', this);
          if (token === undefined) ledger.refuse(lockOf(this), caller);
          else ledger.grant(ledger.ask(lockOf(this), caller, false));
          return token;
        },
      release: (original) =>
        function (this: unknown, ...args) {
          recording.releaseOldest(lockOf(this));
          return original.apply(this, args);
        },
    });
    return exports;
  },
};

/** Tells a library's calls to itself from the program's: true while an instrumented method runs the original. */
class Reentry {
  active = false;

  run<R>(call: () => R): R {
    const before = this.active;
    this.active = true;
    try {
      return call();
    } finally {
      this.active = before;
    }
  }
}

/** mutexify: the lock is a function, called with what runs when it is held; `mutexify/promise` builds on it. */
export const mutexify: Library = {
  modules: ['mutexify', 'mutexify/promise'],
  instrument(exports, recording, module) {
    const make = module.endsWith('promise') ? promiseLock : callbackLock;
    const replaced = (original: AnyFunction) =>
      recording.replacement(
        original,
        () =>
          (...args) =>
            make(recording, original(...args) as LockFunction),
      );
    if (typeof exports === 'function') return replaced(exports);
    if (typeof exports['default'] === 'function') exports['default'] = replaced(exports['default'] as AnyFunction);
    return exports;
  },
};

function callbackLock(recording: Recording, acquire: LockFunction): AnyFunction {
  const lock = recording.lockOf(acquire, { library: 'mutexify', kind: 'mutex' });
  const recorded: AnyFunction = function (this: unknown, body) {
    const request = recording.ledger.ask(lock, recording.site.take('lock', this, recorded), acquire.locked);
    return acquire((release: AnyFunction) => (body as AnyFunction)(holding(recording, request, release)));
  };
  return withLockedState(recorded, acquire);
}

/** It calls the callback form within the same turn, for the caller's site. */
function promiseLock({ site }: Recording, acquire: LockFunction): AnyFunction {
  const recorded: AnyFunction = function (this: unknown) {
    return site.during(site.take('lock', this, recorded), () => acquire());
  };
  return withLockedState(recorded, acquire);
}

type LockFunction = AnyFunction & { readonly locked: boolean };

function withLockedState(recorded: AnyFunction, original: LockFunction): AnyFunction {
  return Object.defineProperty(recorded, 'locked', { get: () => original.locked, enumerable: true });
}
