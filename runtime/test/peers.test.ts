import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import { getSemaphore } from '@henrygd/semaphore';
import { Mutex as OtherMutex, withTimeout as limited } from 'async-mutex';
import { bulkhead, ConstantBackoff, handleAll, retry as cockatielRetry } from 'cockatiel';
import { Mutex as ToolkitMutex, retry as toolkitRetry } from 'es-toolkit';
import pLimit from 'p-limit';
import PQueue from 'p-queue';
import { Sema } from 'async-sema';
import { describe, expect, it } from 'vitest';
import {
  AsyncMutex,
  AsyncRwLock,
  KeyedMutex,
  retryWithBackoff,
  Semaphore,
  TimeoutError,
  withTimeout,
} from '@lockwise/runtime';
import { enableDeadlockDetection } from '@lockwise/runtime/debug';
import { virtualClock } from '@lockwise/runtime/testing';

interface OtherRwLock {
  readLock(timeout?: number): Promise<void>;
  writeLock(timeout?: number): Promise<void>;
  unlock(): void;
}
type Release = () => void;
interface CallbackRwLock {
  writeLock(body: (release: Release) => void, options?: object): void;
}
interface OtherKeyedLock {
  acquire<R>(key: string, body: () => R | Promise<R>, options?: object): Promise<R>;
  isBusy(): boolean;
}

const require = createRequire(import.meta.url);
const { RWLock } = require('async-rwlock') as { RWLock: new () => OtherRwLock };
const CallbackLock = require('rwlock') as new () => CallbackRwLock;
const OtherKeyed = require('async-lock') as new (options?: object) => OtherKeyedLock;

/** What a promise came to, or `pending` when it is not settled after all that can run has run. */
async function outcome(promise: Promise<unknown>): Promise<string> {
  let told = 'pending';
  promise.then(
    () => (told = 'resolved'),
    () => (told = 'rejected'),
  );
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => void setImmediate(resolve));
  return told;
}

