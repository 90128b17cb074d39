import { describe, expect, it } from 'vitest';
import { OptionalArc, ReleasedGuardError, TimeoutError } from '@lockwise/runtime';

/** A promise and its ends. */
function deferred<T>() {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((fulfil, fail) => {
    resolve = fulfil;
    reject = fail;
  });
  return { promise, resolve, reject };
}

function recorded() {
  const disposed: string[] = [];
  return { disposed, options: { dispose: (value: string) => void disposed.push(value) } };
}

describe('OptionalArc: one step each', () => {
  it('is set or not, without a doubt', () => {
    const arc = new OptionalArc<number | string>();
    expect([arc.isSet, arc.get()]).toEqual([false, undefined]);
    expect(arc.set(0)).toBeUndefined();
    expect([arc.isSet, arc.get()]).toEqual([true, 0]);
    expect(arc.set('')).toBe(0);
    expect(arc.take()).toBe('');
    expect(arc.take()).toBeUndefined();
    expect(new OptionalArc('here').clear()).toBe('here');
  });

  it('refuses null and undefined, naming the argument', () => {
    const arc = new OptionalArc<object>();
    expect(() => arc.set(null as never)).toThrow(
      new TypeError('value must be neither null nor undefined; received null'),
    );
    expect(() => arc.set(undefined as never)).toThrow(/^value must be .*; received undefined$/);
    expect(() => new OptionalArc<object>(null as never)).toThrow(/^initial must be/);
    expect(() => new OptionalArc({}, { dispose: 1 as never })).toThrow(
      /^options\.dispose must be a function; received 1$/,
    );
    expect(arc.isSet).toBe(false);
  });

  it('calls with the value, and not at all without one', () => {
    const arc = new OptionalArc<string>();
    expect(arc.with((value) => value.length)).toBeUndefined();
    arc.set('four');
    expect(arc.with((value) => value.length)).toBe(4);
  });

  it('tells of the next change', async () => {
    const arc = new OptionalArc<string>();
    const set = arc.changed();
    arc.set('a');
    expect(await set).toBe('a');
    const same = arc.changed({ timeout: 5 });
    arc.set('a');
    await expect(same).rejects.toBeInstanceOf(TimeoutError);
    const cleared = arc.changed();
    arc.clear();
    expect(await cleared).toBeUndefined();
    const reason = new Error('no more');
    await expect(arc.changed({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe('OptionalArc: disposal', () => {
  it('disposes of a value that was replaced or cleared, not of one that was taken', () => {
    const { disposed, options } = recorded();
    const arc = new OptionalArc('a', options);
    arc.set('a');
    expect(disposed).toEqual([]);
    arc.set('b');
    expect(disposed).toEqual(['a']);
    arc.clear();
    expect(disposed).toEqual(['a', 'b']);
    arc.set('c');
    expect(arc.take()).toBe('c');
    expect(disposed).toEqual(['a', 'b']);
  });

  it('waits for the last lease', () => {
    const { disposed, options } = recorded();
    const arc = new OptionalArc('a', options);
    const [first, second] = [arc.lease()!, arc.lease()!];
    arc.set('b');
    expect(first.value).toBe('a');
    first.release();
    first.release();
    first[Symbol.dispose]();
    expect(disposed).toEqual([]);
    expect(() => first.value).toThrow(ReleasedGuardError);
    second.release();
    expect(disposed).toEqual(['a']);
    expect(arc.lease()?.value).toBe('b');
    expect(new OptionalArc().lease()).toBeUndefined();
  });

  it('keeps the lease of with() until a promise has settled, either way, or the call has thrown', async () => {
    const { disposed, options } = recorded();
    const arc = new OptionalArc('a', options);
    const work = deferred<number>();
    const result = arc.with(() => work.promise);
    arc.set('b');
    expect(disposed).toEqual([]);
    work.resolve(7);
    expect(await result).toBe(7);
    expect(disposed).toEqual(['a']);
    const failing = arc.with(() => Promise.reject(new Error('failed')));
    arc.set('c');
    await expect(failing).rejects.toThrow('failed');
    expect(disposed).toEqual(['a', 'b']);
    expect(() =>
      arc.with(() => {
        throw new Error('thrown');
      }),
    ).toThrow('thrown');
    arc.clear();
    expect(disposed).toEqual(['a', 'b', 'c']);
  });

  it('has the new value in place when dispose throws', () => {
    const arc = new OptionalArc('a', {
      dispose: () => {
        throw new Error('cannot close');
      },
    });
    expect(() => arc.set('b')).toThrow('cannot close');
    expect(arc.get()).toBe('b');
  });
});

describe('OptionalArc: getOrInit', () => {
  it('calls the factory once for all who come meanwhile, in the tick of the first', async () => {
    const arc = new OptionalArc<string>();
    const made = deferred<string>();
    let calls = 0;
    const make = () => {
      calls++;
      return made.promise;
    };
    const both = [arc.getOrInit(make), arc.getOrInit(make)];
    expect(calls).toBe(1);
    expect(arc.isSet).toBe(false);
    made.resolve('value');
    expect(await Promise.all(both)).toEqual(['value', 'value']);
    expect(await arc.getOrInit(make)).toBe('value');
    expect(calls).toBe(1);
  });

  it('installs a synchronous result at once', async () => {
    const arc = new OptionalArc<string>();
    const made = arc.getOrInit(() => 'now');
    expect(arc.get()).toBe('now');
    expect(await made).toBe('now');
  });

  it('rejects all who wait when the factory fails, and tries again for the next', async () => {
    const arc = new OptionalArc<string>();
    const failure = new Error('no server');
    const made = deferred<string>();
    const both = [arc.getOrInit(() => made.promise), arc.getOrInit(() => 'unused')];
    made.reject(failure);
    for (const one of both) await expect(one).rejects.toBe(failure);
    await expect(
      arc.getOrInit(() => {
        throw failure;
      }),
    ).rejects.toBe(failure);
    await expect(arc.getOrInit(() => null as never)).rejects.toThrow(
      /the result of factory must be neither null nor undefined/,
    );
    await expect(arc.getOrInit('x' as never)).rejects.toThrow('factory must be a function; received "x"');
    expect(await arc.getOrInit(() => 'second')).toBe('second');
  });

  it('lets one who gives up go alone', async () => {
    const arc = new OptionalArc<string>();
    const made = deferred<string>();
    const controller = new AbortController();
    let signal: AbortSignal | undefined;
    const first = arc.getOrInit(
      (context) => {
        signal = context.signal;
        return made.promise;
      },
      { signal: controller.signal },
    );
    const second = arc.getOrInit(() => 'unused');
    const reason = new Error('gone');
    controller.abort(reason);
    await expect(first).rejects.toBe(reason);
    expect(signal?.aborted).toBe(false);
    made.resolve('value');
    expect(await second).toBe('value');
  });

  it('aborts the factory when all have given up, disposes of its late result, and starts anew for the next', async () => {
    const { disposed, options } = recorded();
    const arc = new OptionalArc<string>(undefined, options);
    const made = deferred<string>();
    let signal: AbortSignal | undefined;
    const only = arc.getOrInit(
      (context) => {
        signal = context.signal;
        return made.promise;
      },
      { timeout: 1 },
    );
    await expect(only).rejects.toBeInstanceOf(TimeoutError);
    expect(signal?.aborted).toBe(true);
    expect(await arc.getOrInit(() => 'second')).toBe('second');
    made.resolve('late');
    await expect.poll(() => disposed).toEqual(['late']);
    expect(arc.get()).toBe('second');
  });

  it('gives the value of a set() meanwhile, at once, and disposes of what the factory makes', async () => {
    const { disposed, options } = recorded();
    const arc = new OptionalArc<string>(undefined, options);
    const made = deferred<string>();
    let signal: AbortSignal | undefined;
    const waiting = arc.getOrInit((context) => {
      signal = context.signal;
      return made.promise;
    });
    arc.set('set');
    expect(signal?.aborted).toBe(true);
    expect(await waiting).toBe('set');
    made.resolve('made');
    await expect.poll(() => disposed).toEqual(['made']);
    expect(arc.get()).toBe('set');
  });

  it('does not dispose of a value that the factory has set itself', async () => {
    const { disposed, options } = recorded();
    const arc = new OptionalArc<string>(undefined, options);
    const value = await arc.getOrInit(async () => {
      arc.set('own');
      return 'own';
    });
    await Promise.resolve();
    expect([value, arc.get(), disposed]).toEqual(['own', 'own', []]);
  });

  it('counts a clear() meanwhile as one right after it: those who wait get the value, and it is not installed', async () => {
    const { disposed, options } = recorded();
    const arc = new OptionalArc<string>(undefined, options);
    const made = deferred<string>();
    const before = arc.getOrInit(() => made.promise);
    arc.clear();
    const after = arc.getOrInit(() => 'after');
    made.resolve('before');
    expect(await before).toBe('before');
    expect(await after).toBe('after');
    expect(arc.get()).toBe('after');
    expect(disposed).toEqual(['before']);
  });
});
