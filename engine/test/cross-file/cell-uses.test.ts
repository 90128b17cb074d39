import { describe, expect, it } from 'vitest';
import { expectFix, expectRefusal } from '../checks/check-rule.js';

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
      '`get().hits` is more than a path to the field',
    ],
  ])('is refused where %s', (_, more, condition) => {
    expectRefusal(
      'prefer-atomic-counter',
      { ...field, 'stats.ts': commented(stats), 'main.ts': main + more },
      condition,
    );
  });
});
