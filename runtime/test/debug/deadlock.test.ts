import { afterEach, describe, expect, it } from 'vitest';
import { acquireAll, AsyncMutex, AsyncRwLock, KeyedMutex, Semaphore, TimeoutError } from '@lockwise/runtime';
import {
  DeadlockError,
  enableDeadlockDetection,
  LockOrderError,
  runDetached,
  type DeadlockDetectionOptions,
  type LockFinding,
} from '@lockwise/runtime/debug';
import { quiescence } from '@lockwise/runtime/testing';

let disable: () => void = () => {};
afterEach(() => disable());

function detect(options: DeadlockDetectionOptions = {}): LockFinding[] {
  const findings: LockFinding[] = [];
  disable = enableDeadlockDetection({ lockOrder: false, report: (finding) => findings.push(finding), ...options });
  return findings;
}

const named = (name: string) => new AsyncMutex(undefined, { name });

/** Takes the locks one inside the other, letting others run in between. */
function nested(...locks: readonly AsyncMutex[]): Promise<void> {
  const [first, ...rest] = locks;
  if (first === undefined) return Promise.resolve();
  return first.withLock(async () => {
    await quiescence();
    await nested(...rest);
  });
}

describe('deadlock detection: reports', () => {
  it('a section that waits for its own lock', async () => {
    const findings = detect({ mode: 'throw' });
    const mutex = named('orders');
    const error = await mutex.withLock(() => mutex.withLock(() => 'never')).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(DeadlockError);
    expect(error).toMatchObject({ code: 'ERR_DEADLOCK', certain: true });
    expect((error as DeadlockError).message).toMatch(
      /^deadlock: a section waits for a lock that it holds itself\n {2}actor 1 waits for AsyncMutex "orders" at .*deadlock\.test\.ts:\d+:\d+, held by itself taken at .*deadlock\.test\.ts:\d+:\d+$/,
    );
    expect(mutex.isLocked).toBe(false);
    expect(findings).toEqual([]);
  });

  it('two sections that wait for each other, as two actors with all their places', async () => {
    detect({ mode: 'throw' });
    const [a, b] = [named('a'), named('b')];
    const outcomes = await Promise.allSettled([nested(a, b), nested(b, a)]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const { reason } = outcomes.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
    const { cycle, message } = reason as DeadlockError;
    expect(cycle.map(({ lock }) => lock)).toEqual(['AsyncMutex "a"', 'AsyncMutex "b"']);
    expect(message).toContain('deadlock: 2 sections wait for each other');
    expect(message).toContain('actor 2 waits for AsyncMutex "b"');
    for (const { waitsAt, heldAt } of cycle)
      expect(`${waitsAt} ${heldAt}`).toMatch(/^\S*deadlock\.test\.ts\S* \S*deadlock\.test\.ts\S*$/);
  });

  it('longer cycles, over locks of every kind', async () => {
    detect({ mode: 'throw' });
    const [mutex, lock, keyed] = [named('m'), new AsyncRwLock(0, { name: 'rw' }), new KeyedMutex({ name: 'k' })];
    const outcomes = await Promise.allSettled([
      mutex.withLock(async () => {
        await quiescence();
        await lock.withWrite(() => {});
      }),
      lock.withRead(async () => {
        await quiescence();
        await keyed.withLock('x', () => {});
      }),
      keyed.withLock('x', async () => {
        await quiescence();
        await mutex.withLock(() => {});
      }),
    ]);
    const rejected = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(rejected).toHaveLength(1);
    expect((rejected[0]!.reason as DeadlockError).cycle).toHaveLength(3);
    expect(String(rejected[0]!.reason)).toContain('KeyedMutex "k"[x]');
  });

  it('a recursive read with a writer in between', async () => {
    detect({ mode: 'throw' });
    const lock = new AsyncRwLock(1);
    const reading = lock.withRead(async () => {
      void runDetached(() => lock.withWrite(() => {}));
      await quiescence();
      return lock.withRead((value) => value);
    });
    await expect(reading).rejects.toThrow('a section waits for a lock that it holds itself');
  });

  it('a guard that is waited for by its holder, as possible only, and lets it wait', async () => {
    const findings = detect({ mode: 'throw' });
    const mutex = named('orders');
    const guard = await mutex.acquire();
    const again = mutex.acquire({ timeout: 5 });
    await expect(again).rejects.toThrow(TimeoutError);
    await expect(again).rejects.toThrow(/; held by the holder that took it at .*deadlock\.test\.ts/);
    guard.release();
    expect(findings.map(({ message }) => message.split(':')[0])).toEqual(['possible deadlock']);
  });

  it('work that is begun inside and not awaited, unless it is detached', async () => {
    const findings = detect();
    const mutex = named('orders');
    let child: Promise<unknown> = Promise.resolve();
    await mutex.withLock(() => {
      child = mutex.withLock(() => 'legal');
    });
    await child;
    expect(findings).toHaveLength(1);
    await mutex.withLock(() => {
      child = runDetached(() => mutex.withLock(() => 'legal'));
    });
    await expect(child).resolves.toBe('legal');
    expect(findings).toHaveLength(1);
  });

  it('a second release, and no places when stacks are off', async () => {
    const findings = detect({ stacks: false });
    const guard = await named('orders').acquire();
    guard.release();
    guard.release();
    expect(findings).toEqual([
      { kind: 'released twice', message: 'a guard of AsyncMutex "orders" is released a second time; it does nothing' },
    ]);
  });
});

describe('deadlock detection: allows', () => {
  it('a wait for a lock whose holder goes on (which @matrixai takes for a deadlock)', async () => {
    const findings = detect({ mode: 'throw' });
    const [a, b] = [named('a'), named('b')];
    const holder = b.withLock(() => quiescence());
    const waiting = a.withLock(() => b.withLock(() => 'done'));
    const behind = a.withLock(() => 'behind');
    await expect(Promise.all([holder, waiting, behind])).resolves.toEqual([undefined, 'done', 'behind']);
    expect(findings).toEqual([]);
  });

  it('siblings that wait for one another in one order, and several locks asked for at once', async () => {
    const findings = detect({ mode: 'throw' });
    const [a, b] = [named('a'), named('b')];
    await Promise.all([nested(a, b), nested(a, b)]);
    for (const order of [
      [a, b],
      [b, a],
    ])
      (await acquireAll(order)).release();
    const keyed = new KeyedMutex<string>();
    await Promise.all([
      keyed.withLocks(['x', 'y'], () => quiescence()),
      keyed.withLocks(['y', 'x'], () => quiescence()),
    ]);
    expect(findings).toEqual([]);
  });

  it('guards that are taken one after the other, however many, in one async function', async () => {
    const findings = detect({ mode: 'throw', stacks: false });
    const [a, b] = [named('a'), named('b')];
    for (let round = 0; round < 20_000; round++) (await (round % 2 === 0 ? a : b).acquire()).release();
    expect(findings).toEqual([]);
  });

  it('a semaphore whose permits others give back', async () => {
    const findings = detect({ mode: 'throw' });
    const slots = new Semaphore(2);
    const other = await slots.acquire();
    const inside = slots.withPermit(async () => {
      const wait = slots.acquire();
      other.release();
      (await wait).release();
    });
    await inside;
    expect(findings).toEqual([]);
  });

  it('everything again once it is disabled', async () => {
    detect({ mode: 'throw' });
    disable();
    const mutex = named('orders');
    await mutex.withLock(() => expect(mutex.acquire({ timeout: 1 })).rejects.toThrow(TimeoutError));
    detect();
    expect(() => enableDeadlockDetection()).toThrow('deadlock detection is on already');
    disable();
    expect(() => enableDeadlockDetection({ mode: 'loud' as never })).toThrow(
      `options.mode must be 'warn' or 'throw'; received "loud"`,
    );
  });
});

describe('lock order', () => {
  it('reports an inversion although nothing has deadlocked, once, with both places', async () => {
    const findings = detect({ lockOrder: true });
    const [a, b, c] = [named('a'), named('b'), named('c')];
    await nested(a, b);
    await nested(b, c);
    expect(findings).toEqual([]);
    await nested(c, a);
    await nested(c, a);
    expect(findings).toHaveLength(1);
    const [finding] = findings;
    expect(finding).toBeInstanceOf(LockOrderError);
    expect((finding as LockOrderError).path).toEqual(['c', 'a', 'b', 'c'].map((name) => `AsyncMutex "${name}"`));
    expect(finding!.message).toMatch(/AsyncMutex "b" while AsyncMutex "a" is held at .*deadlock\.test\.ts/);
  });

  it('reports ranks that do not ascend', async () => {
    const findings = detect({ lockOrder: true });
    const low = new AsyncMutex(undefined, { name: 'low', rank: 1 });
    const high = new AsyncMutex(undefined, { name: 'high', rank: 2 });
    await nested(low, high);
    expect(findings).toEqual([]);
    const other = new AsyncMutex(undefined, { name: 'other low', rank: 1 });
    await nested(high, other);
    expect(findings.map(({ message }) => message)).toEqual([
      expect.stringMatching(/"other low" of rank 1 is asked for at \S+ while AsyncMutex "high" of rank 2 is held/),
    ]);
  });
});
