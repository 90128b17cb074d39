import { describe, expect, it } from 'vitest';
import { createProject } from '@lockwise/engine';
import {
  expectFix,
  expectRefusal,
  expectReports,
  expectReportsInStrict,
  expectSilent,
  findings,
  memoryHost,
  SAMPLE,
} from '../check-rule.js';

const RULE = 'require-recheck-in-lock';

const store = (body: string) => `
import { Mutex } from 'async-mutex';
declare function save(items: readonly string[]): Promise<void>;
export class Store {
  private readonly mutex = new Mutex();
  private items: readonly string[] = [];
  private open = true;
  private name = 'store';
${body}
  async close(): Promise<void> {
    await this.mutex.runExclusive(async () => {
      await save(this.items);
      this.open = false;
    });
  }
}
`;

const add = (before: string, inside: string) => `  async add(item: string): Promise<void> {
    ${before}
    const release = await this.mutex.acquire();
    try {
      ${inside}
      await save(this.items);
    } finally {
      release();
    }
  }`;

describe('reports', () => {
  it('a value that is read before the acquire and written in the section', () => {
    expectReports(
      RULE,
      store(add('const before = this.items; // reports: its holder may change it', 'this.items = [...before, item];')),
    );
  });

  it('a test before the acquire that the section goes by', () => {
    expectReports(
      RULE,
      store(
        add("if (!this.open) throw new Error('closed'); // reports: tested", 'this.items = [...this.items, item];'),
      ),
    );
  });

  it('an assertion before a section that works on something else', () => {
    expectReports(
      RULE,
      store(`  async export(): Promise<void> {
    if (!this.open) throw new Error('closed'); // reports: tested
    await this.mutex.runExclusive(async () => { await save(['a']); });
  }`),
    );
  });

  it('what a getter of a super class in another file gives, and a method of it writes', () => {
    expectReports(RULE, {
      'base.ts': `export class Base<S> {
  #state: S;
  constructor(state: S) { this.#state = state; }
  get state(): S { return this.#state; }
  protected update(state: S): void { this.#state = state; }
}`,
      'store.ts': `import { Mutex } from 'async-mutex';
import { Base } from './base.js';
export class Store extends Base<{ items: readonly string[] }> {
  private readonly mutex = new Mutex();
  async add(item: string): Promise<void> {
    const { items } = this.state; // reports: this.state
    await this.mutex.runExclusive(() => {
      this.update({ items: [...items, item] });
    });
  }
}`,
    });
  });

  it('an assertion before a callback', () => {
    expectReports(
      RULE,
      store(`  private assertOpen(): void { if (!this.open) throw new Error('closed'); }
  async add(item: string): Promise<void> {
    this.assertOpen(); // reports: this.open
    await this.mutex.runExclusive(async () => {
      this.items = [...this.items, item];
      await save(this.items);
    });
  }`),
    );
  });
});

const ASSERTING = `  private assertOpen(): void { if (!this.open) throw new Error('closed'); }
  async add(item: string): Promise<void> {
    this.assertOpen();
    await this.mutex.runExclusive(async () => {
      await save([...this.items, item]);
    });
  }
  async clear(): Promise<void> {
    this.assertOpen();
    await this.mutex.runExclusive(async () => {
      await save([]);
    });
  }
  fill(): Promise<void> {
    this.assertOpen();
    return this.mutex.runExclusive(() => save(['a']));
  }`;

/** An object that a function makes, with a lock for each key, which can be ended while somebody waits. */
const closable = (assertion: string, inside = '') => `
import { Mutex } from 'async-mutex';
export const makeStore = (save: (item: string) => Promise<void>) => {
  const locks = new Map<string, Mutex>();
  let destroyed = false;
  function lockOf(key: string): Mutex {
    if (!locks.has(key)) locks.set(key, new Mutex());
    return locks.get(key)!;
  }
  return {
    add: async (key: string, item: string): Promise<void> => {
      ${assertion}
      const mutex = lockOf(key);
      await mutex.runExclusive(async () => {
        ${inside}
        await save(item);
      });
    },
    destroy: (): void => { destroyed = true; },
  };
};
`;
const ASSERTION = "if (destroyed) throw new Error('destroyed');";

