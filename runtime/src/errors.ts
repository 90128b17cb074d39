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
export class AsyncPrimitiveError extends Error {
  readonly code: AsyncPrimitiveErrorCode;
  readonly lockName: string | undefined;

  constructor(
    code: AsyncPrimitiveErrorCode,
    message: string,
    options?: ErrorOptions & { lockName?: string | undefined },
  ) {
    super(message, options);
    this.code = code;
    this.lockName = options?.lockName;
  }
}

/** A wait or an operation took longer than its limit. */
export class TimeoutError extends AsyncPrimitiveError {
  override readonly name = 'TimeoutError';
  /** The limit that passed, in ms. */
  readonly timeout: number;

  constructor(timeout: number, message: string, options?: ErrorOptions & { lockName?: string | undefined }) {
    super('ERR_TIMEOUT', message, options);
    this.timeout = timeout;
  }
}

/** The queue of a lock or of a batcher is at its configured limit. */
export class QueueFullError extends AsyncPrimitiveError {
  override readonly name = 'QueueFullError';

  constructor(message: string, options?: ErrorOptions & { lockName?: string | undefined }) {
    super('ERR_QUEUE_FULL', message, options);
  }
}

/** The value of a guard was touched after the guard was released. */
export class ReleasedGuardError extends AsyncPrimitiveError {
  override readonly name = 'ReleasedGuardError';

  constructor(message: string, options?: ErrorOptions & { lockName?: string | undefined }) {
    super('ERR_RELEASED_GUARD', message, options);
  }
}

/** A section that must be synchronous returned a promise: its work would go on after the release. */
export class AsyncInSyncSectionError extends AsyncPrimitiveError {
  override readonly name = 'AsyncInSyncSectionError';

  constructor(message: string, options?: ErrorOptions & { lockName?: string | undefined }) {
    super('ERR_ASYNC_IN_SYNC_SECTION', message, options);
  }
}

/** The primitive was disposed and takes no further work. */
export class ClosedError extends AsyncPrimitiveError {
  override readonly name = 'ClosedError';

  constructor(message: string, options?: ErrorOptions & { lockName?: string | undefined }) {
    super('ERR_CLOSED', message, options);
  }
}
