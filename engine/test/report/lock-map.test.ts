import { describe, expect, it } from 'vitest';
import { createProject, defaultConfig, type LockMap } from '@lockwise/engine';
import { parseSource } from '@lockwise/engine/node';

function mapOf(text: string): LockMap {
  const host = { parse: parseSource, read: () => undefined, resolve: () => undefined };
  const project = createProject({ host, config: defaultConfig });
  project.set('a.ts', text);
  return project.locks();
}

const two = `
import { Mutex } from 'async-mutex';
const first = new Mutex();
const second = new Mutex();
let total = 0;
export async function one(): Promise<void> {
  await first.runExclusive(async () => { total++; await other(); });
}
async function other(): Promise<void> {
  await second.runExclusive(async () => { await fetch('/'); });
}
export async function read(): Promise<number> {
  return await first.runExclusive(() => total);
}
`;

describe('the lock map', () => {
  it('has each lock with its kind, what it guards, its sections and their suspensions', () => {
    const { locks } = mapOf(two);
    expect(locks.map((lock) => [lock.name, lock.kind, lock.guards])).toEqual([
      ['first', 'async-mutex Mutex', ['total']],
      ['second', 'async-mutex Mutex', []],
    ]);
    expect(locks[0]?.sections.map((section) => [section.symbol, section.suspensions.length])).toEqual([
      ['one', 1],
      ['read', 0],
    ]);
  });

  it('orders locks through calls, without a cycle where there is none', () => {
    const { locks, order } = mapOf(two);
    const name = (id: string) => locks.find((lock) => lock.id === id)?.name;
    expect(order.map((edge) => [name(edge.from), name(edge.to), edge.cyclic])).toEqual([['first', 'second', false]]);
  });

  it('marks the edges of a cycle', () => {
    const { order } = mapOf(
      `${two}export const back = () => second.runExclusive(async () => { await first.runExclusive(() => total); });\n`,
    );
    expect(order.map((edge) => edge.cyclic)).toEqual([true, true]);
  });
});
