import { describe, expect, it } from 'vitest';
import { createProject } from '@lockwise/engine';
import { expectFix, expectRefusal, expectReports, expectSilent, memoryHost, SAMPLE } from '../check-rule.js';

const RULE = 'no-callback-in-lock';

const store = (body: string) => `
import { EventEmitter } from 'node:events';
import { Mutex } from 'async-mutex';
export class Store extends EventEmitter {
  private readonly mutex = new Mutex();
  private count = 0;
  private readonly listeners_: ((count: number) => Promise<void>)[] = [];
  private readonly report?: (count: number) => Promise<void>;
  constructor(private readonly options: { onChange(count: number): Promise<void> }) { super(); }
${body}
}
`;

/** What the recommended preset says. */
function recommended(text: string): readonly string[] {
  const config = { preset: 'recommended', rules: {}, locks: [] } as const;
  const project = createProject({ host: memoryHost({ [SAMPLE]: text }), config });
  project.set(SAMPLE, text);
  return project.check().findings.flatMap(({ rule, message }) => (rule === RULE ? [message] : []));
}

it('the recommended preset leaves out a limiter, which is there to bound how many callbacks run at once', () => {
  const text = (declaration: string, run: string) => `${declaration}
export class Flusher {
  private onFlush?: (rows: string[]) => Promise<void>;
  setOnFlush(work: (rows: string[]) => Promise<void>) { this.onFlush = work; }
  flush(rows: string[]) { return ${run}(async () => { await this.onFlush?.(rows); }); }
}`;
  expect(recommended(text("import pLimit from 'p-limit';\nconst limit = pLimit(4);", 'limit'))).toEqual([]);
  const mutex = text("import { Mutex } from 'async-mutex';\nconst mutex = new Mutex();", 'mutex.runExclusive');
  expect(recommended(mutex)).toHaveLength(1);
});

describe('reports', () => {
  it('a callback of the options, a stored one and every listener', () => {
    expectReports(
      RULE,
      store(`  add = () => this.mutex.runExclusive(async () => {
    this.count += 1;
    await this.options.onChange(this.count); // reports: supplied from outside
  });
  tell = () => this.mutex.runExclusive(async () => {
    await this.report?.(this.count); // reports
  });
  tellAll = () => this.mutex.runExclusive(async () => {
    for (const listener of this.listeners_) await listener(this.count); // reports
  });`),
    );
  });

  it('a generator that yields with the lock held', () => {
    const [finding] = expectReports(
      RULE,
      store(`  async *counts(): AsyncGenerator<number> {
    const release = await this.mutex.acquire();
    try {
      for (let n = 0; n < this.count; n++) yield n; // reports: consumer
    } finally {
      release();
    }
  }`),
    );
    expect(finding!.evidence).toBe('yield');
  });

  it('an event that is emitted half-way, in the strict preset only', () => {
    const text = store(`  add = () => this.mutex.runExclusive(async () => {
    this.count += 1;
    this.emit('change', this.count); // reports: half done
    await Promise.resolve();
  });`);
    const [finding] = expectReports(RULE, text);
    expect(finding!.evidence).toBe('event');
    expect(recommended(text)).toEqual([]);
  });
});

/** A client with subscribers, over a lock that its public methods take. */
const client = (body: string, fields = '') => `
import { Mutex } from 'async-mutex';
type Listener = (count: number) => void | Promise<void>;
export class Client {
  private readonly mutex = new Mutex();
  private readonly subscriptions = new Map<number, { id: number; callback: Listener }>();
  private count = 0;
  ${fields}
  onChange(callback: Listener): void {
    const id = this.subscriptions.size;
    const subscription = { id, callback };
    this.subscriptions.set(id, subscription);
  }
  read(): Promise<number> { return this.locked(async () => this.count); }
  private async locked<T>(work: () => Promise<T>): Promise<T> { return this.mutex.runExclusive(() => work()); }
  private async notify(): Promise<void> {
    const all = Array.from(this.subscriptions.values()).map(async (one) => { await one.callback(this.count); });
    await Promise.all(all);
  }
${body}
}
`;