describe('reports in the strict preset', () => {
  it('an assertion of what another task ends for good while this one waits', () => {
    const text = closable(`${ASSERTION} // reports: another task may change it`);
    expectReports(RULE, text);
    const project = createProject({
      host: memoryHost({ [SAMPLE]: text }),
      config: { preset: 'recommended', rules: {}, locks: [] },
    });
    project.set(SAMPLE, text);
    expect(project.check().findings.filter(({ rule }) => rule === RULE)).toEqual([]);
  });

  it('but not where the section asserts it again, nor of what begins and ends', () => {
    expectSilent(RULE, closable(ASSERTION, ASSERTION));
    expectSilent(
      RULE,
      closable(ASSERTION).replace('destroy: ', 'renew: (): void => { destroyed = false; },\n    destroy: '),
    );
  });
});

describe('reports once', () => {
  it('one assertion before several sections of a lock', () => {
    const [finding] = expectReports(
      RULE,
      store(
        ASSERTING.replace('this.assertOpen();', 'this.assertOpen(); // reports: The same goes for `clear` and `fill`.'),
      ),
    );
    expect(finding!.related.filter(({ message }) => message === '`this.open` is tested here too')).toHaveLength(2);
  });

  it('several readings before one section', () => {
    const [finding] = expectReports(
      RULE,
      store(
        add(
          'const before = this.items; // reports\n    const count = this.items.length;',
          'this.items = [...before, item, String(count)];',
        ),
      ),
    );
    expect(finding!.message).not.toContain('The same goes');
  });

  it('and apart what is asserted of different state', () => {
    expectReports(
      RULE,
      store(`  private assertOpen(): void { if (!this.open) throw new Error('closed'); }
  private assertFilled(): void { if (this.items.length === 0) throw new Error('empty'); }
  async add(item: string): Promise<void> {
    this.assertOpen(); // reports: this.open
    await this.mutex.runExclusive(async () => { this.items = [...this.items, item]; await save([item]); });
  }
  async clear(): Promise<void> {
    this.assertFilled(); // reports: this.items
    await this.mutex.runExclusive(async () => { this.open = false; await save([]); });
  }`),
    );
  });
});

describe('reports in the recommended preset', () => {
  it('what a method of its own asserts', () => {
    expectReports(
      RULE,
      store(`  private assertOpen(): void { if (!this.open) throw new Error('closed'); }
  async add(item: string): Promise<void> {
    this.assertOpen(); // reports
    await this.mutex.runExclusive(async () => { await save([...this.items, item]); });
  }`),
      'recommended',
    );
  });
});

describe('reports in the strict preset alone', () => {
  it('what an object answers that keeps its state to itself', () => {
    expectReportsInStrict(
      RULE,
      `import { Mutex } from 'async-mutex';
interface Repository { byId(id: string): Promise<{ state: string } | undefined>; update(item: object): Promise<void>; }
export class Service {
  private readonly mutex = new Mutex();
  constructor(private readonly repository: Repository) {}
  async prepare(id: string): Promise<void> {
    const found = await this.repository.byId(id); // reports
    if (!found) throw new Error('unknown');
    await this.mutex.runExclusive(async () => {
      await this.repository.update({ ...found, state: 'prepared' });
    });
  }
}`,
    );
  });
});

