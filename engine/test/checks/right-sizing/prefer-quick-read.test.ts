import { describe, it } from 'vitest';
import { expectFix, expectReports, expectSilent } from '../check-rule.js';

const RULE = 'prefer-quick-read';

const cache = (body: string, imports = "import { Mutex } from 'async-mutex';") => `${imports}
declare function render(names: string[]): Promise<void>;
export class Cache {
  private readonly mutex = new Mutex();
  private names: string[] = [];
  async show(): Promise<void> {
${body}
  }
  async add(name: string): Promise<void> {
    await this.mutex.runExclusive(() => { this.names.push(name); });
  }
}
`;

const section = `    const release = await this.mutex.acquire();
    try {
      const copy = [...this.names];
      await render(copy);
    } finally {
      release();
    }`;

describe('reports', () => {
  it('a section that reads, then waits for something else', () => {
    expectReports(RULE, cache(section.replace('acquire();', 'acquire(); // reports: only reads `this.names`')));
  });
});

describe('allows', () => {
  it('a section that writes', () => {
    expectSilent(RULE, cache(section.replace('const copy', "this.names.push('x');\n      const copy")));
  });

  it('a section that reads again after the wait', () => {
    expectSilent(
      RULE,
      cache(section.replace('await render(copy);', 'await render(copy);\n      console.log(this.names);')),
    );
  });

  it('a section without any wait', () => {
    expectSilent(RULE, cache('    await this.mutex.runExclusive(() => { console.log(this.names); });'));
  });

  it('a section that takes another lock', () => {
    expectSilent(
      RULE,
      cache(
        section
          .replace('await render(copy)', 'await other.runExclusive(() => copy)')
          .replace('    const release', '    const other = new Mutex();\n    const release'),
      ),
    );
  });
});

describe('fixes', () => {
  it('reads in one step and waits without the lock', () => {
    expectFix(
      RULE,
      cache(section),
      cache(
        `    const copy = await quickRead(this.mutex, () => [...this.names]);
    await render(copy);`,
        "import { Mutex } from 'async-mutex';\nimport { quickRead } from '@lockwise/runtime';",
      ),
      { tier: 'unsafe', reason: 'other tasks may change `this.names`' },
    );
  });
});
