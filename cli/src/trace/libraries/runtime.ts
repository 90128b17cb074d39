// Our own runtime publishes what its locks do on diagnostics channels; nothing of it is replaced.
import { subscribe } from 'node:diagnostics_channel';
import type { LockRequest } from '../recording/ledger.js';
import type { Recording } from './library.js';

/** What the runtime publishes about a lock. */
interface LockMessage {
  readonly lock: { readonly kind?: string; readonly name?: string | undefined };
  /** The identity of a request that waits; absent for a lock that was free. */
  readonly request?: object | undefined;
  /** The identity of a grant. */
  readonly guard?: object;
}

export function recordRuntime(recording: Recording): void {
  const { ledger, site } = recording;
  const waiting = new WeakMap<object, LockRequest>();
  const granted = new WeakMap<object, LockRequest>();
  const lockOf = ({ lock }: LockMessage) =>
    recording.lockOf(lock, () => ({
      library: '@lockwise/runtime',
      kind: lock.kind ?? 'lock',
      ...(lock.name !== undefined && { name: lock.name }),
    }));
  on('wait', (message) => {
    if (message.request !== undefined)
      waiting.set(message.request, ledger.ask(lockOf(message), site.take('acquire', message.lock), true));
  });
  on('acquire', (message) => {
    const queued = message.request && waiting.get(message.request);
    if (queued !== undefined) ledger.grant(queued);
    const request = queued ?? ledger.ask(lockOf(message), site.take('acquire', message.lock), false);
    if (message.guard !== undefined) granted.set(message.guard, request);
  });
  on('release', ({ guard }) => {
    const request = guard && granted.get(guard);
    if (request !== undefined) ledger.release(request);
  });
  const over =
    (timedOut: boolean) =>
    ({ request }: LockMessage) => {
      const queued = request && waiting.get(request);
      if (queued !== undefined) ledger.abandon(queued, timedOut);
    };
  on('abort', over(false));
  on('timeout', over(true));
}

function on(event: string, handle: (message: LockMessage) => void): void {
  subscribe(`@lockwise/runtime:lock:${event}`, (message) => handle(message as LockMessage));
}
