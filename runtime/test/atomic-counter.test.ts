import { describe, expect, it } from 'vitest';
import { AtomicCounter, AtomicFlag, TimeoutError } from '@lockwise/runtime';

const kinds: [name: string, make: (initial?: number) => AtomicCounter][] = [
  ['local', (initial) => new AtomicCounter(initial)],
  ['shared, 64 bits', (initial) => AtomicCounter.shared(initial)],
  ['shared, 32 bits', (initial) => AtomicCounter.shared(initial, { width: 32 })],
];

describe.each(kinds)('AtomicCounter, %s', (_name, make) => {
  it('starts at 0 or at what is given', () => {
    expect(make().get()).toBe(0);
    expect(make(-7).get()).toBe(-7);
  });

  it('returns the new value from a change, and the old one from set', () => {
    const counter = make(5);
    expect(counter.increment()).toBe(6);
    expect(counter.decrement()).toBe(5);
    expect(counter.add(-9)).toBe(-4);
    expect(counter.set(11)).toBe(-4);
    expect(counter.update((n) => n * 2)).toBe(22);
    expect(counter.get()).toBe(22);
  });

  it('replaces an expected value only', () => {
    const counter = make(1);
    expect(counter.compareExchange(2, 3)).toBe(false);
    expect(counter.compareExchange(1, 3)).toBe(true);
    expect(counter.get()).toBe(3);
  });

  it('refuses what is no integer, naming it, and stays as it was', () => {
    const counter = make(4);
    expect(() => counter.add(0.5)).toThrow(/^n must be .*; received 0\.5$/);
    expect(() => counter.add(NaN)).toThrow(RangeError);
    expect(() => counter.set(Infinity)).toThrow(/^n must be .*; received Infinity$/);
    expect(() => counter.set('1' as never)).toThrow(new TypeError(`n must be ${rangeOf(counter)}; received "1"`));
    expect(() => counter.add('1' as never)).toThrow(TypeError);
    expect(() => counter.compareExchange(4, 0.1)).toThrow(/^next must be/);
    expect(() => counter.compareExchange(NaN, 1)).toThrow(/^expected must be/);
    expect(() => counter.update(() => NaN)).toThrow(/^the result of f must be .*; received NaN$/);
    expect(() => make(1.5)).toThrow(/^initial must be .*; received 1\.5$/);
    expect(counter.get()).toBe(4);
  });

  it('refuses a sum beyond its range, and stays as it was', () => {
    const [least, most] = endsOf(make());
    const counter = make(most);
    expect(() => counter.increment()).toThrow(RangeError);
    expect(() => counter.add(most)).toThrow(/^the sum must be an integer from .*; received \d+$/);
    expect(counter.get()).toBe(most);
    expect(counter.add(-1)).toBe(most - 1);
    counter.set(least);
    expect(counter.get()).toBe(least);
    expect(() => counter.decrement()).toThrow(RangeError);
    expect(counter.get()).toBe(least);
    expect(counter.add(most)).toBe(least + most);
  });

  it('agrees with plain arithmetic around every power of two', () => {
    const [least, most] = endsOf(make());
    for (let exponent = 0; exponent < 54; exponent++) {
      for (const start of [2 ** exponent - 1, 2 ** exponent, -(2 ** exponent), 1 - 2 ** exponent]) {
        if (start < least || start > most) continue;
        const counter = make(start);
        for (const n of [1, -1, 3, -3, 2 ** 31, -(2 ** 31) - 1]) {
          if (n < least || n > most || start + n > most || start + n < least) continue;
          expect(counter.add(n)).toBe(start + n);
          expect(counter.add(-n)).toBe(start);
        }
      }
    }
  });

  it('waits for a value, or finds it there', async () => {
    const counter = make(2);
    expect(await counter.waitFor((n) => n === 2)).toBe(2);
    const drained = counter.waitFor((n) => n === 0);
    const negative = counter.waitFor((n) => n < 0);
    await Promise.resolve();
    counter.decrement();
    counter.decrement();
    expect(await drained).toBe(0);
    counter.set(-1);
    expect(await negative).toBe(-1);
  });

  it('wakes for each way to change it', async () => {
    const counter = make(0);
    const changes: (() => unknown)[] = [
      () => counter.add(1),
      () => counter.set(10),
      () => counter.compareExchange(10, 20),
      () => counter.update((n) => n + 1),
    ];
    for (const change of changes) {
      const before = counter.get();
      const changed = counter.waitFor((n) => n !== before);
      change();
      expect(await changed).toBe(counter.get());
    }
  });

  it('ends a wait with the reason of the signal, or at its limit, and leaves no listener', async () => {
    const counter = make();
    const controller = new AbortController();
    const listeners = countListeners(controller.signal);
    const aborted = counter.waitFor((n) => n === 1, { signal: controller.signal });
    const reason = new Error('enough');
    await Promise.resolve();
    expect(listeners()).toBe(1);
    controller.abort(reason);
    await expect(aborted).rejects.toBe(reason);
    await expect(counter.waitFor((n) => n === 1, { signal: controller.signal })).rejects.toBe(reason);
    await expect(counter.waitFor((n) => n === 1, { timeout: 1 })).rejects.toBeInstanceOf(TimeoutError);
    await expect(counter.waitFor((n) => n === 1, { timeout: -1 })).rejects.toThrow(/options\.timeout/);
    expect(listeners()).toBe(0);
  });

  it('rejects with what the predicate throws, without disturbing the one who changes the value', async () => {
    const counter = make();
    const failing = counter.waitFor((n) => {
      if (n > 0) throw new Error('no such thing');
      return false;
    });
    expect(counter.increment()).toBe(1);
    await expect(failing).rejects.toThrow('no such thing');
    await expect(counter.waitFor(undefined as never)).rejects.toThrow('predicate must be a function');
  });
});

