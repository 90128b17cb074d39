import type * as Runtime from '@lockwise/runtime';
import type { LawLock, Plan } from './lock-law.js';
import type { LockModel, RwMode } from './model.js';

/** The library under test: the real one, or a mutant of it. */
export type Library = typeof Runtime;

export function mutexLock({ AsyncMutex }: Library): LawLock<RwMode> {
  const mutex = new AsyncMutex('value');
  return {
    acquire: (_mode, options) => mutex.acquire(options),
    tryAcquire: () => mutex.tryAcquire(),
    section: (_mode, body, options) => mutex.withLock(body, options),
    quick: (_mode, body, options) => mutex.withLockSync(body, options),
    state: () => `${mutex.isLocked ? 'held' : 'free'}, ${mutex.waiters} wait`,
    expected: ({ holders, queue }) => `${holders.size > 0 ? 'held' : 'free'}, ${queue.length} wait`,
  };
}

export function rwLock({ AsyncRwLock, quickRead }: Library): LawLock<RwMode> {
  const lock = new AsyncRwLock('value');
  return {
    acquire: (mode, options) => lock[mode](options),
    tryAcquire: (mode) => (mode === 'read' ? lock.tryRead() : lock.tryWrite()),
    section: (mode, body, options) => (mode === 'read' ? lock.withRead(body, options) : lock.withWrite(body, options)),
    quick: (mode, body, options) =>
      mode === 'read' ? quickRead(lock, body, options) : lock.withWrite(() => body(), options),
    downgrade: (guard) => (guard as Runtime.WriteGuard<string>).downgrade(),
    state: () => `${lock.readers} read, ${lock.isWriting ? 1 : 0} writes, ${lock.waiters} wait`,
    expected: ({ holders, queue }) => {
      const modes = [...holders.values()];
      const count = (mode: RwMode): number => modes.filter((held) => held === mode).length;
      return `${count('read')} read, ${count('write')} writes, ${queue.length} wait`;
    },
  };
}

export function semaphoreLock({ Semaphore }: Library, capacity: number): LawLock<number> {
  const semaphore = new Semaphore(capacity);
  return {
    acquire: (weight, options) => semaphore.acquire({ ...options, weight }),
    tryAcquire: (weight) => semaphore.tryAcquire(weight),
    section: (weight, body, options) => semaphore.withPermit(body, { ...options, weight }),
    quick: (weight, body, options) => semaphore.withPermit(() => body(), { ...options, weight }),
    state: () => `${semaphore.available} free, ${semaphore.waiters} wait`,
    expected: ({ holders, queue }) => {
      const taken = [...holders.values()].reduce((sum, weight) => sum + weight, 0);
      return `${capacity - taken} free, ${queue.length} wait`;
    },
  };
}

/** One key of a keyed mutex, which must have an entry if and only if the key is held. */
export function keyLock({ KeyedMutex }: Library): LawLock<RwMode> {
  const keyed = new KeyedMutex();
  return {
    acquire: (_mode, options) => keyed.acquire('key', options),
    tryAcquire: () => keyed.tryAcquire('key'),
    section: (_mode, body, options) => keyed.withLock('key', body, options),
    quick: (_mode, body, options) => keyed.withLock('key', body, options),
    state: () => `${keyed.size} keys, ${keyed.waiters('key')} wait`,
    expected: ({ holders, queue }: LockModel<RwMode>) => `${holders.size > 0 ? 1 : 0} keys, ${queue.length} wait`,
  };
}

const plan = <M>(mode: M, form: Plan<M>['form'], end: Plan<M>['end'], bound: Plan<M>['bound']): Plan<M> => ({
  mode,
  form,
  end,
  bound,
});

/** What a task can do with an exclusive lock, one plan for each thing that could go wrong. */
export const exclusivePlans: readonly Plan<RwMode>[] = [
  plan('write', 'guard', 'return', 'abort'),
  plan('write', 'guard', 'release twice', 'none'),
  plan('write', 'section', 'return', 'abort'),
  plan('write', 'section', 'throw', 'timeout'),
  plan('write', 'quick', 'return', 'abort'),
  plan('write', 'try', 'return', 'none'),
];

export const rwPlans: readonly Plan<RwMode>[] = [
  plan('read', 'guard', 'return', 'abort'),
  plan('read', 'guard', 'release twice', 'none'),
  plan('read', 'section', 'throw', 'timeout'),
  plan('read', 'quick', 'return', 'none'),
  plan('read', 'try', 'return', 'none'),
  plan('write', 'guard', 'downgrade', 'none'),
  plan('write', 'guard', 'return', 'abort'),
  plan('write', 'section', 'return', 'timeout'),
];

/** For a semaphore of capacity 2. */
export const semaphorePlans: readonly Plan<number>[] = [
  plan(1, 'guard', 'return', 'abort'),
  plan(1, 'guard', 'release twice', 'none'),
  plan(1, 'section', 'throw', 'timeout'),
  plan(1, 'try', 'return', 'none'),
  plan(2, 'guard', 'return', 'timeout'),
  plan(2, 'section', 'return', 'abort'),
];

/** All sequences of `length` plans. */
export function sequences<P>(plans: readonly P[], length: number): readonly (readonly P[])[] {
  if (length === 0) return [[]];
  const shorter = sequences(plans, length - 1);
  return plans.flatMap((first) => shorter.map((rest) => [first, ...rest]));
}