describe('allows', () => {
  it('that something is there which is never cleared', () => {
    const kept = (made: string, closing = '') => `import { Mutex } from 'async-mutex';
import { Database, connect } from './database';
export class Store {
  private readonly mutex = new Mutex();
  private db?: Database;
  async init() { await this.mutex.runExclusive(async () => { this.db = ${made}; await this.db.open(); }); }
  async add(text: string) {
    if (!this.db) throw new Error('not yet');
    await this.mutex.runExclusive(async () => { await this.db!.write(text); });
  }
  ${closing}
}`;
    const told = (text: string, preset: 'recommended' | 'strict') => findings(RULE, text, preset).length;
    const closing = 'async close() { await this.mutex.runExclusive(async () => { this.db = undefined; }); }';
    expect(told(kept('new Database()'), 'strict')).toBe(0);
    expect(told(kept('await connect()'), 'recommended')).toBe(0);
    // What a call gives may be nothing, as far as is known.
    expect(told(kept('await connect()'), 'strict')).toBe(1);
    expect(told(kept('new Database()', closing), 'recommended')).toBe(1);
  });

  it('what tells the key of the lock', () => {
    const keyed = (key: string) => `import AsyncLock from 'async-lock';
declare function connect(server: string): Promise<void>;
export class Tools {
  private readonly lock = new AsyncLock();
  private tools = new Map<string, { server: string }>();
  async add(name: string, server: string) {
    await this.lock.acquire(server, async () => { await connect(server); this.tools.set(name, { server }); });
  }
  async call(name: string, server: string) {
    const tool = this.tools.get(name);${key === 'server' ? ' // reports' : ''}
    if (!tool) throw new Error('unknown');
    await this.lock.acquire(${key}, async () => { await connect(tool.server); this.tools.delete(name); });
  }
}`;
    expectSilent(RULE, keyed('tool.server'));
    expectReports(RULE, keyed('server'));
  });

  it('a test of what a call has made of it', () => {
    const decided = (test: string) =>
      store(
        add(
          `const first = this.items[0] ?? null;${test.includes('choose') ? '' : ' // reports'}
    if (${test}) throw new Error('not now');`,
          'this.items = [...this.items, item];',
        ),
      ).replace('export class', 'declare function choose(of: { scope: string }): boolean;\nexport class');
    expectSilent(RULE, decided("choose({ scope: first ?? 'all' })"));
    expectReports(RULE, decided('first !== null'));
    expectReports(RULE, decided("['', null].includes(first)"));
  });

  it.each([
    ['of a library', "import { Semaphore } from 'async-mutex';", 'const [, release] ='],
    [
      'of the project',
      `class Semaphore {
  private held = 0;
  private readonly waiting: (() => void)[] = [];
  constructor(private readonly most: number) {}
  async acquire(): Promise<() => void> {
    while (this.held >= this.most) await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.held++;
    return () => { this.held--; this.waiting.shift()?.(); };
  }
}`,
      'const release =',
    ],
  ])('what one of several holders may change as well, of a semaphore %s', (_, declaration, taken) => {
    const counting = (places: number) =>
      store(add(`const before = this.items;${places === 1 ? ' // reports' : ''}`, 'this.items = [...before, item];'))
        .replace("import { Mutex } from 'async-mutex';", declaration)
        .replace('new Mutex()', `new Semaphore(${places})`)
        .replace('const release =', taken);
    // The sections of the sample that need a callback are none of these.
    const own = (text: string) => text.replace(/  async close[\s\S]*?\n  }\n/, '');
    expectSilent(RULE, own(counting(3)));
    expectReports(RULE, own(counting(1)));
  });

  it('a quick look before the lock and another one under it', () => {
    expectSilent(
      RULE,
      store(add('if (!this.open) return;', 'if (!this.open) return;\n      this.items = [...this.items, item];')),
    );
  });

  it('state that no section of the lock writes', () => {
    expectSilent(RULE, store(add('const { name } = this;', 'this.items = [...this.items, name];')));
  });

  it('an assertion that the section makes again', () => {
    expectSilent(
      RULE,
      store(`  private assertOpen(): void { if (!this.open) throw new Error('closed'); }
  async export(): Promise<void> {
    this.assertOpen();
    await this.mutex.runExclusive(async () => {
      this.assertOpen();
      await save(['a']);
    });
  }`),
    );
  });

  it('a test that only turns away early', () => {
    expectSilent(RULE, store(add('if (!this.open) return;', 'this.items = [...this.items, item];')));
  });

  it('a flag that the section raises and lowers: it says that the lock is held', () => {
    expectSilent(
      RULE,
      store(`  private busy = false;
  async enter(item: string): Promise<void> {
    if (this.busy) throw new Error('busy');
    await this.mutex.runExclusive(async () => {
      this.busy = true;
      try { await save([item]); } finally { this.busy = false; }
    });
  }`),
    );
  });

  it('what chooses the lock', () => {
    expectSilent(
      RULE,
      `import { Mutex } from 'async-mutex';
export class Store {
  private entry = { lock: new Mutex(), count: 0 };
  async add(): Promise<void> {
    const { entry } = this;
    await entry.lock.runExclusive(() => { entry.count += 1; });
  }
  async renew(): Promise<void> {
    await this.entry.lock.runExclusive(() => { this.entry = { lock: new Mutex(), count: 0 }; });
  }
}`,
    );
  });

  it('what is read before the lock and does not decide in the section', () => {
    expectSilent(RULE, store(add('console.log(this.items.length);', 'this.items = [...this.items, item];')));
  });

  it('what the key of the lock is made of', () => {
    expectSilent(
      RULE,
      `import AsyncLock from 'async-lock';
declare function find(hash: string): Promise<string | undefined>;
const lock = new AsyncLock();
export class Container {
  private options: Record<string, string> = {};
  async start() {
    const hash = JSON.stringify(this.options);
    this.options = { ...this.options, hash };
    return lock.acquire(hash, async () => {
      if ((await find(hash)) === undefined) this.options = { ...this.options, fresh: 'yes' };
    });
  }
}`,
    );
  });
});

