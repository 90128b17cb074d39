/** What went wrong, for code that must not depend on the class identity of one copy of this package. */
export type AsyncPrimitiveErrorCode =
  | 'ERR_TIMEOUT'
  | 'ERR_QUEUE_FULL'
  | 'ERR_RELEASED_GUARD'
  | 'ERR_ASYNC_IN_SYNC_SECTION'
  | 'ERR_DEADLOCK'
  | 'ERR_LOCK_ORDER'
  | 'ERR_CLOSED';

/** The base of every error that a primitive raises of its own. An abort is no error of ours: it rejects with `signal.reason`. */
export abstract class AsyncPrimitiveError extends Error {
  abstract readonly code: AsyncPrimitiveErrorCode;
  /** The name of the lock, when it was given one. */
  readonly lockName: string | undefined;

  constructor(message: string, lockName?: string) {
    super(message);
    this.lockName = lockName;
  }
}

/** A wait or an operation took longer than its limit. */
export class TimeoutError extends AsyncPrimitiveError {
  override readonly name = 'TimeoutError';
  readonly code = 'ERR_TIMEOUT';
  /** The limit that passed, in ms. */
  readonly timeout: number;

  constructor(timeout: number, message: string, lockName?: string) {
    super(message, lockName);
    this.timeout = timeout;
  }
}

/** The queue of a lock or of a batcher is at its configured limit. */
export class QueueFullError extends AsyncPrimitiveError {
  override readonly name = 'QueueFullError';
  readonly code = 'ERR_QUEUE_FULL';
}

/** The value of a guard was touched after the guard was released. */
export class ReleasedGuardError extends AsyncPrimitiveError {
  override readonly name = 'ReleasedGuardError';
  readonly code = 'ERR_RELEASED_GUARD';
}

/** A section that must be synchronous returned a promise: its work would go on after the release. */
export class AsyncInSyncSectionError extends AsyncPrimitiveError {
  override readonly name = 'AsyncInSyncSectionError';
  readonly code = 'ERR_ASYNC_IN_SYNC_SECTION';
}

/** The primitive was disposed and takes no further work. */
export class ClosedError extends AsyncPrimitiveError {
  override readonly name = 'ClosedError';
  readonly code = 'ERR_CLOSED';
}
