import { describe, expect, it } from 'vitest';
import { compare, refinement } from '../refinement.js';

/** Two tasks that a program starts at any time, with an outcome that shows all they did. */
const RUN = `import type { Run } from '@lockwise/runtime/testing';\n`;

describe('right-sizing fixes add no outcome', () => {
  it('prefer-atomic-counter: an update and a read, every caller waits', async () => {
    const compared = await refinement(
      'prefer-atomic-counter',
      `${RUN}import { Mutex } from 'async-mutex';
const mutex = new Mutex();
let hits = 0;
async function hit(): Promise<number> {
  return await mutex.runExclusive(() => {
    hits += 1;
    return hits;
  });
}
export async function program(run: Run) {
  const task = async () => {
    await run.pause();
    return await hit();
  };
  return await Promise.all([run.task('a', task), run.task('b', task), run.task('c', task)]);
}`,
    );
    expect(compared.added).toEqual([]);
    expect(compared.same).toBe(true);
  });

  it('prefer-atomic-counter: its twin, a caller that goes on without waiting, sees another order', async () => {
    const program = (bump: string) => `${RUN}import { Mutex } from 'async-mutex';
import { AtomicCounter } from '@lockwise/runtime';
const mutex = new Mutex();
const hits = new AtomicCounter();
async function hit() { ${bump} }
export async function program(run: Run) {
  return await run.task('a', async () => {
    void hit();
    const seen = hits.get();
    await run.pause();
    return [seen, hits.get()];
  });
}`;
    const compared = await compare(
      program('await mutex.runExclusive(() => { hits.increment(); });'),
      program('hits.increment();'),
    );
    expect(compared.added.map((outcome) => outcome.text)).toEqual(['returned [1, 1]']);
  });

  it('prefer-atomic-counter: its twin, a lock that is held across a wait, loses an update', async () => {
    const program = (add: string) => `${RUN}import { AsyncMutex, AtomicCounter } from '@lockwise/runtime';
export async function program(run: Run) {
  const lock = new AsyncMutex(0);
  const counter = new AtomicCounter();
  const task = async () => { ${add} };
  await Promise.all([run.task('a', task), run.task('b', task, { after: 'a' })]);
  return (await lock.withLock((guard) => guard.value)) + counter.get();
}`;
    const compared = await compare(
      program(
        'await lock.withLock(async (guard) => { const before = guard.value; await run.pause(); guard.value = before + 1; });',
      ),
      program('const before = counter.get(); await run.pause(); counter.set(before + 1);'),
    );
    expect(compared.added.map((outcome) => outcome.text)).toEqual(['returned 1']);
  });

  it('no-redundant-lock: two fields that belong together', async () => {
    const compared = await refinement(
      'no-redundant-lock',
      `${RUN}import { Mutex } from 'async-mutex';
const mutex = new Mutex();
let low = 0;
let high = 0;
async function move(by: number): Promise<void> {
  await mutex.runExclusive(() => {
    low += by;
    high = low + 1;
  });
}
export async function program(run: Run) {
  const task = (by: number) => async () => {
    await run.pause();
    await move(by);
    return [low, high];
  };
  return await Promise.all([run.task('a', task(1)), run.task('b', task(10))]);
}`,
    );
    expect(compared.added).toEqual([]);
  });

  it('no-nested-lock-type: lazy initialisation makes one value', async () => {
    const compared = await refinement(
      'no-nested-lock-type',
      `${RUN}import { Mutex } from 'async-mutex';
const mutex = new Mutex();
let made = 0;
let connection: { readonly id: number } | undefined;
async function connect(run: Run): Promise<{ readonly id: number }> {
  await run.pause();
  return { id: ++made };
}
async function get(run: Run): Promise<{ readonly id: number }> {
  return await mutex.runExclusive(async () => {
    if (connection === undefined) connection = await connect(run);
    return connection;
  });
}
export async function program(run: Run) {
  const task = async () => (await get(run)).id;
  return await Promise.all([run.task('a', task), run.task('b', task), run.task('c', task, { after: 'b' })]);
}`,
    );
    expect(compared.added).toEqual([]);
    expect(compared.same).toBe(true);
  });

  it('prefer-conditional-update: one of two whose condition holds once', async () => {
    const compared = await refinement(
      'prefer-conditional-update',
      `${RUN}import { AsyncRwLock } from '@lockwise/runtime';
const state = new AsyncRwLock({ leader: '' });
const took: string[] = [];
async function lead(run: Run, name: string): Promise<void> {
  await state.withWrite(async (guard) => {
    if (guard.value.leader === '') {
      await run.pause();
      guard.value.leader = name;
      took.push(name);
    }
  });
}
export async function program(run: Run) {
  await Promise.all(['a', 'b'].map((name) => run.task(name, () => lead(run, name))));
  return took;
}`,
    );
    expect(compared.added).toEqual([]);
    expect(compared.same).toBe(true);
  });

  it('prefer-conditional-update: its twin without the second test leads twice', async () => {
    const program = (section: string) => `${RUN}import { AsyncRwLock } from '@lockwise/runtime';
export async function program(run: Run) {
  const state = new AsyncRwLock({ leader: '' });
  const took: string[] = [];
  const lead = (name: string) => async () => { ${section} };
  await Promise.all(['a', 'b'].map((name) => run.task(name, lead(name))));
  return took.length;
}`;
    const update = 'await run.pause(); guard.value.leader = name; took.push(name);';
    const compared = await compare(
      program(`await state.withWrite(async (guard) => { if (guard.value.leader === '') { ${update} } });`),
      program(
        `if (await state.withRead((value) => value.leader === '')) await state.withWrite(async (guard) => { ${update} });`,
      ),
    );
    expect(compared.added.map((outcome) => outcome.text)).toContain('returned 2');
  });

  it('prefer-read-lock: a reader beside a writer', async () => {
    const compared = await refinement(
      'prefer-read-lock',
      `${RUN}import { AsyncRwLock } from '@lockwise/runtime';
const state = new AsyncRwLock({ left: 0, right: 0 });
async function sum(): Promise<number> {
  return await state.withWrite((guard) => guard.value.left + guard.value.right);
}
async function move(run: Run): Promise<void> {
  await state.withWrite(async (guard) => {
    guard.value.left = 1;
    await run.pause();
    guard.value.right = -1;
  });
}
export async function program(run: Run) {
  return await Promise.all([run.task('a', () => sum()), run.task('b', () => move(run)), run.task('c', () => sum())]);
}`,
    );
    expect(compared.added).toEqual([]);
  });

  it('prefer-scoped-lock: the same section', async () => {
    const compared = await refinement(
      'prefer-scoped-lock',
      `${RUN}import { Mutex } from 'async-mutex';
const mutex = new Mutex();
const log: string[] = [];
async function work(run: Run, name: string): Promise<void> {
  const release = await mutex.acquire();
  try {
    log.push(name);
    await run.pause();
    log.push(name);
  } finally {
    release();
  }
}
export async function program(run: Run) {
  await Promise.all(['a', 'b'].map((name) => run.task(name, () => work(run, name))));
  return log;
}`,
    );
    expect(compared.same).toBe(true);
  });
});