describe('reports as a deadlock', () => {
  it('a subscriber that is waited for some calls away, where a public method takes the same lock', () => {
    const [finding] = expectReports(
      RULE,
      client(`  add(): Promise<void> { return this.locked(async () => this.added()); }
  private async added(): Promise<void> {
    this.count += 1;
    await this.notify(); // reports: one that awaits \`read()\` waits for \`this.mutex\`
  }
  remind(): Promise<void> { return this.notify(); }`),
    );
    expect(finding!.evidence).toBe('deadlock');
    expect(finding!.related.map(({ message }) => message)).toEqual([
      '`this.mutex` is taken here',
      'and held across this call',
      'which runs the subscribers',
      'anybody subscribes here',
      '`read` waits for `this.mutex`',
    ]);
  });

  it('at the section, where the function that is called also runs without the lock', () => {
    expectReports(
      RULE,
      client(`  add(): Promise<void> {
    return this.locked(async () => {
      this.count += 1;
      await this.told(); // reports: subscribers of
    });
  }
  tell(): Promise<void> { return this.told(); }
  private async told(): Promise<void> { await this.notify(); }`),
    );
  });

  it('one place once, however many sections go through it', () => {
    expectReports(
      RULE,
      client(`  add(): Promise<void> { return this.locked(async () => this.changed(1)); }
  remove(): Promise<void> { return this.locked(async () => this.changed(-1)); }
  private async changed(by: number): Promise<void> {
    this.count += by;
    await this.notify(); // reports
  }
  remind(): Promise<void> { return this.notify(); }`),
    );
  });

  it('several calls of one section once', () => {
    const [finding] = expectReports(
      RULE,
      client(`  add(): Promise<void> {
    return this.locked(async () => {
      await this.notify(); // reports
      this.count += 1;
      await this.notify();
    });
  }
  remind(): Promise<void> { return this.notify(); }`),
    );
    expect(finding!.related.map(({ message }) => message)).toContain('waits for subscribers too');
  });

  it('several sections that let the same subscribers in: each in the strict preset, one remark in the recommended', () => {
    const text = (one: string, other: string) =>
      client(`  add(): Promise<void> {
    return this.locked(async () => {
      this.count += 1;
      await this.notify(); // ${one}
    });
  }
  remove(): Promise<void> {
    return this.locked(async () => {
      this.count -= 1;
      await this.notify(); ${other}
    });
  }
  remind(): Promise<void> { return this.notify(); }`);
    expectReports(RULE, text('reports', '// reports'), 'strict');
    const [finding] = expectReports(RULE, text('reports', ''), 'recommended');
    expect(finding!.related.map(({ message }) => message)).toContain('waits for subscribers too');
  });

  it('a lock of the same key, in the strict preset only', () => {
    const text = `
import { KeyedMutex } from '@lockwise/runtime';
export class Store {
  private readonly mutex = new KeyedMutex<string>();
  private readonly listeners: ((id: string) => Promise<void>)[] = [];
  onChange(listener: (id: string) => Promise<void>): void { this.listeners.push(listener); }
  async change(id: string): Promise<void> {
    await this.mutex.withLock(id, async () => { await this.notify(id); }); // reports: one that awaits \`change()\` for the same key
  }
  async notify(id: string): Promise<void> { for (const listener of this.listeners) await listener(id); }
}`;
    const [finding] = expectReports(RULE, text);
    expect(finding!.evidence).toBe('deadlock');
    expect(recommended(text)).toEqual([]);
  });

  it('a lock function in a field, chosen in the constructor among several', () => {
    expectReports(
      RULE,
      `
type LockFunction = <R>(name: string, work: () => Promise<R>) => Promise<R>;
const webLock: LockFunction = async (name, work) => globalThis.navigator.locks.request(name, async () => await work()) as never;
const noLock: LockFunction = async (name, work) => await work();
export class Client {
  protected lock: LockFunction;
  private readonly listeners: ((count: number) => Promise<void>)[] = [];
  private count = 0;
  constructor(private readonly name: string, options: { lock?: LockFunction }) {
    this.lock = options.lock || noLock;
    if (!options.lock) this.lock = webLock;
  }
  onChange(listener: (count: number) => Promise<void>): void { this.listeners.push(listener); }
  async read(): Promise<number> { return await this._locked(async () => this.count); }
  async add(): Promise<void> {
    await this._locked(async () => {
      this.count += 1;
      for (const listener of this.listeners) await listener(this.count); // reports: one that awaits \`read()\`
    });
  }
  private async _locked<R>(work: () => Promise<R>): Promise<R> {
    return await this.lock(\`lock:\${this.name}\`, async () => await work());
  }
}`,
    );
  });
});

