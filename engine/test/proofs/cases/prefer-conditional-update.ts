import type { RuleProofs } from '../proof.js';

const lead = (section: string) => `import { AsyncRwLock } from '@lockwise/runtime';

const state = new AsyncRwLock({ leader: '' });
const took: string[] = [];

async function lead(name: string): Promise<void> {
${section}
}`;

const LEAD = lead(`  await state.withWrite(async (guard) => {
    if (guard.value.leader === '') {
      await pause();
      guard.value.leader = name;
      took.push(name);
    }
  });`);

/** A value that is loaded anew when it is stale, beside plain fields. */
const refresh = (steps: string, test = 'stale') => `import { Mutex } from 'async-mutex';

const mutex = new Mutex();
let stale = true;
let value = '';
let tested = 0;

async function refresh(): Promise<string> {
  await mutex.runExclusive(async () => {
    if (${test}) {
${steps}
    }
  });
  return value;
}

async function invalidate(): Promise<void> {
  await mutex.runExclusive(() => {
    stale = true;
  });
}`;

const PUBLISHED_LAST = "      await pause();\n      value += 'x';\n      stale = false;";
const PUBLISHED_FIRST = "      stale = false;\n      await pause();\n      value += 'x';";

export default {
  rule: 'prefer-conditional-update',
  proofs: [
    {
      title: 'one of two for whom the condition holds once',
      source: LEAD,
      tasks: { a: "await lead('a');", b: "await lead('b');" },
      observe: 'took',
      fix: { tier: 'safe' },
      outcomes: 'same',
    },
    {
      title: 'beside plain fields: the value is there before it counts as fresh; every caller waits',
      source: refresh(PUBLISHED_LAST),
      tasks: { a: 'return await refresh();', b: 'return await refresh();', c: 'await invalidate();' },
      observe: 'value',
      fix: { tier: 'safe' },
      outcomes: 'no more',
    },
    {
      title: 'it counts as fresh before the value is there',
      violates: 'the payload is published no later than the condition flips',
      source: refresh(PUBLISHED_FIRST),
      tasks: { a: 'return await refresh();', b: 'return await refresh();' },
      fix: { tier: 'unsafe', assumes: 'a test without the lock may see it half-way' },
      outcomes: { adds: "b ''" },
    },
    {
      title: 'a caller goes on without waiting for its own change',
      violates: 'every call is awaited or returned at once',
      source: refresh(PUBLISHED_LAST),
      tasks: {
        a: 'await refresh();\n    const invalidated = invalidate();\n    const refreshed = refresh();\n    await invalidated;\n    return await refreshed;',
      },
      fix: { tier: 'unsafe', assumes: 'the update takes its place in the queue only after the test' },
      outcomes: { adds: "a 'x'" },
    },
    {
      title: 'the test counts how often it is made',
      violates: 'the condition is pure',
      source: refresh(PUBLISHED_LAST, '++tested > 0 && stale'),
      tasks: { a: 'await refresh();', b: 'await refresh();' },
      observe: 'tested',
      fix: {
        silent: true,
        byHand: [
          [
            '  await mutex.runExclusive(async () => {',
            '  if (++tested > 0 && stale) await mutex.runExclusive(async () => {',
          ],
        ],
      },
      outcomes: { adds: 'then 3' },
    },
    {
      title: 'another file, which was not analysed, makes the condition hold again and asks before that is done',
      violates: 'closed',
      source: `import { again } from './unseen.js';\n${refresh(PUBLISHED_LAST).replace('const mutex', 'export const mutex')}`,
      unseen: {
        'unseen.ts': `import { mutex } from './sample.js';
export async function again(spoil: () => void, refresh: () => Promise<string>): Promise<string> {
  const spoilt = mutex.runExclusive(spoil);
  const refreshed = await refresh();
  await spoilt;
  return refreshed;
}`,
      },
      tasks: {
        a: 'await refresh();\n    await pause();\n    return await again(() => (stale = true), () => refresh());',
      },
      fix: { tier: 'unsafe', assumes: '`mutex` is not private' },
      outcomes: { adds: "a 'x'" },
    },
    {
      title: 'the update returns from the function',
      violates: 'the update ends where it is written',
      source: lead(`  const guard = await state.write();
  try {
    if (guard.value.leader === '') {
      guard.value.leader = name;
      return;
    }
  } finally {
    guard.release();
  }
  took.push(name);`),
      tasks: { a: "await lead('a');", b: "await lead('b');" },
      observe: 'took',
      fix: {
        refused: 'the update returns from the function',
        byHand: [
          [
            "  const guard = await state.write();\n  try {\n    if (guard.value.leader === '') {",
            "  await state.withWrite((guard) => {\n    if (guard.value.leader === '') {",
          ],
          ['  } finally {\n    guard.release();\n  }', '  });'],
        ],
      },
      outcomes: { adds: "then [ 'a', 'b' ]" },
    },
  ],
} satisfies RuleProofs;