describe('AtomicCounter, handles', () => {
  it('gives another counter on the same number', async () => {
    for (const width of [32, 64] as const) {
      const counter = AtomicCounter.shared(3, { width });
      const other = AtomicCounter.from(structuredCloneOfHandle(counter));
      const seen = other.waitFor((n) => n === 4);
      counter.increment();
      expect(await seen).toBe(4);
    }
  });

  it('keeps one wait in the engine however many waits were given up', async () => {
    const counter = AtomicCounter.shared();
    const controller = new AbortController();
    const waits = Array.from({ length: 1000 }, () => counter.waitFor((n) => n > 0, { signal: controller.signal }));
    controller.abort();
    const outcomes = await Promise.allSettled(waits);
    expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
    const { buffer } = counter.handle;
    expect(Atomics.notify(new Int32Array(buffer), 0)).toBe(1);
  });

  it('refuses what is no handle', () => {
    expect(() => new AtomicCounter().handle).toThrow(/AtomicCounter is local/);
    expect(() => AtomicCounter.from({} as never)).toThrow(
      /^handle must be a handle of a shared AtomicCounter; received/,
    );
    const buffer = new SharedArrayBuffer(32);
    expect(() => AtomicCounter.from({ buffer, byteOffset: 4 })).toThrow(/^handle\.byteOffset .*; received 4$/);
    expect(() => AtomicCounter.from({ buffer, byteOffset: 32 })).toThrow(RangeError);
    expect(() => AtomicCounter.from({ buffer, byteOffset: 0, width: 16 as never })).toThrow(/width must be 32 or 64/);
    expect(AtomicCounter.from({ buffer, byteOffset: 16 }).increment()).toBe(1);
  });
});

describe('AtomicFlag', () => {
  it.each([
    ['local', () => new AtomicFlag()],
    ['shared', () => AtomicFlag.shared()],
  ])('reads, writes and tells who raised it, %s', async (_name, make) => {
    const flag = make();
    expect(flag.get()).toBe(false);
    const raised = flag.waitFor(true);
    expect(flag.testAndSet()).toBe(false);
    expect(flag.testAndSet()).toBe(true);
    await raised;
    expect(flag.set(false)).toBe(true);
    expect(flag.get()).toBe(false);
    expect(() => flag.set(1 as never)).toThrow(new TypeError('value must be a boolean; received 1'));
  });

  it('is one flag behind each handle', () => {
    const flag = AtomicFlag.shared(true);
    AtomicFlag.from(flag.handle).set(false);
    expect(flag.get()).toBe(false);
    expect(new AtomicFlag(true).get()).toBe(true);
  });
});

function endsOf(counter: AtomicCounter): [least: number, most: number] {
  return is32(counter) ? [1 - 2 ** 30, 2 ** 30 - 1] : [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
}

function rangeOf(counter: AtomicCounter): string {
  const [least, most] = endsOf(counter);
  return `an integer from ${least} to ${most}`;
}

function is32(counter: AtomicCounter): boolean {
  try {
    return counter.handle.width === 32;
  } catch {
    return false;
  }
}

/** A message channel of one thread: the buffer stays shared. */
function structuredCloneOfHandle(counter: AtomicCounter) {
  return structuredClone(counter.handle);
}

function countListeners(signal: AbortSignal): () => number {
  let count = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  const live = new Set<unknown>();
  signal.addEventListener = ((type: 'abort', listener: never) => {
    live.add(listener);
    count = live.size;
    add(type, listener);
  }) as never;
  signal.removeEventListener = ((type: 'abort', listener: never) => {
    live.delete(listener);
    count = live.size;
    remove(type, listener);
  }) as never;
  return () => count;
}
