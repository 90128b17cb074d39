import { describe, expect, it } from 'vitest';
import { expectFix, expectRefusal, findings } from '../checks/check-rule.js';

const PRIVATE = '{ "name": "shop", "version": "1.0.0", "private": true }';

/** The lock cannot simply be taken away there either, for a comment would be lost. */
const commented = (text: string): string => text.replace('runExclusive(()', 'runExclusive(/* one */ ()');

describe('a counter whose number other files use', () => {
  const counted = {
    'package.json': PRIVATE,
    'hits.ts': `import { Mutex } from 'async-mutex';

const mutex = new Mutex();
export let hits = 0;

export async function hit(): Promise<number> {
  return await mutex.runExclusive(() => ++hits);
}
`,
    'main.ts': `import { hit, hits as seen } from './hits.js';

console.log(await hit(), seen, { seen });
`,
  };

  it('is one for all of them', () => {
    const result = {
      ...counted,
      'hits.ts': `import { AtomicCounter } from '@lockwise/runtime';

export const hits = new AtomicCounter();

export async function hit(): Promise<number> {
  return hits.increment();
}
`,
      'main.ts': `import { hit, hits as seen } from './hits.js';

console.log(await hit(), seen.get(), { seen: seen.get() });
`,
    };
    expectFix('prefer-atomic-counter', counted, result, { tier: 'safe' });
  });

  it('is refused where others may use it', () => {
    const condition =
      '`hits` is exported: code that was not analysed (`shop` is not private, and every file of it can be imported) may use it';
    expectRefusal(
      'prefer-atomic-counter',
      {
        ...counted,
        'hits.ts': commented(counted['hits.ts']),
        'package.json': '{ "name": "shop", "version": "1.0.0" }',
      },
      condition,
    );
  });

  it('is refused where a type is made of it', () => {
    const files = {
      ...counted,
      'hits.ts': commented(counted['hits.ts']),
      'main.ts': `${counted['main.ts']}export const most: typeof seen = 9;\n`,
    };
    expectRefusal('prefer-atomic-counter', files, '`seen` is used in a type');
    const more = "import { hits } from './hits.js';\nexport const most: typeof hits = 9;\n";
    expectRefusal('prefer-atomic-counter', { ...files, 'main.ts': '', 'more.ts': more }, '`hits` is used in a type');
  });

  it('is found where a file has the whole module', () => {
    const more = (read: string, module = "import * as stats from './hits.js';") => `${module}\nconsole.log(${read});\n`;
    const [finding] = findings('prefer-atomic-counter', { ...counted, 'more.ts': more('stats.hits') });
    const edits = finding!.fixes[0]!.edits.filter(({ path }) => path === 'more.ts');
    expect(edits.map(({ text }) => text)).toEqual(['stats.hits.get()']);
    const files = { ...counted, 'hits.ts': commented(counted['hits.ts']) };
    const taken = more('hits', "const { hits } = await import('./hits.js');");
    expectRefusal('prefer-atomic-counter', { ...files, 'more.ts': taken }, '`hits` is taken out in a pattern');
    const called = more("(await import('./hits.js')).hits", 'export {};');
    expectRefusal('prefer-atomic-counter', { ...files, 'more.ts': called }, 'is more than a path of names');
  });
});

describe('a counter whose number is a field that other files use', () => {
  const stats = `import { Mutex } from 'async-mutex';

export class Stats {
  private readonly mutex = new Mutex();
  hits = 0;

  async hit(): Promise<void> {
    await this.mutex.runExclusive(() => {
      this.hits += 1;
    });
  }
}
`;
  const main = `import { Stats } from './stats.js';

const stats = new Stats();
await stats.hit();
if (stats.hits > 3) stats.hits = 0;
`;
  const field = { 'package.json': PRIVATE, 'stats.ts': stats, 'main.ts': main };

  it('is changed in all of them, for one who looks before it is written', () => {
    const result = {
      ...field,
      'stats.ts': `import { AtomicCounter } from '@lockwise/runtime';

export class Stats {
  readonly hits = new AtomicCounter();

  async hit(): Promise<void> {
    this.hits.add(1);
  }
}
`,
      'main.ts': `import { Stats } from './stats.js';

const stats = new Stats();
await stats.hit();
if (stats.hits.get() > 3) stats.hits.set(0);
`,
    };
    const reason =
      '`hits` is not private: who copies or writes out a whole object of the class gets something else for it';
    expectFix('prefer-atomic-counter', field, result, { tier: 'unsafe', reason });
  });

  it.each([
    ['an object may be one', 'export const read = (some: any) => some.hits;\n', 'another file may use `hits`'],
    [
      'it is taken out',
      'export const read = () => {\n  const { hits } = stats;\n  return hits;\n};\n',
      '`hits` is taken out in a pattern',
    ],
    [
      'it is reached by a call',
      'const get = (): Stats => stats;\nexport const read = () => get().hits;\n',
      '`get().hits` is more than a path of names',
    ],
  ])('is refused where %s', (_, more, condition) => {
    expectRefusal(
      'prefer-atomic-counter',
      { ...field, 'stats.ts': commented(stats), 'main.ts': main + more },
      condition,
    );
  });
});

