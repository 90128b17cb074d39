import { Mutex as LivekitMutex } from '@livekit/mutex';
import { Mutex } from 'async-mutex';
import { describe, expect, it } from 'vitest';
import {
  AsyncInSyncSectionError,
  AsyncMutex,
  AsyncRwLock,
  conditionalUpdate,
  quickRead,
  quickReadExtract,
  TimeoutError,
  tryQuickRead,
} from '@lockwise/runtime';

const state = { count: 3, tags: new Map([['a', 1]]) };

describe('quickRead', () => {
  it('reads the value of our locks, in the tick of the caller when they are free', async () => {
    for (const lock of [new AsyncRwLock(state), new AsyncMutex(state)]) {
      let seen = 0;
      const result = quickRead(lock, (value) => (seen = value.count));
      expect(seen).toBe(3);
      await expect(result).resolves.toBe(3);
    }
  });

  it('waits for its turn when the lock is held', async () => {
    for (const lock of [new AsyncRwLock({ count: 1 }), new AsyncMutex({ count: 1 })]) {
      const guard = await ('write' in lock ? lock.write() : lock.acquire());
      const result = quickRead(lock, (value) => value.count);
      expect(tryQuickRead(lock, (value) => value.count)).toBeUndefined();
      guard.value = { count: 2 };
      guard.release();
      await expect(result).resolves.toBe(2);
      expect(tryQuickRead(lock, (value) => value.count)).toEqual({ value: 2 });
    }
  });

  it('releases and rejects when the extractor throws or returns a promise', async () => {
    for (const lock of [new AsyncRwLock(1), new AsyncMutex(1), new Mutex()]) {
      const error = new Error('mine');
      const thrown = quickRead(lock as AsyncMutex<number>, () => {
        throw error;
      });
      await expect(thrown).rejects.toBe(error);
      const untyped = (() => Promise.reject(new Error('unseen'))) as () => never;
      await expect(quickRead(lock as AsyncMutex<number>, untyped)).rejects.toThrow(AsyncInSyncSectionError);
      expect(tryQuickRead(lock as AsyncMutex<number>, () => 1)).toEqual({ value: 1 });
    }
  });
});

describe('quickRead with locks of other libraries', () => {
  class Counter {
    count = 7;
    readonly mutex = new Mutex();
    readonly livekit = new LivekitMutex();
  }

  it('takes the Mutex of async-mutex beside plain fields', async () => {
    const counter = new Counter();
    const release = await counter.mutex.acquire();
    const read = quickRead(counter.mutex, () => counter.count);
    expect(tryQuickRead(counter.mutex, () => counter.count)).toBeUndefined();
    counter.count = 8;
    release();
    await expect(read).resolves.toBe(8);
    expect(counter.mutex.isLocked()).toBe(false);
    expect(tryQuickRead(counter.mutex, () => counter.count)).toEqual({ value: 8 });
  });

  it('takes the Mutex of @livekit/mutex', async () => {
    const counter = new Counter();
    const unlock = await counter.livekit.lock();
    const read = quickRead(counter.livekit, () => counter.count);
    counter.count = 9;
    unlock();
    await expect(read).resolves.toBe(9);
    expect(counter.livekit.isLocked()).toBe(false);
  });

  it('bounds the wait, and gives a grant back that comes too late', async () => {
    const { mutex } = new Counter();
    const release = await mutex.acquire();
    let ran = 0;
    await expect(quickRead(mutex, () => ran++, { timeout: 3 })).rejects.toThrow(TimeoutError);
    const controller = new AbortController();
    const aborted = quickRead(mutex, () => ran++, { signal: controller.signal });
    controller.abort('gone');
    await expect(aborted).rejects.toBe('gone');
    release();
    await expect(quickRead(mutex, () => 'free again')).resolves.toBe('free again');
    expect(ran).toBe(0);
    expect(mutex.isLocked()).toBe(false);
  });

  it('is done when the lock is given back', async () => {
    const mutex = new Mutex();
    expect(await quickRead(mutex, () => 1)).toBe(1);
    expect(mutex.isLocked()).toBe(false);
    expect(await quickRead(mutex, () => 1, { timeout: 100 })).toBe(1);
    expect(mutex.isLocked()).toBe(false);
  });

  it('says what it takes when it is given something else', async () => {
    await expect(quickRead({} as never, () => 1)).rejects.toThrow('lock must be a lock with withReadSync()');
  });
});

describe('quickReadExtract', () => {
  it('detaches the result while the lock is held', async () => {
    const lock = new AsyncRwLock({ list: [1, 2] });
    const list = await quickReadExtract(lock, (value) => value.list);
    const guard = await lock.write();
    guard.value.list.push(3);
    guard.release();
    expect(list).toEqual([1, 2]);
    await expect(quickReadExtract(lock, (value) => value.list.length)).resolves.toBe(3);
    const clone = (list: readonly number[]) => list.slice(0, 1);
    await expect(quickReadExtract(lock, (value) => value.list, { clone })).resolves.toEqual([1]);
  });
});

describe('conditionalUpdate', () => {
  it('lets exactly one of many racing callers update when the condition holds once', async () => {
    for (const lock of [new AsyncRwLock(false), new AsyncMutex(false)] as AsyncRwLock<boolean>[]) {
      const outcomes = await Promise.all(
        [1, 2, 3].map((n) =>
          conditionalUpdate(
            lock,
            (started) => !started,
            async (guard) => {
              await Promise.resolve();
              guard.value = true;
              return n;
            },
          ),
        ),
      );
      expect(outcomes.filter(({ updated }) => updated)).toEqual([{ updated: true, result: 1 }]);
    }
  });

  it('does not queue for write when the condition does not hold', async () => {
    const lock = new AsyncRwLock(1);
    const reader = await lock.read();
    const outcome = conditionalUpdate(
      lock,
      (value) => value > 1,
      () => 'never',
    );
    expect(lock.waiters).toBe(0);
    await expect(outcome).resolves.toEqual({ updated: false });
    reader.release();
  });
});
