import { describe, expect, it } from 'vitest';
import { rules } from '@lockwise/engine';
import { applied, findings, SAMPLE } from './check-rule.js';
import { newTypeErrors } from './type-errors.js';

/** Code that knows async-mutex alone, and what the fix of a rule makes of it. */
interface Case {
  readonly sample: string;
  /** `gone`: no use of the old lock is left, nor its import; `kept`: it stays, and does less. */
  readonly lock: 'gone' | 'kept';
  /** Words that the code has after the fix. */
  readonly becomes: string;
}

const MUTEX = `import { Mutex } from 'async-mutex';

const mutex = new Mutex();
declare function work(): Promise<string>;
`;

const CASES: Readonly<Record<string, Case | 'async-mutex has no such lock'>> = {
  'no-redundant-lock': {
    sample: `${MUTEX}let low = 0;
let high = 0;
export async function move(by: number): Promise<void> {
  await mutex.runExclusive(() => {
    low += by;
    high += by;
  });
}
export const size = () => high - low;
`,
    lock: 'gone',
    becomes: '  low += by;\n  high += by;\n',
  },
  'no-nested-lock-type': {
    sample: `import { Mutex } from 'async-mutex';

interface Database {
  close(): void;
}
export class Node {
  private readonly mutex = new Mutex();
  private database: Database | undefined;
  async open(database: Database): Promise<void> {
    await this.mutex.runExclusive(() => {
      this.database = database;
    });
  }
  async isOpen(): Promise<boolean> {
    return await this.mutex.runExclusive(() => this.database !== undefined);
  }
}
`,
    lock: 'gone',
    becomes: 'private readonly database = new OptionalArc<Database>()',
  },
  'prefer-atomic-counter': {
    sample: `${MUTEX}let count = 0;
export async function hit(): Promise<void> {
  await mutex.runExclusive(() => {
    count += 1;
  });
}
export const hits = () => count;
`,
    lock: 'gone',
    becomes: 'const count = new AtomicCounter()',
  },
  'prefer-quick-read': {
    sample: `${MUTEX}let names: string[] = [];
export async function add(name: string): Promise<void> {
  await mutex.runExclusive(() => {
    names.push(name);
  });
}
export async function publish(): Promise<void> {
  const release = await mutex.acquire();
  try {
    const copy = [...names];
    await work();
    console.log(copy);
  } finally {
    release();
  }
}
`,
    lock: 'kept',
    becomes: 'const copy = await quickRead(mutex, () => [...names]);',
  },
  'prefer-conditional-update': {
    sample: `${MUTEX}let value = '';
let stale = true;
export async function refresh(): Promise<void> {
  await mutex.runExclusive(async () => {
    if (stale) {
      value = await work();
      stale = false;
    }
  });
}
export const current = () => value;
`,
    lock: 'kept',
    becomes: 'refresh(): Promise<void> {\n  if (stale)',
  },
  'prefer-read-lock': 'async-mutex has no such lock',
  'prefer-batch-processor': {
    sample: `${MUTEX}export class Metrics {
  private readonly sums = new Map<string, number>();
  async record(names: string[]): Promise<void> {
    for (const name of names) {
      await mutex.runExclusive(() => {
        this.sums.set(name, (this.sums.get(name) ?? 0) + 1);
      });
    }
  }
}
`,
    lock: 'kept',
    becomes: 'new BatchProcessor<string>(',
  },
  'prefer-keyed-lock': {
    sample: `${MUTEX}const texts = new Map<string, string>();
export async function load(key: string): Promise<void> {
  await mutex.runExclusive(async () => {
    const before = texts.get(key) ?? '';
    texts.set(key, before + (await work()));
  });
}
`,
    lock: 'gone',
    becomes: 'const mutex = new KeyedMutex<string>()',
  },
  'prefer-concurrent-map': {
    sample: `${MUTEX}export const all = (urls: string[]) => Promise.all(urls.map(async (url) => (await fetch(url)).ok));
export const one = () => mutex.runExclusive(() => work());
`,
    lock: 'kept',
    becomes: 'concurrentMap(urls, ',
  },
  'prefer-retry-with-backoff': {
    sample: `${MUTEX}export async function load(): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await mutex.runExclusive(() => work());
    } catch (error) {
      if (attempt >= 4) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
`,
    lock: 'kept',
    becomes: 'return retryWithBackoff(',
  },
  'prefer-with-timeout': {
    sample: `${MUTEX}export const load = () =>
  Promise.race([
    mutex.runExclusive(() => work()),
    new Promise<never>((_, reject) => setTimeout(() => reject(new Error('late')), 1000)),
  ]);
`,
    lock: 'kept',
    becomes: 'withTimeout(',
  },
  'prefer-scoped-lock': {
    sample: `${MUTEX}export async function load(): Promise<void> {
  const release = await mutex.acquire();
  try {
    await work();
  } finally {
    release();
  }
}
`,
    lock: 'kept',
    becomes: 'await mutex.runExclusive(async () => {',
  },
  'prefer-try-acquire': {
    sample: `${MUTEX}export async function load(): Promise<void> {
  await mutex.waitForUnlock();
  await mutex.runExclusive(() => work());
}
`,
    lock: 'kept',
    becomes: 'export async function load(): Promise<void> {\n  await mutex.runExclusive',
  },
};

describe('code on async-mutex alone: each right-sizing rule has a fix that compiles', () => {
  it('the table tells of every rule', () => {
    const names = rules.filter(({ category }) => category === 'right-sizing').map(({ name }) => name);
    expect(Object.keys(CASES).sort()).toEqual([...names].sort());
  });

  for (const [rule, told] of Object.entries(CASES)) {
    if (typeof told === 'string') continue;
    const { sample, lock, becomes } = told;
    it(`${rule}: the lock is ${lock}`, () => {
      const [finding] = findings(rule, sample);
      const [fix] = finding?.fixes ?? [];
      expect(fix, finding?.message ?? 'no finding').toBeDefined();
      expect(['safe', 'unsafe']).toContain(fix!.tier);
      const files = { [SAMPLE]: sample };
      const after = applied(files, fix!.edits);
      expect(after[SAMPLE]).toContain(becomes);
      expect(newTypeErrors(files, after)).toEqual([]);
      expect(/async-mutex|\bnew Mutex\b|runExclusive|\.acquire\(/.test(after[SAMPLE]!)).toBe(lock === 'kept');
      expect(findings(rule, after).flatMap(({ fixes }) => fixes)).toEqual([]);
    });
  }
});
