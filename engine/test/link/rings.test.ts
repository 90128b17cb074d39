import { describe, expect, it } from 'vitest';
import { createProject, defaultConfig, type LockMap } from '@lockwise/engine';
import { parseSource } from '@lockwise/engine/node';

/** The order of locks that are nested in this way: `a b` has `b` taken under `a`, `g a b` both under `g`. */
function orderOf(...nestings: readonly string[]): LockMap & { readonly rings: readonly string[] } {
  const names = new Set(nestings.flatMap((nesting) => nesting.split(' ')));
  const nested = (locks: readonly string[]): string =>
    locks.length === 0 ? '1' : `${locks[0]!}.runExclusive(() => ${nested(locks.slice(1))})`;
  const text = `import { Mutex } from 'async-mutex';
${[...names].map((name) => `const ${name} = new Mutex();`).join('\n')}
${nestings.map((nesting, index) => `export const f${index} = () => ${nested(nesting.split(' '))};`).join('\n')}
`;
  const host = { parse: parseSource, read: () => undefined, resolve: () => undefined };
  const project = createProject({ host, config: defaultConfig });
  project.set('a.ts', text);
  const map = project.locks();
  const name = (id: string) => map.locks.find((lock) => lock.id === id)!.name;
  return { ...map, rings: map.cycles.map((ring) => ring.map(({ from }) => name(from)).join(' ')) };
}

const ring = (length: number, prefix = 'm') =>
  Array.from({ length }, (_, at) => `${prefix}${at} ${prefix}${(at + 1) % length}`);

describe('the rings of an order', () => {
  it('are found however long they are, once each', () => {
    expect(orderOf('a b', 'b a').rings).toEqual(['a b']);
    expect(orderOf(...ring(5)).rings).toEqual(['m0 m1 m2 m3 m4']);
    const long = orderOf(...ring(40));
    expect(long.rings).toHaveLength(1);
    expect(long.order.map(({ cyclic }) => cyclic)).toEqual(Array(40).fill(true));
  });

  it('are none where a lock is held all around them, as long as that is so', () => {
    const kept = ring(7).map((pair) => `gate ${pair}`);
    expect(orderOf(...kept).rings).toEqual([]);
    expect(orderOf(...kept).order.some(({ cyclic }) => cyclic)).toBe(false);
    expect(orderOf(...kept.slice(1), 'm0 m1').rings).toHaveLength(1);
  });

  it('leave out what leads to them and away from them', () => {
    const { order, rings } = orderOf('before a', 'a b', 'b a', 'b after', 'after last');
    expect(rings).toEqual(['a b']);
    expect(order.filter(({ cyclic }) => cyclic)).toHaveLength(2);
  });

  it('are marked at each of their steps, where there are more than anybody reads', () => {
    const names = Array.from({ length: 16 }, (_, at) => `m${at}`);
    const all = names.flatMap((one) => names.filter((other) => other !== one).map((other) => `${one} ${other}`));
    const { order, cycles } = orderOf(...all);
    expect(cycles).toHaveLength(50);
    expect(order.every(({ cyclic }) => cyclic)).toBe(true);
  });

  it('are none in an order of many locks that has none, which is told at once', () => {
    const all = Array.from({ length: 60 }, (_, one) =>
      Array.from({ length: one }, (_, other) => `m${other} m${one}`),
    ).flat();
    const { order, cycles } = orderOf(...all);
    expect(order).toHaveLength(1770);
    expect(cycles).toEqual([]);
  });
});
