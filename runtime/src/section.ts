import { AsyncInSyncSectionError } from './errors.js';
import { observer } from './observer.js';
import type { WaitOptions } from './wait-options.js';

interface Grant {
  release(): void;
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return false;
  return typeof (value as { then?: unknown }).then === 'function';
}

/** Runs `body` under a grant that is there or still to come, and releases it when the outcome of `body` is settled. */
export function runSection<G extends Grant, R>(
  grant: G | Promise<G>,
  body: (guard: G) => R | PromiseLike<R>,
  options?: WaitOptions,
): Promise<R> {
  if (grant instanceof Promise) return grant.then((guard) => runGranted(unlessAborted(guard, options), body));
  return runGranted(grant, body);
}

/** Runs `body` under a grant and releases it in the same tick; a promise from `body` is refused. */
export function runSyncSection<G extends Grant, R>(
  grant: G | Promise<G>,
  body: (guard: G) => R,
  options?: WaitOptions,
): Promise<R> {
  if (grant instanceof Promise) return grant.then((guard) => runSyncGranted(unlessAborted(guard, options), body));
  try {
    return Promise.resolve(runSyncGranted(grant, body));
  } catch (error) {
    return Promise.reject(error);
  }
}

/** The result of a section that had to be synchronous, or the error that it was not. */
export function syncResult<R>(result: R): R {
  if (!isThenable(result)) return result;
  // The promise is left to itself here: its rejection must not end the process on top of the error below.
  result.then(undefined, () => {});
  throw new AsyncInSyncSectionError(
    'the callback of a synchronous section returned a promise, and its work would go on after the release',
  );
}

/** A grant that was made before the signal aborted is delivered, but its section no longer begins. */
function unlessAborted<G extends Grant>(guard: G, options: WaitOptions | undefined): G {
  const signal = options?.signal;
  if (signal === undefined || !signal.aborted) return guard;
  guard.release();
  throw signal.reason;
}

export function runGranted<G extends Grant, R>(guard: G, body: (guard: G) => R | PromiseLike<R>): Promise<R> {
  let result: R | PromiseLike<R>;
  try {
    result = observer === undefined ? body(guard) : observer.enter(guard, () => body(guard));
  } catch (error) {
    guard.release();
    return Promise.reject(error);
  }
  if (isThenable(result)) return releaseAfter(guard, result as PromiseLike<R>);
  guard.release();
  return Promise.resolve(result);
}

function runSyncGranted<G extends Grant, R>(guard: G, body: (guard: G) => R): R {
  let result: R;
  try {
    result = observer === undefined ? body(guard) : observer.enter(guard, () => body(guard));
  } finally {
    guard.release();
  }
  return syncResult(result);
}

async function releaseAfter<R>(guard: Grant, result: PromiseLike<R>): Promise<R> {
  try {
    return await result;
  } finally {
    guard.release();
  }
}
