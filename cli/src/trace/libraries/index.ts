// The libraries that the recorder knows by their modules; our own runtime publishes events, and Web Locks are a global.
import { asyncLock } from './async-lock.js';
import { asyncMutex } from './async-mutex.js';
import { pLimit, pQueue } from './limiters.js';
import { asyncSema, awaitLock, livekitMutex, mutexify } from './plain-locks.js';
import type { Library } from './library.js';

export const libraries: readonly Library[] = [
  asyncMutex,
  asyncLock,
  livekitMutex,
  pLimit,
  pQueue,
  awaitLock,
  mutexify,
  asyncSema,
];