describe('what only its own file uses, though others could', () => {
  const doors = `import { Mutex } from 'async-mutex';

export class Doors {
  locks = new Map<string, Mutex>();

  async open(key: string): Promise<void> {
    let lock = this.locks.get(key);
    if (!lock) {
      lock = new Mutex();
      this.locks.set(key, lock);
    }
    await lock.runExclusive(() => fetch(key));
    this.locks.delete(key);
  }
}
`;
  const keyed = `import { KeyedMutex } from '@lockwise/runtime';

export class Doors {
  locks = new KeyedMutex<string>();

  async open(key: string): Promise<void> {
    await this.locks.withLock(key, () => fetch(key));
  }
}
`;
  const main = "import { Doors } from './doors.js';\n\nexport const open = () => new Doors().open('a');\n";
  const files = { 'package.json': PRIVATE, 'doors.ts': doors, 'main.ts': main };

  it('is a map of locks that becomes a keyed one', () => {
    expectFix('no-leaky-keyed-lock', files, { ...files, 'doors.ts': keyed }, { tier: 'unsafe' });
  });

  it('is refused where another may use it', () => {
    const more = 'export const count = (some: any) => some.locks.size;\n';
    const condition = '`locks` is not private: `some.locks` (`more.ts:1`), which may be the same, may use it';
    expectRefusal('no-leaky-keyed-lock', { ...files, 'more.ts': more }, condition);
  });

  const optional = `import { Mutex } from 'async-mutex';

export class Door {
  mutex?: Mutex = new Mutex();

  async open(): Promise<void> {
    await this.mutex?.runExclusive(() => fetch('a'));
  }
}
`;

  it('is a lock that is always there', () => {
    const result = optional.replace('mutex?: Mutex =', 'mutex =').replace('mutex?.', 'mutex.');
    const before = { 'package.json': PRIVATE, 'door.ts': optional };
    expectFix('no-optional-lock', before, { ...before, 'door.ts': result }, { tier: 'unsafe' });
  });
});

describe('a lock that guards nothing', () => {
  const pair = `import { Mutex } from 'async-mutex';

export const mutex = new Mutex();
let hits = 0;
let last = '';

export async function hit(name: string): Promise<void> {
  await mutex.runExclusive(() => {
    hits += 1;
    last = name + String(hits) + last;
  });
}
await hit('a');
`;

  it.each([
    [
      'is imported where nothing uses it',
      "import { mutex } from './pair.js';\n",
      '`more.ts` imports `mutex`, and does not use it',
    ],
    [
      'is made a type of in another file',
      "import type { mutex } from './pair.js';\nexport type Lock = typeof mutex;\n",
      '`mutex` is used in a type',
    ],
  ])('stays where it %s', (_, more, condition) => {
    const files = { 'package.json': PRIVATE, 'pair.ts': pair };
    const [finding] = findings('no-redundant-lock', files);
    expect(finding?.fixes[0]?.tier).toBe('safe');
    expectRefusal('no-redundant-lock', { ...files, 'more.ts': more }, condition);
  });
});

describe('a field that nobody writes again', () => {
  const door = `import { Mutex } from 'async-mutex';

export class Door {
  mutex = new Mutex();

  open = () => this.mutex.runExclusive(() => fetch('a'));
}
`;
  const files = { 'package.json': PRIVATE, 'door.ts': door };
  const result = { ...files, 'door.ts': door.replace('  mutex =', '  readonly mutex =') };

  it('becomes readonly', () => {
    expectFix('no-mutable-lock', files, result, { tier: 'safe' });
  });

  it('may be written by others where a single file is seen', () => {
    const reason = '`mutex` is not private: code outside of the class may write it';
    expectFix('no-mutable-lock', { 'door.ts': door }, { 'door.ts': result['door.ts'] }, { tier: 'unsafe', reason });
  });

  it('is written in another file', () => {
    const renew = `import { Mutex } from 'async-mutex';
import type { Door } from './door.js';
export const renew = (door: Door) => {
  door.mutex = new Mutex();
};
`;
    const [finding] = findings('no-mutable-lock', { ...files, 'renew.ts': renew });
    expect(finding?.fixes[0]?.reason).toBe('`mutex` is not private: the code at `renew.ts:4` may write it');
  });

  it('is written where another object is made, or one of a class that extends it', () => {
    for (const made of [
      'class Room {\n  constructor(door: Door) {\n    door.mutex = new Mutex();\n  }\n}',
      'class Gate extends Door {\n  constructor() {\n    super();\n    this.mutex = new Mutex();\n  }\n}',
    ]) {
      const room = `import { Mutex } from 'async-mutex';\nimport { Door } from './door.js';\nexport ${made}\n`;
      const reasons = findings('no-mutable-lock', { ...files, 'room.ts': room })
        .filter(({ path }) => path === 'door.ts')
        .map(({ fixes }) => fixes[0]?.reason);
      expect(reasons).toEqual([expect.stringContaining('`room.ts:')]);
    }
  });
});

describe('a type alias of a lock', () => {
  const flag = `import { AsyncRwLock } from '@lockwise/runtime';

export type Flag = AsyncRwLock<boolean>;

export class Node {
  private readonly ready: Flag = new AsyncRwLock(false);

  async isReady(): Promise<boolean> {
    return await this.ready.withRead((value) => value);
  }
}
`;
  const files = { 'package.json': PRIVATE, 'node.ts': flag };

  it('is changed with the lock', () => {
    const [finding] = findings('prefer-atomic-counter', files);
    expect(finding?.fixes[0]?.edits.map(({ text }) => text)).toContain('AtomicCounter');
  });

  it('stays where a file without a word of a lock uses it', () => {
    const more = "import type { Flag } from './node.js';\nexport const flags: Flag[] = [];\n";
    expectRefusal(
      'prefer-atomic-counter',
      { ...files, 'more.ts': more },
      'the type `Flag` is used for more than locks',
    );
  });
});
