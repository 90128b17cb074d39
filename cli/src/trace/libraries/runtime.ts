// Our own runtime tells an observer what its locks do; nothing of it is replaced. Its module that keeps the observers
// gives itself up to the recorder when it is loaded (see loading/source-files.ts), before any lock is made.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Stamp } from '../recording/stamp.js';
import type { Recording } from './library.js';

/** What the runtime tells about a lock. */
interface ObservedLock {
  readonly kind: string;
  readonly name: string | undefined;
}

/** The part of the runtime's observer that is used here. */
interface LockObserver {
  waits(lock: ObservedLock, request: object): void;
  acquired(lock: ObservedLock, guard: object, request: object | undefined): void;
  released(lock: ObservedLock, guard: object): void;
  abandoned(lock: ObservedLock, request: object, why: 'abort' | 'timeout'): void;
}

/** The name of the global function that the runtime's module calls with its `observeLocks`. */
export const runtimeObserverName = '__lockwise$observe';

/** Records every copy of the runtime that the program loads. */
export function recordRuntime(recording: Recording): void {
  const observe = (observeLocks: (observer: LockObserver) => void, url: string) => {
    recording.site.ignore(dirname(fileURLToPath(url)));
    observeLocks(observerOf(recording));
  };
  Object.defineProperty(globalThis, runtimeObserverName, { value: observe });
}

function observerOf(recording: Recording): LockObserver {
  const { ledger, site } = recording;
  const lockOf = (lock: ObservedLock) =>
    recording.lockOf(lock, () => ({
      library: '@lockwise/runtime',
      kind: lock.kind,
      ...(lock.name !== undefined && { name: lock.name }),
    }));
  return {
    waits: (lock, request) => {
      Stamp.set(request, ledger.ask(lockOf(lock), site.take('acquire', lock), true));
    },
    acquired: (lock, guard, queued) => {
      const waited = queued && Stamp.get(queued);
      if (waited !== undefined) ledger.grant(waited);
      Stamp.set(guard, waited ?? ledger.ask(lockOf(lock), site.take('acquire', lock), false));
    },
    released: (_, guard) => {
      const request = Stamp.get(guard);
      if (request !== undefined) ledger.release(request);
    },
    abandoned: (_, queued, why) => {
      const request = Stamp.get(queued);
      if (request !== undefined) ledger.abandon(request, why === 'timeout');
    },
  };
}
