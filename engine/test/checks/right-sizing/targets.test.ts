import { describe, expect, it } from 'vitest';
import { applied, filesOf, findings, type Sample } from '../check-rule.js';
import { newTypeErrors } from '../type-errors.js';

/** What a rule makes of code that knows no lock but those of async-mutex. */
interface Target {
  readonly rule: string;
  /** What of our runtime the fix lands on; absent where it needs nothing of it. */
  readonly helper?: string;
  readonly sample: Sample;
  /** No use of the old lock may be left. */
  readonly dropsLock?: true;
  /** The files that the fix changes besides the one of the finding. */
  readonly elsewhere?: readonly string[];
}

const IMPORT = `import { Mutex } from 'async-mutex';\ndeclare function send(names: readonly string[]): Promise<void>;\n`;

const names = (read: string) => `${IMPORT}
export class Names {
  private readonly mutex = new Mutex();
  private names: string[] = [];

  async add(name: string): Promise<void> {
    await this.mutex.runExclusive(() => {
      this.names.push(name);
    });
  }

  async publish(): Promise<void> {
    await this.mutex.runExclusive(async () => {
      const names = ${read};
      await send(names);
    });
  }
}
`;

const TARGETS: readonly Target[] = [
  { rule: 'prefer-quick-read', helper: 'quickRead', sample: names('[...this.names]') },
  { rule: 'prefer-quick-read', helper: 'quickReadExtract', sample: names('this.names') },
  {
    rule: 'prefer-conditional-update',
    sample: `${IMPORT}
export class Names {
  private readonly mutex = new Mutex();
  private stale = true;

  async refresh(): Promise<void> {
    await this.mutex.runExclusive(async () => {
      if (this.stale) {
        await send([]);
        this.stale = false;
      }
    });
  }
}
`,
  },
  {
    rule: 'prefer-with-timeout',
    helper: 'withTimeout',
    sample: `${IMPORT}
const mutex = new Mutex();
export async function publish(names: readonly string[]): Promise<void> {
  await Promise.race([
    mutex.runExclusive(() => send(names)),
    new Promise<never>((_, reject) => setTimeout(() => reject(new Error('too late')), 100)),
  ]);
}
`,
  },
  {
    rule: 'prefer-batch-processor',
    helper: 'BatchProcessor',
    sample: `${IMPORT}
export class Names {
  private readonly mutex = new Mutex();
  private readonly names: string[] = [];

  async add(names: readonly string[]): Promise<void> {
    for (const name of names) {
      await this.mutex.runExclusive(() => {
        this.names.push(name);
      });
    }
  }
}
`,
  },
  {
    rule: 'prefer-atomic-counter',
    helper: 'AtomicCounter',
    dropsLock: true,
    sample: `${IMPORT}
export class Names {
  private readonly mutex = new Mutex();
  private count = 0;

  async add(): Promise<number> {
    return await this.mutex.runExclusive(() => ++this.count);
  }

  async reset(): Promise<void> {
    const release = await this.mutex.acquire();
    try {
      this.count = 0;
    } finally {
      release();
    }
  }
}
`,
  },
  {
    rule: 'no-nested-lock-type',
    helper: 'OptionalArc',
    dropsLock: true,
    sample: `${IMPORT}
export class Names {
  private readonly mutex = new Mutex();
  private sender: { send(names: readonly string[]): Promise<void> } | undefined;

  async connect(): Promise<void> {
    await this.mutex.runExclusive(() => {
      this.sender = { send };
    });
  }

  async disconnect(): Promise<void> {
    await this.mutex.runExclusive(() => {
      this.sender = undefined;
    });
  }

  async publish(): Promise<void> {
    await this.mutex.runExclusive(() => this.sender?.send([]));
  }
}
`,
  },
  {
    rule: 'no-redundant-lock',
    dropsLock: true,
    sample: `${IMPORT}
export class Names {
  private readonly mutex = new Mutex();
  private readonly names: string[] = [];
  private longest = 0;

  async add(name: string): Promise<void> {
    await this.mutex.runExclusive(() => {
      this.names.push(name);
      this.longest = Math.max(this.longest, name.length);
    });
  }
}
`,
  },
  {
    rule: 'no-redundant-lock',
    dropsLock: true,
    elsewhere: ['user.ts'],
    sample: {
      'sample.ts': `import { Mutex } from 'async-mutex';
export const mutex = new Mutex();
export const bounds = { low: 0, high: 0 };
`,
      'user.ts': `import { bounds, mutex } from './sample.js';
export async function move(by: number): Promise<void> {
  await mutex.runExclusive(() => {
    bounds.low += by;
    bounds.high = bounds.low + 1;
  });
}
`,
    },
  },
  {
    rule: 'prefer-keyed-lock',
    helper: 'KeyedMutex',
    dropsLock: true,
    sample: `${IMPORT}
export class Names {
  private readonly mutex = new Mutex();
  private readonly sent = new Map<string, boolean>();

  async publish(name: string): Promise<void> {
    await this.mutex.runExclusive(async () => {
      if (this.sent.has(name)) return;
      await send([name]);
      this.sent.set(name, true);
    });
  }
}
`,
  },
  {
    rule: 'prefer-retry-with-backoff',
    helper: 'retryWithBackoff',
    sample: `${IMPORT}
export async function publish(names: readonly string[]): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await send(names);
    } catch (error) {
      if (attempt >= 4) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
`,
  },
  {
    rule: 'prefer-concurrent-map',
    helper: 'concurrentMap',
    sample: `export async function load(urls: readonly string[]): Promise<string[]> {
  return await Promise.all(urls.map(async (url) => (await fetch(url)).text()));
}
`,
  },
  {
    rule: 'prefer-scoped-lock',
    sample: `${IMPORT}
const mutex = new Mutex();
export async function publish(names: readonly string[]): Promise<void> {
  const release = await mutex.acquire();
  try {
    await send(names);
  } finally {
    release();
  }
}
`,
  },
  {
    rule: 'prefer-try-acquire',
    sample: `${IMPORT}
const mutex = new Mutex();
export async function publish(names: readonly string[]): Promise<void> {
  await mutex.waitForUnlock();
  await mutex.runExclusive(() => send(names));
}
`,
  },
];

