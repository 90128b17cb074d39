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

  it('tells a cycle as a ring, step by step, with the function of each', () => {
    const text = `${two}export const back = () => second.runExclusive(async () => { await first.runExclusive(() => total); });\n`;
    const { cycles, locks } = mapOf(text);
    const name = (id: string) => locks.find((lock) => lock.id === id)?.name;
    expect(cycles.map((ring) => ring.map((step) => [name(step.from), name(step.to), step.symbol]))).toEqual([
      [
        ['first', 'second', 'one'],
        ['second', 'first', 'back'],
      ],
    ]);
    expect(cycles[0]!.map(({ span }) => text.slice(...span))).toEqual(['other()', 'first.runExclusive(() => total)']);
  });

  it('has what most sections touch first', () => {
    const { locks } = mapOf(`
import { Mutex } from 'async-mutex';
const mutex = new Mutex();
let rare = 0;
let usual = 0;
export const one = () => mutex.runExclusive(() => { rare++; usual++; });
export const two = () => mutex.runExclusive(() => { rare++; usual++; });
export const three = () => mutex.runExclusive(() => { usual++; });
`);
    expect(locks[0]!.guards).toEqual(['usual', 'rare']);
  });

  it('counts the callers of a wrapper, and not the wrapper; what runs under the lock may have a name', () => {
    const { locks } = mapOf(`
import { Mutex } from 'async-mutex';
const wrapped = new Mutex();
const named = new Mutex();
const executor = new Mutex();
const locked = (job: () => Promise<void>) => wrapped.runExclusive(job);
async function work(): Promise<void> { await fetch('/'); }
export const one = () => locked(async () => { await fetch('/'); });
export const two = () => named.runExclusive(work);
export async function three(): Promise<void> {
  const release = await executor.acquire();
  await new Promise<void>((resolve) => { resolve(); });
  release();
}
`);
    expect(locks.map((lock) => [lock.name, lock.sections.map(({ symbol }) => symbol)])).toEqual([
      ['executor', ['three']],
      ['named', ['two']],
      ['wrapped', ['one']],
    ]);
  });

  it('names locks of a map without numbers, and one that an object gives by its class', () => {
    const { locks } = mapOf(`
import { Mutex } from 'async-mutex';
const mutexes: Record<string, Mutex> = {};
export class Gates {
  get(key: string): Mutex { return mutexes[key]!; }
  async enter(key: string) { const release = await this.get(key).acquire(); release(); }
}
export function go(key: string) {
  mutexes[key] ??= new Mutex();
  return mutexes[key].runExclusive(() => 1);
}
`);
    expect(locks.map(({ name }) => name).sort()).toEqual(['Gates()', 'mutexes[]']);
  });
});
