export { AsyncMutex, type LockArguments } from './async-mutex.js';
export { AsyncRwLock } from './async-rw-lock.js';
export { conditionalUpdate, type UpdateOutcome } from './conditional-update.js';
export * from './errors.js';
export type { MutexGuard, ReadGuard, ReadView, SyncResult, WriteGuard } from './guards.js';
export type { LockOptions } from './lock-queue.js';
export { quickRead, quickReadExtract, tryQuickRead, type ExtractOptions } from './quick-read.js';
export type { Extracted, PlainLock, PollableLock, Readable } from './readable.js';
export type { WaitOptions } from './wait-options.js';