describe.each(TARGETS)('$rule on code of async-mutex alone: $helper', (target) => {
  const before = filesOf(target.sample);
  const [finding] = findings(target.rule, before);
  const fix = finding?.fixes[0];
  const after = applied(before, fix?.edits ?? []);

  it('gives a fix that lands on it', () => {
    expect(fix, finding?.message).toBeDefined();
    if (target.helper)
      expect(Object.values(after).join('\n')).toMatch(
        new RegExp(`import { ${target.helper} } from '@lockwise/runtime'`),
      );
    else expect(Object.values(after).join('\n')).not.toContain('@lockwise/runtime');
  });

  it('changes every file that has a use', () => {
    const changed = Object.keys(before).filter((path) => before[path] !== after[path]);
    expect(changed).toEqual(['sample.ts', ...(target.elsewhere ?? [])]);
  });

  it('compiles', () => {
    expect(newTypeErrors(before, after)).toEqual([]);
  });

  if (target.dropsLock)
    it('leaves no use of the old lock', () => {
      expect(Object.values(after).join('\n')).not.toMatch(/async-mutex|\bMutex\b|runExclusive|new Mutex/);
    });
});

it('every helper of the runtime that fixes land on is the target of a rule', () => {
  // `conditionalUpdate` needs a lock that owns its data: prefer-conditional-update.test.ts has it.
  const wanted = [
    'AtomicCounter',
    'BatchProcessor',
    'KeyedMutex',
    'OptionalArc',
    'concurrentMap',
    'quickRead',
    'quickReadExtract',
    'retryWithBackoff',
    'withTimeout',
  ];
  expect([...new Set(TARGETS.flatMap(({ helper }) => helper ?? []))].sort()).toEqual(wanted);
});
