import { describe, expect, it } from 'vitest';
import { Semaphore } from '@lockwise/runtime';

describe('Semaphore', () => {
  it('runs as many sections at once as there are permits', async () => {
    const semaphore = new Semaphore(2);
    let [running, most] = [0, 0];
    const section = async () => {
      most = Math.max(most, ++running);
      await Promise.resolve();
      running--;
    };
    await Promise.all([1, 2, 3, 4, 5].map(() => semaphore.withPermit(section)));
    expect(most).toBe(2);
    expect(semaphore.available).toBe(2);
  });

  it('does not let a request for few overtake one for many', async () => {
    const semaphore = new Semaphore(3);
    const one = await semaphore.acquire();
    const all = semaphore.acquire({ weight: 3 });
    expect(semaphore.tryAcquire()).toBeUndefined();
    const late = semaphore.acquire();
    one.release();
    expect(semaphore.available).toBe(0);
    (await all).release();
    expect((await late).weight).toBe(1);
  });

  it('never has more permits than its capacity, however often a permit is released', async () => {
    const semaphore = new Semaphore(1);
    const permit = await semaphore.acquire();
    permit.release();
    permit.release();
    permit[Symbol.dispose]();
    expect(semaphore.available).toBe(1);
    expect(permit.released).toBe(true);
  });

  it('lets those behind a wait for many through when it gives up', async () => {
    const semaphore = new Semaphore(2);
    const one = await semaphore.acquire();
    const controller = new AbortController();
    const both = semaphore.acquire({ weight: 2, signal: controller.signal });
    const behind = semaphore.acquire();
    controller.abort('no');
    await expect(both).rejects.toBe('no');
    (await behind).release();
    one.release();
    expect(semaphore.available).toBe(2);
  });

  it('refuses a capacity and a weight that cannot be', async () => {
    expect(() => new Semaphore(0)).toThrow(
      new RangeError('capacity must be an integer from 1 to Infinity; received 0'),
    );
    expect(() => new Semaphore('2' as never)).toThrow(TypeError);
    const semaphore = new Semaphore(2);
    await expect(semaphore.acquire({ weight: 3 })).rejects.toThrow(
      'options.weight must be an integer from 1 to 2; received 3',
    );
    await expect(semaphore.withPermit(() => 1, { weight: 0.5 })).rejects.toThrow(RangeError);
    expect(() => semaphore.tryAcquire(NaN)).toThrow('weight must be an integer from 1');
    expect(semaphore.available).toBe(2);
  });
});
