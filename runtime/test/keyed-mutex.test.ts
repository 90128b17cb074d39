import { describe, expect, it } from 'vitest';
import { KeyedMutex, QueueFullError, TimeoutError } from '@lockwise/runtime';

describe('KeyedMutex', () => {
  it('excludes per key and keeps an entry only while the key is held or waited for', async () => {
    const keyed = new KeyedMutex<string>();
    const a = await keyed.acquire('a');
    const b = keyed.tryAcquire('b')!;
    expect(keyed.size).toBe(2);
    expect(keyed.tryAcquire('a')).toBeUndefined();
    const next = keyed.acquire('a');
    expect(keyed.waiters('a')).toBe(1);
    a.release();
    a.release();
    expect(keyed.isLocked('a')).toBe(true);
    b.release();
    expect(keyed.size).toBe(1);
    (await next).release();
    expect(keyed.size).toBe(0);
  });

  it('leaves nothing behind when a wait is refused or given up', async () => {
    const keyed = new KeyedMutex<string>({ name: 'files', maxWaiters: 0 });
    await expect(keyed.acquire('a', { signal: AbortSignal.abort('no') })).rejects.toBe('no');
    expect(keyed.size).toBe(0);
    const held = await keyed.acquire('a');
    await expect(keyed.withLocks(['b', 'a', 'c'], () => 'never')).rejects.toThrow(QueueFullError);
    await expect(keyed.acquire('a')).rejects.toThrow('KeyedMutex "files" is full: maxWaiters is 0');
    expect(keyed.size).toBe(1);
    held.release();
    expect(keyed.size).toBe(0);
    expect(() => new KeyedMutex({ maxWaiters: -1 })).toThrow('options.maxWaiters must be an integer from 0');
  });

  it('takes several keys in any order without a deadlock, a key named twice once', async () => {
    const keyed = new KeyedMutex<number>();
    const log: string[] = [];
    const section = (name: string) => async () => {
      log.push(`${name} in`);
      await Promise.resolve();
      log.push(`${name} out`);
    };
    await Promise.all([
      keyed.withLocks([1, 2, 1], section('a')),
      keyed.withLocks([2, 1], section('b')),
      keyed.withLock(3, section('c')),
    ]);
    expect(log).toEqual(['a in', 'c in', 'a out', 'c out', 'b in', 'b out']);
    expect(keyed.size).toBe(0);
  });

  it('gives partial grants back when the wait for the rest ends', async () => {
    const keyed = new KeyedMutex<string>();
    const held = await keyed.acquire('b');
    const controller = new AbortController();
    const both = keyed.acquireAll(['a', 'b', 'c'], { signal: controller.signal });
    const behind = keyed.acquire('c');
    expect(keyed.isLocked('a')).toBe(true);
    controller.abort('enough');
    await expect(both).rejects.toBe('enough');
    expect(keyed.isLocked('a')).toBe(false);
    (await behind).release();
    await expect(keyed.acquireAll(['a', 'b'], { timeout: 2 })).rejects.toThrow(TimeoutError);
    await expect(keyed.acquireAll(['a', 'b'], { timeout: 0 })).rejects.toThrow(TimeoutError);
    expect(keyed.isLocked('a')).toBe(false);
    held.release();
    expect(keyed.size).toBe(0);
  });
});