describe('tells no deadlock', () => {
  const quiet: Readonly<Record<string, string>> = {
    'of subscribers that are told after the release': `  async add(): Promise<void> {
    await this.locked(async () => { this.count += 1; });
    await this.notify();
  }`,
    'of subscribers that nobody waits for': `  add(): Promise<void> {
    return this.locked(async () => { this.count += 1; void this.notify().catch(() => {}); });
  }`,
    'of subscribers that are told later': `  add(): Promise<void> {
    return this.locked(async () => { this.count += 1; setTimeout(async () => { await this.notify(); }, 0); });
  }`,
  };
  for (const [what, body] of Object.entries(quiet)) it(what, () => expectSilent(RULE, client(body)));

  it('where no public method waits for the lock', () => {
    const text =
      client(`  private add(): Promise<void> { return this.locked(async () => { this.count += 1; await this.notify(); }); }
  start(): void { setInterval(() => void this.add(), 10); }`).replace('read():', 'private read():');
    expectSilent(RULE, text);
  });

  it('of functions that only the class itself has kept', () => {
    const text = client('  add(): Promise<void> { return this.locked(async () => { await this.notify(); }); }');
    expectSilent(RULE, text.replace('onChange(callback', 'private onChange(callback'));
  });

  it('of a lock that lets its holder in', () => {
    const text = client('  add(): Promise<void> { return this.locked(async () => { await this.notify(); }); }');
    expectSilent(
      RULE,
      text.replace(
        /private async locked.*/,
        `private inside = false;
  private async locked<T>(work: () => Promise<T>): Promise<T> {
    if (this.inside) return work();
    return this.mutex.runExclusive(async () => {
      this.inside = true;
      try { return await work(); } finally { this.inside = false; }
    });
  }`,
      ),
    );
  });
});

describe('allows', () => {
  it('the definition of a wrapper', () => {
    expectSilent(
      RULE,
      store('  locked<T>(work: () => Promise<T>): Promise<T> { return this.mutex.runExclusive(() => work()); }'),
    );
  });

  it('a callback after the release', () => {
    expectSilent(
      RULE,
      store(`  async add(): Promise<void> {
    const count = await this.mutex.runExclusive(() => (this.count += 1));
    await this.options.onChange(count);
    this.emit('change', count);
  }`),
    );
  });

  it('handlers that are only registered, and methods of the project', () => {
    expectSilent(
      RULE,
      store(`  listen = () => this.mutex.runExclusive(async () => {
    this.on('change', () => {});
    await this.handleChange();
  });
  private async handleChange(): Promise<void> { this.count = 0; }`),
    );
  });

  it('what only looks handlers up, or is called like some', () => {
    expectSilent(
      RULE,
      `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
declare const channel: { fetchWebhooks(): Promise<string[]>; listHandlers(): Promise<string[]> };
export const f = () => mutex.runExclusive(async () => [...(await channel.fetchWebhooks()), ...(await channel.listHandlers())]);`,
    );
  });
});