/** Each defect is shown in the pinned version of the library that has it; a version that mends it fails the test. */
describe('a defect of another library that ours does not have', () => {
  it('async-rwlock: after a timeout of a writer the lock is stuck for ever', async () => {
    const clock = virtualClock();
    const installed = clock.install();
    try {
      const other = new RWLock();
      await other.readLock();
      const late = other.writeLock(10).then(
        () => 'resolved',
        () => 'rejected',
      );
      await clock.advance(10);
      other.unlock();
      const next = other.writeLock();
      await clock.advance(100);
      installed();
      expect(await late).toBe('rejected');
      expect(await outcome(next)).toBe('pending');
    } finally {
      installed();
    }
    const ours = new AsyncRwLock();
    const reader = await ours.read();
    await expect(ours.write({ timeout: 1 })).rejects.toThrow(TimeoutError);
    reader.release();
    expect(await outcome(ours.write())).toBe('resolved');
  });

  it('async-rwlock: readers overtake a writer that waits, so it starves', async () => {
    const other = new RWLock();
    await other.readLock();
    const writer = other.writeLock();
    expect(await outcome(other.readLock())).toBe('resolved');
    expect(await outcome(writer)).toBe('pending');
    const ours = new AsyncRwLock();
    const reader = await ours.read();
    const writing = ours.write();
    expect(await outcome(ours.read())).toBe('pending');
    reader.release();
    expect(await outcome(writing)).toBe('resolved');
  });

  it('rwlock: a timeout removes the head of the queue, an innocent request that is never run', async () => {
    const clock = virtualClock();
    const installed = clock.install();
    const other = new CallbackLock();
    const ran: string[] = [];
    let free: Release = () => {};
    try {
      other.writeLock((release) => (free = release));
      other.writeLock((release) => {
        ran.push('innocent');
        release();
      });
      other.writeLock(() => ran.push('late'), { timeout: 10 });
      await clock.advance(10);
      free();
      expect(ran).toEqual([]);
    } finally {
      installed();
    }
    const ours = new AsyncMutex();
    const guard = await ours.acquire();
    const innocent = ours.withLock(() => 'ran');
    await expect(ours.acquire({ timeout: 1 })).rejects.toThrow(TimeoutError);
    guard.release();
    await expect(innocent).resolves.toBe('ran');
  });

  it('es-toolkit, @henrygd/semaphore, async-sema: a second release lets in two', async () => {
    const [toolkit, henry, sema] = [new ToolkitMutex(), getSemaphore(Symbol(), 1), new Sema(1)];
    for (const other of [toolkit, henry, sema] as { acquire(): Promise<unknown>; release(): void }[]) {
      await other.acquire();
      const second = other.acquire();
      const third = other.acquire();
      other.release();
      other.release();
      expect([await outcome(second), await outcome(third)]).toEqual(['resolved', 'resolved']);
    }
    const ours = new Semaphore(1);
    const permit = await ours.acquire();
    const [second, third] = [ours.acquire(), ours.acquire()];
    permit.release();
    permit.release();
    expect([await outcome(second), await outcome(third)]).toEqual(['resolved', 'pending']);
  });

  it('async-mutex: anybody can release, and a request that timed out stays in the queue', async () => {
    const other = new OtherMutex();
    await other.acquire();
    const second = other.acquire();
    other.release();
    other.release();
    expect(await outcome(second)).toBe('resolved');
    expect(await outcome(other.acquire())).toBe('resolved');
    expect(Object.keys(AsyncMutex.prototype)).not.toContain('release');
    expect('release' in new AsyncMutex()).toBe(false);

    const limitedOther = limited(new OtherMutex(), 1);
    const release = await limitedOther.acquire();
    const late = Array.from({ length: 20 }, () => limitedOther.acquire().catch(() => 'late'));
    await Promise.all(late);
    release();
    expect(limitedOther.isLocked()).toBe(true);
    const ours = new AsyncMutex();
    const guard = await ours.acquire();
    await Promise.allSettled(Array.from({ length: 20 }, () => ours.acquire({ timeout: 1 })));
    expect(ours.waiters).toBe(0);
    guard.release();
    expect(ours.isLocked).toBe(false);
  });

  it('async-lock: the 1001st waiter is rejected by default, and requests that timed out stay', async () => {
    const other = new OtherKeyed({ timeout: 1 });
    let free: Release = () => {};
    const held = other.acquire('key', () => new Promise<void>((resolve) => (free = resolve)));
    const outcomes = await Promise.allSettled(Array.from({ length: 1001 }, () => other.acquire('key', () => {})));
    const messages = outcomes.map((each) => (each.status === 'rejected' ? String(each.reason) : ''));
    expect(messages.filter((message) => message.includes('Too many pending'))).toHaveLength(1);
    free();
    await held;
    const ours = new KeyedMutex();
    const guard = await ours.acquire('key');
    const waiting = Array.from({ length: 1500 }, () => ours.withLock('key', () => 'ran'));
    guard.release();
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['ran']));
  });

  it('async-lock: a limit of the execution frees the lock while the section still runs', async () => {
    const other = new OtherKeyed({ maxExecutionTime: 1 });
    let inside = 0;
    let most = 0;
    const section = (body: Promise<void>) => async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await body;
      inside--;
    };
    let end: Release = () => {};
    const long = new Promise<void>((resolve) => (end = resolve));
    await other.acquire('key', section(long)).catch(() => {});
    await other.acquire('key', section(Promise.resolve()));
    expect(most).toBe(2);
    end();
    await long;
    [inside, most] = [0, 0];
    let endOurs: Release = () => {};
    const mutex = new AsyncMutex();
    const body = new Promise<void>((resolve) => (endOurs = resolve));
    const first = mutex.withLock(() => withTimeout(section(body), 1, { join: true })).catch((error: unknown) => error);
    const second = mutex.withLock(section(Promise.resolve()));
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(mutex.isLocked).toBe(true);
    endOurs();
    expect(await first).toBeInstanceOf(TimeoutError);
    await second;
    expect(most).toBe(1);
  });

  it('async-lock: a queued section runs in the async context of the one before it', async () => {
    const context = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const both = async (acquire: (body: () => Promise<unknown>) => Promise<unknown>) => {
      const body = async () => {
        seen.push(context.getStore());
        await new Promise((resolve) => void setImmediate(resolve));
      };
      await Promise.all(['first', 'second'].map((name) => context.run(name, () => acquire(body))));
    };
    const [other, ours] = [new OtherKeyed(), new AsyncMutex()];
    await both((body) => other.acquire('key', body));
    await both((body) => ours.withLock(body));
    expect(seen).toEqual(['first', 'first', 'first', 'second']);
  });
});