describe('fixes', () => {
  it('moves a reading below the acquire', () => {
    expectFix(
      RULE,
      store(add('const before = this.items;', 'this.items = [...before, item];')),
      store(add('', 'const before = this.items;\n      this.items = [...before, item];').replace('    \n', '')),
      { tier: 'unsafe', reason: 'what the holders before have left' },
    );
  });

  it('moves an assertion into the callback', () => {
    const rest = `this.items = [...this.items, item];
      await save(this.items);
    });
  }`;
    const head = `  private assertOpen(): void { if (!this.open) throw new Error('closed'); }
  async add(item: string): Promise<void> {`;
    expectFix(
      RULE,
      store(`${head}
    this.assertOpen();
    await this.mutex.runExclusive(async () => {
      ${rest}`),
      store(`${head}
    await this.mutex.runExclusive(async () => {
      this.assertOpen();
      ${rest}`),
      { tier: 'unsafe' },
    );
  });

  it('moves an assertion into every section that has a block', () => {
    const asserted = ASSERTING.replaceAll(
      `    this.assertOpen();
    await this.mutex.runExclusive(async () => {
`,
      `    await this.mutex.runExclusive(async () => {
      this.assertOpen();
`,
    );
    expectFix(RULE, store(ASSERTING), store(asserted), { tier: 'unsafe' });
  });

  it('refuses a test that returns from the function, where the section is a callback', () => {
    expectRefusal(
      RULE,
      store(`  async add(item: string): Promise<void> {
    if (!this.open) return;
    await this.mutex.runExclusive(async () => { this.open = false; await save([item]); });
  }`),
      'returns from the function, not from the section',
    );
  });

  it('refuses a value that is used outside of the section', () => {
    expectRefusal(
      RULE,
      store(`${add('const before = this.items;\n    console.log(before);', 'this.items = [...before, item];')}`),
      '`before` is used outside of the section too',
    );
  });
});
