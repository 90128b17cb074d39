import { describe, it } from 'vitest';
import { expectRefusal, type Sample } from './check-rule.js';

/** The shapes of code that a fix does not take on, and the words by which the message says so. */
interface Refused {
  readonly rule: string;
  readonly words: string;
  readonly sample: Sample;
}

const MUTEX = `import { Mutex } from 'async-mutex';
declare function work(): Promise<number>;
declare const ready: boolean;
const mutex = new Mutex();
`;

const counter = (body: string): string =>
  `import { AsyncMutex } from '@lockwise/runtime';\nconst count = new AsyncMutex<number>(0);\n${body}\n`;
const pair = (body: string): string => `${MUTEX}let low = 0;\nlet high = 0;\n${body}\n`;
const names = (section: string): string => `${MUTEX}let names: string[] = [];
export async function add(name: string): Promise<void> {
  await mutex.runExclusive(() => {
    names.push(name);
  });
}
${section}
`;
const metrics = (loop: string, parameter = 'names: readonly string[]'): string => `${MUTEX}export class Metrics {
  private readonly sums = new Map<string, number>();
  async record(${parameter}): Promise<void> {
    ${loop}
  }
}
`;

const REFUSED: readonly Refused[] = [
  // ---- a request and its `try`
  {
    rule: 'acquire-before-try',
    words: 'the acquire declares a variable',
    sample: `${MUTEX}export async function f() {\n  try {\n    var release = await mutex.acquire();\n    await work();\n  } finally {\n    release!();\n  }\n}\n`,
  },
  {
    rule: 'acquire-before-try',
    words: 'the acquire does not stand directly in the `try`',
    sample: `${MUTEX}export async function f() {\n  try {\n    {\n      await mutex.acquire();\n    }\n    await work();\n  } finally {\n    mutex.release();\n  }\n}\n`,
  },
  {
    rule: 'require-release',
    words: 'the release is part of a larger statement',
    sample: `${MUTEX}export async function f() {\n  const release = await mutex.acquire();\n  await work();\n  if (ready) release();\n}\n`,
  },
  {
    rule: 'no-early-release',
    words: 'the call is not the last statement of the callback',
    sample: `${MUTEX}async function load() { await fetch('/'); }\nexport const f = () => mutex.runExclusive(() => {\n  load();\n  console.log('loading');\n});\n`,
  },
  {
    rule: 'no-early-release',
    words: 'the call stands in a block inside the callback',
    sample: `${MUTEX}async function load() { await fetch('/'); }\nexport const f = () => mutex.runExclusive(() => {\n  if (ready) {\n    load();\n  }\n});\n`,
  },
  {
    rule: 'no-reentrant-acquire',
    words: 'the nested request has no callback to call instead',
    sample: `${MUTEX}export const f = () => mutex.runExclusive(async () => {\n  const release = await mutex.acquire();\n  release();\n});\n`,
  },
  {
    rule: 'no-mutable-lock',
    words: 'other variables are declared with it',
    sample: `import { Mutex } from 'async-mutex';\nlet mutex = new Mutex(), other = 1;\nexport const f = () => mutex.runExclusive(() => other);\n`,
  },
  // ---- a lock that goes
  {
    rule: 'no-redundant-lock',
    words: 'the promise of a section is neither awaited nor returned at once',
    sample: pair(
      'export async function move() {\n  const moving = mutex.runExclusive(() => {\n    low++;\n    high++;\n  });\n  await moving;\n}',
    ),
  },
  {
    rule: 'no-redundant-lock',
    words: 'the section is not an arrow function',
    sample: pair('export const move = () => mutex.runExclusive(function () {\n  low++;\n  high++;\n});'),
  },
  {
    rule: 'no-redundant-lock',
    words: 'a section that returns in several places is part of a larger statement',
    sample: pair(
      'export async function move() {\n  const moved = await mutex.runExclusive(() => {\n    if (low > 9) return false;\n    low++;\n    high++;\n    return true;\n  });\n  return moved;\n}',
    ),
  },
  {
    rule: 'no-redundant-lock',
    words: 'a section is part of a larger statement',
    sample: pair(
      'export async function move(by: number) {\n  return [by, await mutex.runExclusive(() => {\n    low += by;\n    high++;\n    return low;\n  })];\n}',
    ),
  },
  {
    rule: 'no-redundant-lock',
    words: 'a comment in the call would be lost',
    sample: pair('export const move = () => mutex.runExclusive(/* both */ () => {\n  low++;\n  high++;\n});'),
  },
  {
    rule: 'no-redundant-lock',
    words: 'a comment beside the release would be lost',
    sample: pair(
      'export async function move() {\n  const release = await mutex.acquire();\n  try {\n    low++;\n    high++;\n  } finally {\n    // whatever happens\n    release();\n  }\n}',
    ),
  },
  {
    rule: 'no-redundant-lock',
    words: '`mutex` is declared together with others',
    sample: `import { Mutex } from 'async-mutex';\nconst mutex = new Mutex(), by = 1;\nlet low = 0;\nlet high = 0;\nexport const move = () => mutex.runExclusive(() => {\n  low += by;\n  high++;\n});\n`,
  },
  {
    rule: 'no-redundant-lock',
    words: '`mutex` is exported in another place than its declaration',
    sample: `${pair('export const move = () => mutex.runExclusive(() => {\n  low++;\n  high++;\n});')}export { mutex };\n`,
  },
  // ---- a counter
  {
    rule: 'prefer-atomic-counter',
    words: '`*=` has no counterpart in a counter',
    sample: counter('export const double = () => count.withLock((guard) => {\n  guard.value *= 2;\n});'),
  },
  {
    rule: 'prefer-atomic-counter',
    words: 'the result of a write is used',
    sample: counter('export async function reset() {\n  return await count.withLock((guard) => (guard.value = 1));\n}'),
  },
  {
    rule: 'prefer-atomic-counter',
    words: 'the value is written in a pattern',
    sample: counter(
      'export const set = (list: number[]) => count.withLock((guard) => {\n  [guard.value = 0] = list;\n});',
    ),
  },
  {
    rule: 'prefer-atomic-counter',
    words: 'a guard is taken apart in a pattern',
    sample: counter('export const get = () => count.withLock(({ value }) => value);'),
  },
  {
    rule: 'prefer-atomic-counter',
    words: 'a guard is used for more than its value',
    sample: counter('export const log = () => count.withLock((guard) => {\n  console.log(guard);\n});'),
  },
  // ---- reading in one step
  {
    rule: 'prefer-quick-read',
    words: 'the result of the section is used where it is taken',
    sample: names(
      'export async function publish() {\n  const sent = await mutex.runExclusive(async () => {\n    const copy = [...names];\n    await work();\n    return copy.length;\n  });\n  return sent;\n}',
    ),
  },
  {
    rule: 'prefer-quick-read',
    words: 'the enclosing function is not async',
    sample: names(
      'export function publish() {\n  return mutex.runExclusive(async () => {\n    const copy = [...names];\n    await work();\n    return copy.length;\n  });\n}',
    ),
  },
  {
    rule: 'prefer-quick-read',
    words: 'the `finally` does more than release',
    sample: names(
      "export async function publish() {\n  const release = await mutex.acquire();\n  try {\n    const copy = [...names];\n    await work();\n    console.log(copy);\n  } finally {\n    console.log('done');\n    release();\n  }\n}",
    ),
  },
  {
    rule: 'prefer-quick-read',
    words: 'the acquire is not followed by `try` and `finally`',
    sample: names(
      'export async function publish() {\n  const release = await mutex.acquire();\n  const copy = [...names];\n  await work();\n  console.log(copy);\n  release();\n}',
    ),
  },
  {
    rule: 'prefer-quick-read',
    words: 'the section may return before it waits',
    sample: names(
      'export async function publish() {\n  const release = await mutex.acquire();\n  try {\n    if (names.length === 0) return;\n    await work();\n  } finally {\n    release();\n  }\n}',
    ),
  },
  {
    rule: 'prefer-quick-read',
    words: '`copy` is assigned again after the reading',
    sample: names(
      'export async function publish() {\n  const release = await mutex.acquire();\n  try {\n    let copy = [...names];\n    copy = [String(await work())];\n    console.log(copy);\n  } finally {\n    release();\n  }\n}',
    ),
  },
  // ---- testing first
  {
    rule: 'prefer-conditional-update',
    words: 'the result of the section is used, or it is not a statement of its own',
    sample: `import { AsyncRwLock } from '@lockwise/runtime';\nconst state = new AsyncRwLock({ version: 0 });\nexport const bump = (version: number) => state.withWrite((guard) => {\n  if (guard.value.version < version) guard.value.version = version;\n});\n`,
  },
  {
    rule: 'prefer-conditional-update',
    words: 'the test has a variable that is named `value` already',
    sample: `import { AsyncRwLock } from '@lockwise/runtime';\nconst state = new AsyncRwLock({ version: 0 });\nexport async function bump(value: number) {\n  await state.withWrite((guard) => {\n    if (guard.value.version < value) guard.value.version = value;\n  });\n}\n`,
  },
  // ---- one lock for each key, for a batch
  {
    rule: 'prefer-keyed-lock',
    words: 'a section is not a callback of the lock',
    sample: `${MUTEX}const sums = new Map<string, number>();\nexport async function count(key: string) {\n  const release = await mutex.acquire();\n  try {\n    const before = sums.get(key) ?? 0;\n    sums.set(key, before + (await work()));\n  } finally {\n    release();\n  }\n}\n`,
  },
  {
    rule: 'prefer-keyed-lock',
    words: 'the keys have several types',
    sample: `${MUTEX}const sums = new Map<string | number, number>();\nexport const one = async (key: string) => await mutex.runExclusive(async () => {\n  sums.set(key, await work());\n});\nexport const other = async (key: number) => await mutex.runExclusive(async () => {\n  sums.set(key, await work());\n});\n`,
  },
  {
    rule: 'prefer-batch-processor',
    words: 'the loop does more than to take the lock',
    sample: metrics(
      'for (const name of names) {\n      console.log(name);\n      await mutex.runExclusive(() => {\n        this.sums.set(name, 1);\n      });\n    }',
    ),
  },
  {
    rule: 'prefer-batch-processor',
    words: 'the loop is not in a method',
    sample: `${MUTEX}const sums = new Map<string, number>();\nexport async function record(names: string[]) {\n  for (const name of names) {\n    await mutex.runExclusive(() => {\n      sums.set(name, 1);\n    });\n  }\n}\n`,
  },
  {
    rule: 'prefer-batch-processor',
    words: 'the type of the items is not written at a parameter',
    sample: metrics(
      'for (const name of names) {\n      await mutex.runExclusive(() => {\n        this.sums.set(name, 1);\n      });\n    }',
      'names: Iterable<string>',
    ),
  },
  // ---- scoped form, timers, retries
  {
    rule: 'prefer-scoped-lock',
    words: 'a comment between acquire and release would be lost',
    sample: `${MUTEX}export async function f() {\n  const release = await mutex.acquire();\n  // from here on alone\n  try {\n    await work();\n  } finally {\n    release();\n  }\n}\n`,
  },
  {
    rule: 'prefer-scoped-lock',
    words: 'what is known of `name` would be lost in a function',
    sample: `${MUTEX}export async function f(name: string | undefined) {\n  name ??= 'x';\n  const release = await mutex.acquire();\n  try {\n    await work();\n    console.log(name.length);\n  } finally {\n    release();\n  }\n}\n`,
  },
  {
    rule: 'prefer-try-acquire',
    words: 'the wait is part of a larger statement',
    sample: `${MUTEX}export async function f() {\n  if (ready) console.log(await mutex.waitForUnlock());\n  await mutex.runExclusive(() => work());\n}\n`,
  },
  {
    rule: 'prefer-with-timeout',
    words: 'more than one thing races the timer',
    sample: `${MUTEX}export const f = () => Promise.race([work(), work(), new Promise((_, reject) => setTimeout(() => reject(new Error('late')), 9))]);\n`,
  },
  {
    rule: 'prefer-with-timeout',
    words: 'the timer does more than to reject with an error',
    sample: `${MUTEX}export const f = () => Promise.race([work(), new Promise((resolve) => setTimeout(() => resolve(1), 9))]);\n`,
  },
  {
    rule: 'prefer-concurrent-map',
    words: 'the function uses the list that it is called for',
    sample: `export const f = (urls: string[]) => Promise.all(urls.map(async (url, index, all) => (await fetch(url + index + all.length)).ok));\n`,
  },
  {
    rule: 'prefer-retry-with-backoff',
    words: 'the loop does more than to try, to count and to wait',
    sample: `${MUTEX}export async function f() {\n  for (let attempt = 0; ; attempt++) {\n    try {\n      return await work();\n    } catch (error) {\n      console.log(error);\n      if (attempt >= 4) throw error;\n      await new Promise((resolve) => setTimeout(resolve, 100));\n    }\n  }\n}\n`,
  },
];

describe('a fix is refused, and the message says why', () => {
  for (const { rule, words, sample } of REFUSED) it(`${rule}: ${words}`, () => expectRefusal(rule, sample, words));
});