describe('a defect of another library around its locks that ours does not have', () => {
  it('a lock without bounds in a race with a timer: the late grant has no owner, and the lock is lost for ever', async () => {
    const late = (request: Promise<unknown>) =>
      Promise.race([request, new Promise((_, reject) => void setImmediate(() => reject(new Error('late'))))]);
    const other = new OtherMutex();
    const release = await other.acquire();
    await expect(late(other.acquire())).rejects.toThrow('late');
    release();
    expect(await outcome(other.acquire())).toBe('pending');
    const ours = new AsyncMutex();
    const guard = await ours.acquire();
    await expect(ours.acquire({ timeout: 1 })).rejects.toThrow(TimeoutError);
    await expect(withTimeout(() => ours.acquire(), 1)).rejects.toThrow(TimeoutError);
    guard.release();
    expect(await outcome(ours.acquire())).toBe('resolved');
  });

  it('p-queue: a timeout frees the slot while the task runs', async () => {
    let [inside, most] = [0, 0];
    let end: Release = () => {};
    const task = async (body: Promise<void>): Promise<void> => {
      most = Math.max(most, ++inside);
      await body;
      inside--;
    };
    const other = new PQueue({ concurrency: 1 });
    const long = new Promise<void>((resolve) => (end = resolve));
    await Promise.allSettled([other.add(() => task(long), { timeout: 1 }), other.add(() => task(Promise.resolve()))]);
    expect(most).toBe(2);
    end();
    await long;
    [inside, most] = [0, 0];
    const ours = new Semaphore(1);
    const body = new Promise<void>((resolve) => (end = resolve));
    const limitedTask = ours.withPermit(() => withTimeout(() => task(body), 1, { join: true }));
    const settled = Promise.allSettled([limitedTask, ours.withPermit(() => task(Promise.resolve()))]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    end();
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(most).toBe(1);
  });

  it('p-limit: what is cleared from the queue is never settled', async () => {
    let end: Release = () => {};
    const body = () => new Promise<void>((resolve) => (end = resolve));
    const other = pLimit(1);
    void other(body);
    const dropped = other(async () => {});
    await outcome(dropped);
    other.clearQueue();
    end();
    expect(await outcome(dropped)).toBe('pending');
    const ours = new Semaphore(1);
    const controller = new AbortController();
    const running = ours.withPermit(body);
    const given = ours.withPermit(async () => {}, { signal: controller.signal });
    controller.abort();
    expect(await outcome(given)).toBe('rejected');
    end();
    await running;
  });

  it('es-toolkit, cockatiel: an abort is not seen during a back-off', async () => {
    const failing = async (): Promise<never> => {
      throw new Error('down');
    };
    const controllers = [0, 1, 2].map(() => new AbortController()) as [
      AbortController,
      AbortController,
      AbortController,
    ];
    const policy = cockatielRetry(handleAll, { maxAttempts: 1, backoff: new ConstantBackoff(100) });
    const [toolkit, cockatiel, ours] = [
      toolkitRetry(failing, { retries: 2, delay: 100, signal: controllers[0].signal }),
      policy.execute(failing, controllers[1].signal),
      retryWithBackoff(failing, { initialDelay: 100, jitter: 'none', signal: controllers[2].signal }),
    ];
    const all = Promise.allSettled([toolkit, cockatiel, ours]);
    await new Promise((resolve) => void setImmediate(resolve));
    for (const controller of controllers) controller.abort('gone');
    expect([await outcome(toolkit), await outcome(cockatiel), await outcome(ours)]).toEqual([
      'pending',
      'pending',
      'rejected',
    ]);
    const reasons = (await all).map((each) => (each.status === 'rejected' ? String(each.reason) : ''));
    expect(reasons).toEqual(['Error: down', 'Error: down', 'gone']);
  });

  it('rwlock, cockatiel: what was queued runs in the async context of what ran before it', async () => {
    const context = new AsyncLocalStorage<string>();
    const seenIn = async (acquire: (body: () => Promise<void>) => unknown): Promise<unknown[]> => {
      const seen: unknown[] = [];
      const both = ['first', 'second'].map(
        (name) =>
          new Promise<void>((resolve) => {
            context.run(name, () =>
              acquire(async () => {
                seen.push(context.getStore());
                await new Promise((done) => void setImmediate(done));
                resolve();
              }),
            );
          }),
      );
      await Promise.all(both);
      return seen;
    };
    const callbacks = new CallbackLock();
    const wall = bulkhead(1, 5);
    expect(await seenIn((body) => callbacks.writeLock((release) => void body().then(release)))).toEqual([
      'first',
      'first',
    ]);
    expect(await seenIn((body) => wall.execute(body))).toEqual(['first', 'first']);
    const [lock, semaphore] = [new AsyncRwLock(), new Semaphore(1)];
    expect(await seenIn((body) => lock.withWrite(body))).toEqual(['first', 'second']);
    expect(await seenIn((body) => semaphore.withPermit(body))).toEqual(['first', 'second']);
  });

  it('@matrixai: a holder that is idle is taken for one that waits', async () => {
    const findings: unknown[] = [];
    const stop = enableDeadlockDetection({ mode: 'throw', report: (finding) => findings.push(finding) });
    const [wanted, contended] = [new AsyncMutex(), new AsyncMutex()];
    let end: Release = () => {};
    const idle = wanted.withLock(() => new Promise<void>((resolve) => (end = resolve)));
    // Somebody waits for what the asker holds, and the holder of what it asks for waits for nothing.
    const asker = contended.withLock(() => wanted.withLock(() => 'had both'));
    const waiting = contended.withLock(() => 'had one');
    end();
    expect(await Promise.all([asker, waiting, idle])).toEqual(['had both', 'had one', undefined]);
    stop();
    expect(findings).toEqual([]);
  });
});

describe('at 100,000 waiters', () => {
  it('all are served, in order, without a recursion (navigator.locks: 463 of 1,000 hang)', async () => {
    const mutex = new AsyncMutex(0);
    const guard = await mutex.acquire();
    let expected = 0;
    let misplaced = 0;
    const waiting = Array.from({ length: 100_000 }, (_, index) =>
      mutex.withLockSync(() => void (expected++ === index || misplaced++)),
    );
    guard.release();
    await Promise.all(waiting);
    expect([expected, misplaced, mutex.waiters]).toEqual([100_000, 0, 0]);
  });
});
