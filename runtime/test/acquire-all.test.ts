import { describe, expect, it } from 'vitest';
import { acquireAll, AsyncMutex, AsyncRwLock, Semaphore, withAll } from '@lockwise/runtime';

describe('acquireAll', () => {
  it('gives one guard for each request, typed, and releases them together', async () => {
    const [count, routes, config, slots] = [
      new AsyncMutex(1),
      new AsyncRwLock(['a']),
      new AsyncRwLock({ on: true }),
      new Semaphore(5),
    ];
    {
      using all = await acquireAll([count, { read: routes }, { write: config }, slots, { permits: slots, weight: 2 }]);
      const [one, two, three, permit] = all.guards;
      one.value += 1;
      expect(two.value[0]).toBe('a');
      three.value = { on: false };
      expect(permit.weight).toBe(3);
      expect([count.isLocked, routes.readers, config.isWriting, slots.available]).toEqual([true, 1, true, 2]);
    }
    expect([count.isLocked, routes.readers, config.isWriting, slots.available]).toEqual([false, 0, false, 5]);
    expect(await withAll([count], ([{ value }]) => value)).toBe(2);
  });

  it('takes a lock that is named twice once, by its strongest request', async () => {
    const [account, rates] = [new AsyncMutex(10), new AsyncRwLock(2)];
    const all = await acquireAll([account, account, { read: rates }, { write: rates }]);
    expect(all.guards[0]).toBe(all.guards[1]);
    expect(rates.isWriting).toBe(true);
    all.release();
    all.release();
    expect(all.released).toBe(true);
    expect(account.isLocked || rates.isWriting).toBe(false);
  });

  it('runs in the tick of the caller when all is free', () => {
    let ran = false;
    void withAll([new AsyncMutex(), new AsyncMutex()], () => (ran = true));
    expect(ran).toBe(true);
  });

  it('does not begin a section whose signal aborted after the grant', async () => {
    const [a, b] = [new AsyncMutex(), new AsyncMutex()];
    const held = await a.acquire();
    const controller = new AbortController();
    const section = withAll([a, b], () => 'ran', { signal: controller.signal });
    held.release();
    controller.abort('late');
    await expect(section).rejects.toBe('late');
    expect(a.isLocked || b.isLocked).toBe(false);
  });

  it('refuses what is no request, naming which', async () => {
    await expect(acquireAll([new AsyncMutex(), {} as never])).rejects.toThrow(
      'requests[1] must be an AsyncMutex, a Semaphore, { read }',
    );
    const slots = new Semaphore(2);
    await expect(acquireAll([{ permits: slots, weight: 3 }])).rejects.toThrow(
      'requests[0].weight must be an integer from 1 to 2',
    );
    await expect(acquireAll([slots, { permits: slots, weight: 2 }])).rejects.toThrow('the sum of the weights must be');
    await expect(acquireAll([undefined as never])).rejects.toThrow('received undefined');
    expect(slots.available).toBe(2);
  });
});
