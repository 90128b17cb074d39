import { describe, expect, it } from 'vitest';
import { AsyncMutex, AsyncRwLock, KeyedMutex } from '@lockwise/runtime';
import { channels, enableDiagnostics, enableStats, stats, type LockEvent } from '@lockwise/runtime/diagnostics';
import { enableDeadlockDetection } from '@lockwise/runtime/debug';

async function contend(mutex: AsyncMutex): Promise<void> {
  const guard = await mutex.acquire();
  const controller = new AbortController();
  const aborted = mutex.acquire({ signal: controller.signal });
  const late = mutex.acquire({ timeout: 1 });
  const next = mutex.acquire();
  controller.abort();
  await Promise.allSettled([aborted, late]);
  guard.release();
  (await next).release();
}

describe('diagnostics', () => {
  it('publishes waits, grants, releases, aborts and timeouts, in order', async () => {
    const log: string[] = [];
    const messages: LockEvent[] = [];
    const listeners = (['wait', 'acquire', 'release', 'abort', 'timeout'] as const).map((name) => {
      const listener = (message: unknown): void => {
        log.push(name);
        messages.push(message as LockEvent);
      };
      channels[name].subscribe(listener);
      return () => channels[name].unsubscribe(listener);
    });
    const disable = enableDiagnostics({ holdTimes: true });
    const mutex = new AsyncMutex(undefined, { name: 'orders' });
    await contend(mutex);
    disable();
    await contend(mutex);
    listeners.forEach((unsubscribe) => unsubscribe());
    expect(log).toEqual(['acquire', 'wait', 'wait', 'wait', 'abort', 'timeout', 'release', 'acquire', 'release']);
    expect(messages.every(({ kind, name, lock }) => kind === 'AsyncMutex' && name === 'orders' && lock === mutex)).toBe(
      true,
    );
    const [release, acquire] = messages.slice(-3);
    expect(release!.holdMs).toBeGreaterThan(0);
    expect(acquire!.waitMs).toBeGreaterThan(0);
  });

  it('publishes nothing to a channel that nobody listens to, and lets several users enable it', async () => {
    const [first, second] = [enableDiagnostics(), enableDiagnostics()];
    first();
    first();
    let heard = 0;
    const listener = (): void => void heard++;
    channels.acquire.subscribe(listener);
    await new AsyncMutex().withLock(() => {});
    second();
    await new AsyncMutex().withLock(() => {});
    channels.acquire.unsubscribe(listener);
    expect(heard).toBe(1);
  });

  it('reads no clock for the holds unless somebody wants to know', async () => {
    const messages: LockEvent[] = [];
    const listener = (message: unknown): void => void messages.push(message as LockEvent);
    channels.release.subscribe(listener);
    const disable = enableDiagnostics();
    await new AsyncMutex().withLock(() => {});
    const more = enableDiagnostics({ holdTimes: true });
    await new AsyncMutex().withLock(() => {});
    more();
    await new AsyncMutex().withLock(() => {});
    disable();
    channels.release.unsubscribe(listener);
    expect(messages.map(({ holdMs }) => typeof holdMs)).toEqual(['undefined', 'number', 'undefined']);
  });

  it('publishes what debug mode finds', async () => {
    const found: unknown[] = [];
    const listener = (message: unknown): void => void found.push(message);
    channels.deadlock.subscribe(listener);
    const disable = enableDeadlockDetection({ report: () => {} });
    const mutex = new AsyncMutex();
    await mutex.withLock(() => mutex.acquire({ timeout: 1 }).catch(() => {}));
    disable();
    channels.deadlock.unsubscribe(listener);
    expect(found).toHaveLength(1);
  });
});

describe('stats', () => {
  it('counts what happened to a lock while they are on', async () => {
    const mutex = new AsyncMutex();
    await contend(mutex);
    const disable = enableStats();
    await contend(mutex);
    disable();
    await contend(mutex);
    const counted = stats(mutex);
    expect(counted).toMatchObject({ acquisitions: 2, contended: 3, maxWaiters: 3, aborted: 1, timedOut: 1 });
    expect(counted.waitMs).toBeGreaterThan(0);
    expect(counted.holdMs).toBeGreaterThanOrEqual(counted.waitMs);
  });

  it('sums the keys of a keyed mutex, and counts a downgrade as a grant that did not wait', async () => {
    const disable = enableStats();
    const keyed = new KeyedMutex<number>();
    await Promise.all([keyed.withLock(1, () => {}), keyed.withLock(2, () => {})]);
    expect(stats(keyed)).toMatchObject({ acquisitions: 2, contended: 0 });
    const lock = new AsyncRwLock(0);
    const reader = (await lock.write()).downgrade();
    reader.release();
    disable();
    expect(stats(lock)).toMatchObject({ acquisitions: 2, contended: 0, waitMs: 0 });
  });
});
