// Web Locks (Node 24 and later): locks by name, shared or exclusive, held while a callback runs.
import type { LockRecord } from '../recording/ledger.js';
import type { AnyFunction, Prototype, Recording } from './library.js';

interface RequestOptions {
  readonly mode?: 'shared' | 'exclusive';
  readonly signal?: AbortSignal;
  readonly ifAvailable?: boolean;
}

/**
 * Instruments `navigator.locks`, where there is one. Whether a request is contended is judged from this thread's own
 * requests; a wait for another thread is measured all the same.
 */
export function instrumentWebLocks(recording: Recording): void {
  const manager = (globalThis as { navigator?: { locks?: object } }).navigator?.locks;
  if (manager === undefined) return;
  const locks = new Map<string, LockRecord>();
  recording.patch(Object.getPrototypeOf(manager) as Prototype, {
    request: (original) =>
      function (this: unknown, name, ...rest) {
        const body = rest.at(-1);
        if (typeof body !== 'function') return original.call(this, name, ...rest);
        const options = (rest.length > 1 ? rest[0] : {}) as RequestOptions;
        return recordedRequest(this, recording, locks, original, String(name), options, body as AnyFunction);
      },
  });
}

function recordedRequest(
  manager: unknown,
  recording: Recording,
  locks: Map<string, LockRecord>,
  original: AnyFunction,
  name: string,
  options: RequestOptions,
  body: AnyFunction,
): unknown {
  const { ledger, site } = recording;
  if (locks.size >= mostNames) dropIdle(locks);
  let lock = locks.get(name);
  if (lock === undefined) locks.set(name, (lock = ledger.lock({ library: 'Web Locks', kind: 'lock', name })));
  const shared = options.mode === 'shared';
  const onlyReaders = lock.waiters.size === 0 && [...lock.holders].every((holder) => readers.has(holder));
  const request = ledger.ask(lock, site.take('request', manager), !(lock.isFree || (shared && onlyReaders)), true);
  if (shared) readers.add(request);
  options.signal?.addEventListener('abort', () => ledger.abandon(request), { once: true });
  const section: AnyFunction = (granted) => {
    if (granted !== null) return recording.runSection(request, () => body(granted));
    ledger.abandon(request);
    return body(granted);
  };
  return original.call(manager, name, options, section);
}

/** How many names are remembered before those that nobody uses are dropped. */
const mostNames = 1_000;

function dropIdle(locks: Map<string, LockRecord>): void {
  for (const [name, lock] of locks) if (lock.isFree) locks.delete(name);
}

/** Requests of shared mode. */
const readers = new WeakSet<object>();
