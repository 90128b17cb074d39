import { AsyncInSyncSectionError } from './errors.js';
import type { Grant } from './lock-core.js';
import { observer } from './observer.js';
import type { WaitOptions } from './wait-options.js';

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

/** The result of a section that had to be synchronous, or the error that it was not. */
export function syncResult<R>(result: R): R {
  if (!isThenable(result)) return result;
  // The promise is left to itself here: its rejection must not end the process on top of the error below.
  result.then(undefined, () => {});
  throw new AsyncInSyncSectionError('a synchronous section returned a promise');
}

type Section<G, R> = (guard: G) => R | PromiseLike<R>;
type Releasable = Pick<Grant, 'release'>;

/** Runs `section` under a grant that is there or still to come, and releases it when its outcome is settled. */
export function runSection<G extends Releasable, R>(
  request: G | Promise<G>,
  section: Section<G, R>,
  options?: WaitOptions,
): Promise<R> {
  if (request instanceof Promise) return runLater(request, section, options);
  let result: R | PromiseLike<R>;
  try {
    result = entered(request, section);
  } catch (error) {
    request.release();
    return Promise.reject(error);
  }
  if (isThenable(result)) return releaseAfter(request, result as PromiseLike<R>);
  request.release();
  return Promise.resolve(result);
}

function entered<G extends Releasable, R>(guard: G, section: Section<G, R>): R | PromiseLike<R> {
  return observer ? observer.enter(guard, section) : section(guard);
}

async function runLater<G extends Releasable, R>(
  request: Promise<G>,
  section: Section<G, R>,
  options: WaitOptions | undefined,
): Promise<R> {
  const guard = await request;
  try {
    // A grant that was made before the signal aborted is delivered, but its section no longer begins.
    options?.signal?.throwIfAborted();
    const result = entered(guard, section);
    return isThenable(result) ? await (result as PromiseLike<R>) : result;
  } finally {
    guard.release();
  }
}

async function releaseAfter<R>(guard: Releasable, result: PromiseLike<R>): Promise<R> {
  try {
    return await result;
  } finally {
    guard.release();
  }
}
