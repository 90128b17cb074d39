import { describe, expect, it } from 'vitest';
import { AsyncRwLock, ReleasedGuardError } from '@lockwise/runtime';

describe('AsyncRwLock: read access', () => {
  it('cannot replace the value at run time either, however it was come by', async () => {
    const lock = new AsyncRwLock(1);
    const writer = await lock.write();
    const waited = lock.read();
    const guards = [writer.downgrade(), await waited, await lock.read(), lock.tryRead()!];
    for (const guard of guards) {
      expect(() => ((guard as { value: number }).value = 2)).toThrow(TypeError);
      expect(guard.value).toBe(1);
      guard.release();
    }
    expect([lock.readers, lock.isWriting]).toEqual([0, false]);
  });
});

describe('AsyncRwLock: policy', () => {
  it('admits many readers or one writer', async () => {
    const lock = new AsyncRwLock(0);
    const [one, two] = [await lock.read(), await lock.read()];
    expect(lock.readers).toBe(2);
    expect(lock.tryWrite()).toBeUndefined();
    one.release();
    two.release();
    const writer = await lock.write();
    expect(lock.isWriting).toBe(true);
    expect(lock.tryRead()).toBeUndefined();
    expect(lock.tryWrite()).toBeUndefined();
    writer.release();
    expect(lock.tryRead()?.value).toBe(0);
  });

  it('does not let a reader overtake a writer that waits', async () => {
    const lock = new AsyncRwLock('');
    const reader = await lock.read();
    const writer = lock.withWrite((guard) => (guard.value += 'w'));
    expect(lock.tryRead()).toBeUndefined();
    const late = lock.withRead((value) => `${value}r`);
    reader.release();
    await writer;
    await expect(late).resolves.toBe('wr');
  });

  it('admits the readers next to each other at the head of the queue together', async () => {
    const lock = new AsyncRwLock();
    const writer = await lock.write();
    const readers = [lock.read(), lock.read()];
    const second = lock.write();
    const behind = lock.read();
    writer.release();
    expect(lock.readers).toBe(2);
    for (const reader of await Promise.all(readers)) reader.release();
    expect(lock.isWriting).toBe(true);
    (await second).release();
    (await behind).release();
    expect(lock.readers).toBe(0);
  });

  it('lets the readers behind a writer through when that writer gives up', async () => {
    const lock = new AsyncRwLock();
    const reader = await lock.read();
    const controller = new AbortController();
    const writer = lock.write({ signal: controller.signal });
    const behind = lock.read();
    expect(lock.readers).toBe(1);
    controller.abort('no');
    expect(lock.readers).toBe(2);
    await expect(writer).rejects.toBe('no');
    (await behind).release();
    reader.release();
    expect(lock.tryWrite()).toBeDefined();
  });
});

describe('AsyncRwLock: guards', () => {
  it('turns write access into read access with no writer in between', async () => {
    const lock = new AsyncRwLock(1);
    const writer = await lock.write();
    const readers = [lock.read()];
    const next = lock.write();
    writer.value = 2;
    const reader = writer.downgrade();
    expect(writer.released).toBe(true);
    expect(lock.isWriting).toBe(false);
    expect(lock.readers).toBe(2);
    expect(reader.value).toBe(2);
    writer.release();
    expect(lock.readers).toBe(2);
    reader.release();
    (await readers[0]!).release();
    (await next).release();
    expect(() => writer.downgrade()).toThrow(ReleasedGuardError);
  });

  it('refuses the value of a released guard', async () => {
    const lock = new AsyncRwLock({ n: 1 }, { name: 'routes' });
    const reader = await lock.read();
    reader.release();
    reader.release();
    expect(() => reader.value).toThrow('a guard of AsyncRwLock "routes" was used after its release');
    expect(lock.readers).toBe(0);
  });
});