describe('fixes', () => {
  const REASON = 'others are told when the lock is free again';

  it('tells after the release, with what it was under the lock', () => {
    expectFix(
      RULE,
      store(`  async add(): Promise<void> {
    await this.mutex.runExclusive(async () => {
      this.count += 1;
      await this.options.onChange(this.count);
    });
  }`),
      store(`  async add(): Promise<void> {
    const count = await this.mutex.runExclusive(async () => {
      this.count += 1;
      return this.count;
    });
    await this.options.onChange(count);
  }`),
      { tier: 'unsafe', reason: REASON },
    );
  });

  it('tells every listener after the release, and takes nothing that cannot change', () => {
    expectFix(
      RULE,
      store(`  async add(by: number): Promise<void> {
    return await this.mutex.runExclusive(async () => {
      this.count += by;
      for (const listener of this.listeners_) {
        await listener(by);
      }
    });
  }`),
      store(`  async add(by: number): Promise<void> {
    await this.mutex.runExclusive(async () => {
      this.count += by;
    });
    for (const listener of this.listeners_) {
      await listener(by);
    }
  }`),
      { tier: 'unsafe', reason: REASON },
    );
  });

  it('tells after the `finally`, of several values too', () => {
    expectFix(
      RULE,
      store(`  async add(): Promise<void> {
    const release = await this.mutex.acquire();
    try {
      this.count += 1;
      await this.options.onChange(this.count);
    } finally {
      release();
    }
  }`),
      store(`  async add(): Promise<void> {
    const release = await this.mutex.acquire();
    let count;
    try {
      this.count += 1;
      count = this.count;
    } finally {
      release();
    }
    await this.options.onChange(count);
  }`),
      { tier: 'unsafe', reason: REASON },
    );
    expectFix(
      RULE,
      `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
let count = 0;
declare const options: { onChange(before: number, after: number): Promise<void> };
export async function add(): Promise<void> {
  await mutex.runExclusive(async () => {
    const before = count;
    count += 1;
    await options.onChange(before, count);
  });
}
`,
      `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
let count = 0;
declare const options: { onChange(before: number, after: number): Promise<void> };
export async function add(): Promise<void> {
  const { before, told } = await mutex.runExclusive(async () => {
    const before = count;
    count += 1;
    return { before, told: count };
  });
  await options.onChange(before, told);
}
`,
      { tier: 'unsafe', reason: REASON },
    );
  });

  const inAdd = (body: string) => store(`  async add(): Promise<void> {\n    ${body}\n  }`);
  const section = (body: string) => inAdd(`await this.mutex.runExclusive(async () => { ${body} });`);
  const tell = 'await this.options.onChange(this.count);';
  const refused: readonly (readonly [condition: string, text: string])[] = [
    ['the section goes on after others are told', section(`this.count += 1; ${tell} this.count += 1;`)],
    ['the section may end before others are told', section(`if (this.count > 9) return; this.count += 1; ${tell}`)],
    ['the section does nothing else, so that its order is what it is for', section(tell)],
    [
      'the section does not stand in an `async` function',
      store(`  add = () => this.mutex.runExclusive(async () => { this.count += 1; ${tell} });`),
    ],
    [
      'the section is not a statement of its own',
      inAdd(`const done = this.mutex.runExclusive(async () => { this.count += 1; ${tell} }); await done;`),
    ],
    [
      'the lock is not released by the `finally` around the call alone',
      inAdd(
        `const release = await this.mutex.acquire(); try { this.count += 1; ${tell} } catch { this.count = 0; } finally { release(); }`,
      ),
    ],
    [
      'what others are told is declared in the section',
      inAdd(
        'const release = await this.mutex.acquire(); try { const after = (this.count += 1); await this.options.onChange(after); } finally { release(); }',
      ),
    ],
    [
      'each of them is told something else',
      section(
        'this.count += 1; for (const listener of this.listeners_) await listener(this.count + this.listeners_.indexOf(listener));',
      ),
    ],
    [
      'only the section has what is called',
      section(
        'const listeners = [...this.listeners_]; this.count += 1; for (const listener of listeners) await listener(this.count);',
      ),
    ],
    [
      'what others are told is not a list of values',
      section('this.count += 1; await this.options.onChange(...([this.count] as const));'),
    ],
    [
      'the consumer of a generator runs wherever it yields',
      store(`  async *counts(): AsyncGenerator<number> {
    const release = await this.mutex.acquire();
    try { yield this.count; } finally { release(); }
  }`),
    ],
    [
      'others are told in a function of its own, and its callers are to tell them after the release',
      client(`  async add(): Promise<void> {
    const release = await this.mutex.acquire();
    try { await this.added(); } finally { release(); }
  }
  private async added(): Promise<void> { this.count += 1; await this.notify(); }`),
    ],
    [
      'the lock is taken in a helper, which may do more before it releases',
      client(
        '  async add(): Promise<void> { await this.locked(async () => { this.count += 1; await this.notify(); }); }',
      ),
    ],
  ];
  for (const [condition, text] of refused) it(`refuses where ${condition}`, () => expectRefusal(RULE, text, condition));
});
