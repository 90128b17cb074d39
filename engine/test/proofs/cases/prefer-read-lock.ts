import type { RuleProofs } from '../proof.js';

/** Two halves of a sum, moved in two steps, and a section that takes the write side to read them. */
const sums = (sum: string, more = '', state = 'const state') => `import { AsyncRwLock } from '@lockwise/runtime';

${state} = new AsyncRwLock({ left: 0, right: 0 });
let running = 0;
let most = 0;

async function sum(): Promise<number> {
${sum}
}

async function move(): Promise<void> {
  await state.withWrite(async (guard) => {
    guard.value.left = 1;
    await pause();
    guard.value.right = -1;
  });
}
${more}`;

const SUM = '  return await state.withWrite((guard) => guard.value.left + guard.value.right);';

const SLOW_SUM = `  return await state.withWrite(async (guard) => {
    const { left } = guard.value;
    await pause();
    return left + guard.value.right;
  });`;

const REPORTED = `import { report, mostAtOnce } from './unseen.js';\n${sums(`  return await state.withWrite(async (guard) => {
    const { left } = guard.value;
    await report.get(left);
    return left + guard.value.right;
  });`)}`;

/** Outside of what is analysed: it counts how many reports are made at once. */
const REPORT = {
  'unseen.ts': `let running = 0;
let most = 0;
export const mostAtOnce = () => most;
export const report = {
  async get(value: number): Promise<number> {
    most = Math.max(most, ++running);
    await pause();
    running--;
    return value;
  },
};`,
};

export default {
  rule: 'prefer-read-lock',
  proofs: [
    {
      title: 'readers beside a writer that is half-way',
      source: sums(SUM),
      tasks: { a: 'return await sum();', b: 'await move();', c: 'return await sum();' },
      fix: { tier: 'safe' },
      outcomes: 'same',
    },
    {
      title: 'the section reports while it is the only one, and two of them now run at once',
      violates: 'no effect cell',
      source: REPORTED,
      unseen: REPORT,
      tasks: { a: 'await sum();', b: 'await sum();' },
      observe: 'mostAtOnce()',
      fix: { tier: 'unsafe', assumes: 'what it waits for may be what the lock keeps apart' },
      outcomes: { adds: 'then 2' },
    },
    {
      title: 'the same, and nobody else sums meanwhile',
      source: REPORTED,
      unseen: REPORT,
      tasks: { a: 'await sum();\n    await sum();', b: 'await move();' },
      observe: 'mostAtOnce()',
      fix: { tier: 'unsafe', assumes: 'what it waits for may be what the lock keeps apart' },
      outcomes: 'same',
    },
    {
      title: 'the section counts what runs',
      violates: 'transitively write-free',
      source: sums(
        SLOW_SUM.replace('const { left }', 'most = Math.max(most, ++running);\n    const { left }').replace(
          'return left',
          'running--;\n    return left',
        ),
      ),
      tasks: { a: 'await sum();', b: 'await sum();' },
      observe: 'most',
      fix: {
        silent: true,
        byHand: [
          [
            'return await state.withWrite(async (guard) => {\n    most',
            'return await state.withRead(async (value) => {\n    const guard = { value };\n    most',
          ],
        ],
      },
      outcomes: { adds: 'then 2' },
    },
    {
      title: 'another file, which was not analysed, writes under the read side and counts on the exclusion',
      violates: 'closed',
      source: `import { swap } from './unseen.js';\n${sums(SUM, '', 'export const state')}`,
      unseen: {
        'unseen.ts': `import { state } from './sample.js';
export const swap = () => state.withRead(async (value) => {
  const writable = value as { left: number; right: number };
  writable.left++;
  await pause();
  writable.right--;
});`,
      },
      tasks: { a: 'return await sum();', b: 'await swap();' },
      fix: { tier: 'unsafe', assumes: '`state` is not private' },
      outcomes: { adds: 'a 1' },
    },
    {
      title: 'the write side keeps apart two sections that take two other locks in opposite orders',
      violates: 'gates no other lock, no other acquire inside',
      source: `import { AsyncMutex, AsyncRwLock } from '@lockwise/runtime';

const state = new AsyncRwLock({ on: true });
const first = new AsyncMutex(0);
const second = new AsyncMutex(0);

async function up(): Promise<void> {
  await state.withWrite(async (guard) => {
    if (guard.value.on) await first.withLock(() => pause().then(() => second.withLock(() => undefined)));
  });
}

async function down(): Promise<void> {
  await state.withWrite(async (guard) => {
    if (guard.value.on) await second.withLock(() => pause().then(() => first.withLock(() => undefined)));
  });
}`,
      tasks: { a: 'await up();', b: 'await down();' },
      fix: {
        silent: true,
        byHand: [
          [
            'state.withWrite(async (guard) => {\n    if (guard.value.on) await first',
            'state.withRead(async (value) => {\n    if (value.on) await first',
          ],
          [
            'state.withWrite(async (guard) => {\n    if (guard.value.on) await second',
            'state.withRead(async (value) => {\n    if (value.on) await second',
          ],
        ],
      },
      outcomes: { adds: 'a waits for ever, b waits for ever' },
    },
  ],
} satisfies RuleProofs;
