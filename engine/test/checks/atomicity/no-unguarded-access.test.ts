import { describe, expect, it } from 'vitest';
import { createProject } from '@lockwise/engine';
import { expectFix, expectRefusal, expectReports, expectSilent, memoryHost, SAMPLE } from '../check-rule.js';

const RULE = 'no-unguarded-access';

const queue = (extra: string, declaration = 'private jobs: string[] = [];') => `
import { Mutex } from 'async-mutex';
declare function run(job: string): Promise<void>;
export class Queue {
  private readonly mutex = new Mutex();
  ${declaration}
  async step(): Promise<void> {
    await this.mutex.runExclusive(async () => {
      const job = this.jobs[0];
      if (job === undefined) return;
      await run(job);
      this.jobs.shift();
      if (this.jobs.length === 0) this.jobs = [];
    });
  }
  async add(job: string): Promise<void> {
    await this.mutex.runExclusive(() => {
      if (this.jobs.includes(job)) return;
      this.jobs.push(job);
      this.jobs.sort();
      this.jobs.reverse();
      this.jobs.fill(job);
    });
  }
${extra}
}
`;

describe('reports', () => {
  it('a change without the lock that every other place holds', () => {
    const [finding] = expectReports(
      RULE,
      queue('  drop(): void {\n    this.jobs.length = 0; // reports: without `this.mutex`\n  }'),
    );
    expect(finding!.severity).toBe('warn');
    expect(finding!.evidence).toBe('inferred');
    expect(finding!.related.map(({ message }) => message)).toEqual([
      'a section of `this.mutex` suspends here, between its accesses',
    ]);
  });

  it('what is read over a wait without the lock', () => {
    expectReports(
      RULE,
      queue(`  async runAll(): Promise<void> {
    for (const job of this.jobs) await run(job); // reports: is read without
  }`),
    );
  });

  it('every access without the lock to what is declared to be guarded', () => {
    const [finding] = expectReports(
      RULE,
      queue(
        '  size(): number {\n    return this.jobs.length; // reports: by `@guardedBy`\n  }',
        '/** @guardedBy mutex */\n  private jobs: string[] = [];',
      ),
    );
    expect(finding!.severity).toBe('error');
  });

  it('in the recommended preset only what is declared', () => {
    const found = (text: string) => {
      const config = { preset: 'recommended', rules: {}, locks: [] } as const;
      const project = createProject({ host: memoryHost({ [SAMPLE]: text }), config });
      project.set(SAMPLE, text);
      return project.check().findings.filter(({ rule }) => rule === RULE).length;
    };
    const drop = '  drop(): void { this.jobs.length = 0; }';
    expect(found(queue(drop))).toBe(0);
    expect(found(queue(drop, '/** @guardedBy mutex */\n  private jobs: string[] = [];'))).toBe(1);
  });
});

/** A queue that knows the others of its class. */
const dropping = (body: string) =>
  queue(
    `  drop(): void {\n    ${body}\n  }`,
    `private jobs: string[] = [];
  private readonly all: Queue[] = [];
  private readonly named = new Map<string, Queue>();`,
  );

/** A class whose channels are changed under the lock alone, in two functions that suspend. */
const service = (extra: string) => `
import { Mutex } from 'async-mutex';
declare function open(channel: string): Promise<void>;
export class Service {
  readonly #mutex = new Mutex();
  readonly #channels = new Map<string, number>();
  async subscribe(channel: string): Promise<void> {
    await this.#mutex.runExclusive(async () => {
      if (this.#channels.has(channel)) return;
      await open(channel);
      this.#channels.set(channel, 1);
    });
  }
  async unsubscribe(channel: string): Promise<void> {
    await this.#mutex.runExclusive(() => this.#channels.delete(channel));
  }
${extra}
}
`;

/** A buffer in a closure, which a helper drains over a suspension. */
const reader = (finish: string) => `
import { Mutex } from 'async-mutex';
declare function decode(frame: string): Promise<void>;
export const makeReader = () => {
  const mutex = new Mutex();
  let buffered = '';
  const drain = async () => {
    while (buffered.length > 0) {
      const frame = buffered.slice(0, 3);
      buffered = buffered.slice(3);
      await decode(frame);
    }
  };
  return {
    read: (text: string) =>
      mutex.runExclusive(async () => {
        buffered += text;
        await drain();
      }),
    finish: async () => {
      ${finish}
    },
  };
};
`;

/** A store whose record takes in what is guarded before it waits, and a plain value after that. */
const store = (change: string) => `
import { Mutex } from 'async-mutex';
declare function folderSize(): Promise<number>;
declare function save(record: object): Promise<void>;
export class Store {
  private readonly mutex = new Mutex();
  private lines: string[] = [];
  private favourite = false;
  async add(line: string): Promise<void> {
    await this.mutex.runExclusive(async () => {
      this.lines.push(line);
      await this.write();
    });
  }
  private async write(): Promise<void> {
    const last = this.lines.at(-1);
    const size = await folderSize();
    await save({ last, size, favourite: this.favourite });
  }
${change}
}
`;

const SET = '  setFavourite(value: boolean): void {\n    this.favourite = value;\n  }';

/** A transaction over one connection, which the class that it extends keeps. */
const transaction = (commit: string, field = '') => `
import { Mutex } from 'async-mutex';
interface Connection { query(sql: string): Promise<string>; commit(): Promise<void>; close(): Promise<void>; }
class Queryable {
  constructor(private readonly conn: Connection) {}
  async run(sql: string): Promise<string> {
    return await this.conn.query(sql);
  }
}
export class Transaction extends Queryable {
  readonly #mutex = new Mutex();
  ${field}
  constructor(private readonly tx: Connection) {
    super(tx);
  }
  async run(sql: string): Promise<string> {
    return await this.#mutex.runExclusive(() => super.run(sql));
  }
${commit}
}
`;

const COMMIT = '  async commit(): Promise<void> {\n    await this.tx.commit();\n  }';

describe('reports what the use of a lock tells', () => {
  it('an operation on what a lock is there for and nothing else, under the name of a subclass as well', () => {
    expectReports(
      RULE,
      transaction(COMMIT.replace('commit();', 'commit(); // reports: which is there for nothing else')),
    );
  });

  it('a change of a value that goes into one record with what the lock guards', () => {
    const [finding] = expectReports(RULE, store(SET.replace('value;', 'value; // reports: of two moments')));
    expect(finding!.related.map(({ message }) => message)).toEqual([
      'what the record is made of is read before this wait, and this value after it',
    ]);
  });

  it('a collection that is gone through over a wait, where all who change it hold the lock', () => {
    expectReports(
      RULE,
      service(`  async resubscribe(): Promise<void> {
    for (const channel of this.#channels.keys()) await open(channel); // reports: under which alone it is changed
  }`),
    );
  });

  it('a call of a helper that changes what a closure holds over a wait, and is called under the lock elsewhere', () => {
    expectReports(RULE, reader('await drain(); // reports: which is held where the same is done elsewhere'));
  });

  it('once in each function', () => {
    expectReports(
      RULE,
      service(`  async resubscribe(): Promise<void> {
    for (const channel of this.#channels.keys()) await open(channel); // reports
    for (const channel of this.#channels.keys()) await open(channel);
  }`),
    );
  });

  it('a change, however many others take a look at one moment', () => {
    const looks = ['a', 'b', 'c'].map((name) => `  ${name}(): number { return this.jobs.length; }`).join('\n');
    expectReports(RULE, queue(`${looks}\n  drop(): void {\n    this.jobs.length = 0; // reports\n  }`));
  });

  it('a change of an element of a collection of the class, however it is taken out', () => {
    for (const taken of ['const [old] = this.all.splice(0, 1);', 'const old = this.all.find((one) => one !== this);'])
      expectReports(RULE, dropping(`${taken}\n    old!.jobs.length = 0; // reports: \`old!.jobs.length\``));
    expectReports(RULE, dropping('for (const old of this.all) old.jobs.length = 0; // reports: `old.jobs.length`'));
    expectReports(
      RULE,
      dropping('for (const [, old] of this.named) old.jobs.length = 0; // reports: without `this.mutex`'),
    );
  });
});

describe('allows what the use of a lock does not tell', () => {
  it('a change of an element under its lock, and of one that is just made', () => {
    expectSilent(
      RULE,
      dropping(`for (const old of this.all) void old.mutex.runExclusive(() => { old.jobs.length = 0; });
    const made = new Queue();
    made.jobs.length = 0;
    this.all.push(made);`),
    );
  });

  it('the same under the lock', () => {
    expectSilent(RULE, reader('await mutex.runExclusive(drain);'));
    expectSilent(
      RULE,
      service(`  async resubscribe(): Promise<void> {
    await this.#mutex.runExclusive(async () => {
      for (const channel of this.#channels.keys()) await open(channel);
    });
  }`),
    );
  });

  it('a value that is changed under the lock, or read in the same moment as the rest', () => {
    expectSilent(
      RULE,
      store(`  async setFavourite(value: boolean): Promise<void> {
    await this.mutex.runExclusive(() => void (this.favourite = value));
  }`),
    );
    expectSilent(RULE, store(SET).replace('const size = await folderSize();', 'const size = 0;'));
  });

  it('a value that only decides, or goes nowhere with what the lock guards', () => {
    expectSilent(
      RULE,
      store(SET).replace(
        'await save({ last, size, favourite: this.favourite });',
        'if (this.favourite) await save({ last, size });',
      ),
    );
    expectSilent(RULE, store(SET).replace('save({ last, size,', 'save({ size,'));
  });

  it('an operation under the lock, one that nobody waits for, and the end of a life', () => {
    expectSilent(
      RULE,
      transaction(COMMIT.replace('await this.tx.commit();', 'await this.#mutex.runExclusive(() => this.tx.commit());')),
    );
    expectSilent(RULE, transaction(COMMIT.replace('await', 'void')));
    expectSilent(RULE, transaction('  async close(): Promise<void> {\n    await this.tx.close();\n  }'));
  });

  it('an operation on one of several things that a lock may be there for', () => {
    const counted = transaction(COMMIT, 'private runs: string[] = [];');
    expectSilent(
      RULE,
      counted.replace(
        '() => super.run(sql)',
        '() => {\n      this.runs.push(sql);\n      return super.run(sql);\n    }',
      ),
    );
  });

  it('an operation on something else, and on what the field held before', () => {
    expectSilent(RULE, transaction(COMMIT).replace('super(tx);', 'super({ ...tx });'));
    expectSilent(
      RULE,
      transaction(`${COMMIT}\n  renew(tx: Connection): void {\n    this.tx = tx;\n  }`).replace(
        'private readonly tx',
        'private tx',
      ),
    );
  });

  it('a copy that is gone through, and a collection that is gone through in one segment', () => {
    expectSilent(
      RULE,
      service(`  async resubscribe(): Promise<void> {
    for (const channel of [...this.#channels.keys()]) await open(channel);
    for (const channel of this.#channels.keys()) void open(channel);
  }`),
    );
  });

  it('what some change without the lock', () => {
    expectSilent(
      RULE,
      service(`  forget(channel: string): void {
    this.#channels.delete(channel);
  }
  async resubscribe(): Promise<void> {
    for (const channel of this.#channels.keys()) await open(channel);
  }`),
    );
  });

  it('the end of a life', () => {
    expectSilent(
      RULE,
      service(`  async destroy(): Promise<void> {
    for (const channel of this.#channels.keys()) await open(channel);
    this.#channels.clear();
  }`),
    );
  });

  it('a call without the lock that its caller asks for', () => {
    expectSilent(
      RULE,
      reader('await drain();').replace(
        'finish: async () => {\n      await drain();',
        'finish: async (skipLock: boolean) => {\n      if (skipLock) await drain();\n      else await mutex.runExclusive(drain);',
      ),
    );
  });

  it('what one more lock guards wherever it is touched', () => {
    expectSilent(
      RULE,
      reader('await outer.runExclusive(drain);')
        .replace('let buffered', 'const outer = new Mutex();\n  let buffered')
        .replace('mutex.runExclusive(async', 'outer.runExclusive(() => mutex.runExclusive(async')
        .replace('await drain();\n      }),', 'await drain();\n      })),'),
    );
  });

  it('an object that callers hand in', () => {
    expectSilent(
      RULE,
      reader('await drain();')
        .replace("let buffered = '';", '')
        .replace('export const makeReader = () =>', 'export const makeReader = (state: { text: string }) =>')
        .replaceAll('buffered', 'state.text'),
    );
  });
});

describe('allows', () => {
  it('a look at one moment', () => {
    expectSilent(RULE, queue('  size(): number { return this.jobs.length; }'));
  });

  it('a private method that is only called with the lock held', () => {
    expectSilent(
      RULE,
      queue(`  clear = () => this.mutex.runExclusive(() => this.reset());
  private reset(): void { this.jobs = []; }`),
    );
  });

  it('a function that says by its name or by `@requiresLock` that its caller holds the lock', () => {
    expectSilent(RULE, queue('  resetUnlocked(): void { this.jobs = []; }'));
    expectSilent(RULE, queue('  /** @requiresLock mutex */\n  reset(): void { this.jobs = []; }'));
  });

  it('the constructor', () => {
    expectSilent(RULE, queue('  constructor() { this.jobs = []; }', 'private jobs: string[];'));
  });

  it('a lock whose sections never suspend between two accesses', () => {
    expectSilent(RULE, queue('  drop(): void { this.jobs.length = 0; }').replace('await run(job);', 'void run(job);'));
  });

  it('state that many places access without the lock', () => {
    expectSilent(
      RULE,
      queue('  a(): void { this.jobs = []; }\n  b(): void { this.jobs = []; }\n  c(): void { this.jobs = []; }'),
    );
  });
});

/** A list that is declared to be guarded, with a section that takes the lock. */
const outbox = (rest: string, section = '') => `
import { Mutex } from 'async-mutex';
declare function send(line: string): Promise<number>;
export class Outbox {
  private readonly mutex = new Mutex();
  /** @guardedBy mutex */
  private lines: string[] = [];
  ${section || FLUSH}
${rest}
}
`;

const FLUSH = `async flush(): Promise<void> {
    await this.mutex.runExclusive(async () => {
      for (const line of this.lines) await send(line);
      this.lines = [];
    });
  }`;

const BY_HAND = `async flush(): Promise<void> {
    const release = await this.mutex.acquire();
    try {
      for (const line of this.lines) await send(line);
      this.lines = [];
    } finally {
      release();
    }
  }`;

const UNSAFE = { tier: 'unsafe', reason: 'whoever calls it must not hold that already' } as const;

describe('fixes', () => {
  it('around the expression that is returned, declared or called', () => {
    for (const [before, after] of [
      ['return this.lines.length;', 'return await this.mutex.runExclusive(() => this.lines.length);'],
      [
        'const first = this.lines[0];\n    return first;',
        'const first = await this.mutex.runExclusive(() => this.lines[0]);\n    return first;',
      ],
      ["this.lines.push('');", "await this.mutex.runExclusive(() => this.lines.push(''));"],
      ['return { ...this.lines };', 'return await this.mutex.runExclusive(() => ({ ...this.lines }));'],
    ] as const)
      expectFix(
        RULE,
        outbox(`  async use() {\n    ${before}\n  }`),
        outbox(`  async use() {\n    ${after}\n  }`),
        UNSAFE,
      );
    expectFix(
      RULE,
      outbox('  use = async () => this.lines.length;'),
      outbox('  use = async () => await this.mutex.runExclusive(() => this.lines.length);'),
      UNSAFE,
    );
  });

  it('around what is waited for with what it is given', () => {
    expectFix(
      RULE,
      outbox(
        '  async use() {\n    console.log(await send(this.lines[0] ?? (await this.name())));\n  }\n  async name() { return 1 + ``; }',
      ),
      outbox(
        '  async use() {\n    console.log(await this.mutex.runExclusive(async () => send(this.lines[0] ?? (await this.name()))));\n  }\n  async name() { return 1 + ``; }',
      ),
      { tier: 'unsafe', reason: '`this.name()` must not need it' },
    );
  });

  it('from the first access to the last, with what is used afterwards', () => {
    expectFix(
      RULE,
      outbox(`  async use(line: string): Promise<number> {
    const last = this.lines.length;
    const sent = await send(line);
    if (sent > 0) this.lines.push(line); // kept
    return last + sent;
  }`),
      outbox(`  async use(line: string): Promise<number> {
    const { last, sent } = await this.mutex.runExclusive(async () => {
      const last = this.lines.length;
      const sent = await send(line);
      if (sent > 0) this.lines.push(line); // kept
      return { last, sent };
    });
    return last + sent;
  }`),
      { tier: 'unsafe', reason: '`send(line)` must not need it' },
    );
  });

  it('around the statement where a pattern takes parts out of guarded state', () => {
    expectFix(
      RULE,
      outbox(`  async use() {
    const [first, ...others] = this.lines;
    return { first, others };
  }`),
      outbox(`  async use() {
    const { first, others } = await this.mutex.runExclusive(() => {
      const [first, ...others] = this.lines;
      return { first, others };
    });
    return { first, others };
  }`),
      UNSAFE,
    );
  });

  it('and waits in a section by hand for the promise that is returned', () => {
    const printer = (feed: string) => `import { Mutex } from 'async-mutex';
interface Device { send(line: string): Promise<void> }
export class Printer {
  private readonly mutex = new Mutex();
  constructor(private readonly device: Device) {}
  async print(): Promise<void> {
    const release = await this.mutex.acquire();
    try {
      await this.device.send('print');
      await this.device.send('cut');
    } finally {
      release();
    }
  }
  async feed(): Promise<void> {
${feed}
  }
}
`;
    for (const [given, waited] of [
      ["this.device.send('feed')", "await this.device.send('feed')"],
      ["this.device.send('feed').then(() => {})", "await this.device.send('feed').then(() => {})"],
      [
        "1 > 2 ? this.device.send('feed') : this.device.send('cut')",
        "await (1 > 2 ? this.device.send('feed') : this.device.send('cut'))",
      ],
    ] as const)
      expectFix(
        RULE,
        printer(`    return ${given};`),
        printer(`    const release = await this.mutex.acquire();
    try {
      return ${waited};
    } finally {
      release();
    }`),
        UNSAFE,
      );
  });

  it('around a loop that waits for nothing, not in each of its rounds', () => {
    const body = 'for (const line of lines) this.lines.push(line);';
    expectFix(
      RULE,
      outbox(`  async use(lines: string[]) {\n    ${body}\n  }`),
      outbox(`  async use(lines: string[]) {\n    await this.mutex.runExclusive(() => {\n      ${body}\n    });\n  }`),
      UNSAFE,
    );
    const waiting = (push: string) =>
      outbox(`  async use(lines: string[]) {
    for (const line of lines) {
      await send(line);
      ${push};
    }
  }`);
    expectFix(
      RULE,
      waiting('this.lines.push(line)'),
      waiting('await this.mutex.runExclusive(() => this.lines.push(line))'),
      UNSAFE,
    );
  });

  it('as other sections take the lock: by hand, up to the last use of what is declared', () => {
    expectFix(
      RULE,
      outbox(
        `  async use(more: boolean): Promise<number> {
    const last = this.lines.length;
    if (more) return 0;
    console.log(last);
    return 1;
  }`,
        BY_HAND,
      ),
      outbox(
        `  async use(more: boolean): Promise<number> {
    const release = await this.mutex.acquire();
    try {
      const last = this.lines.length;
      if (more) return 0;
      console.log(last);
    } finally {
      release();
    }
    return 1;
  }`,
        BY_HAND,
      ),
      UNSAFE,
    );
  });

  it('by a helper of the project, which wants a promise', () => {
    const helper = (rest: string) =>
      outbox(
        rest,
        `private async locked<T>(work: () => Promise<T>): Promise<T> {
    return this.mutex.runExclusive(work);
  }
  flush = () => this.locked(async () => { this.lines = []; await send(''); this.lines = []; });`,
      );
    expectFix(
      RULE,
      helper("  async use() {\n    this.lines.push('');\n  }"),
      helper("  async use() {\n    await this.locked(async () => this.lines.push(''));\n  }"),
      UNSAFE,
    );
  });

  it('makes a function that gives nothing `async`, and has its callers wait', () => {
    expectFix(
      RULE,
      outbox(`  add(line: string): void {
    this.lines.push(line);
  }
  async addAll(lines: string[]): Promise<void> {
    for (const line of lines) this.add(line);
  }`),
      outbox(`  async add(line: string): Promise<void> {
    await this.mutex.runExclusive(() => this.lines.push(line));
  }
  async addAll(lines: string[]): Promise<void> {
    for (const line of lines) await this.add(line);
  }`),
      { tier: 'unsafe', reason: 'whoever calls it without waiting goes on before it is done' },
    );
  });

  it('takes the lock around a call that does without what others do under it', () => {
    expectFix(
      RULE,
      transaction(COMMIT),
      transaction(COMMIT.replace('this.tx.commit()', 'this.#mutex.runExclusive(() => this.tx.commit())')),
      UNSAFE,
    );
    const returned = '  commit(): Promise<void> {\n    return this.tx.commit();\n  }';
    expectFix(
      RULE,
      transaction(returned),
      transaction(returned.replace('this.tx.commit()', 'this.#mutex.runExclusive(() => this.tx.commit())')),
      UNSAFE,
    );
  });

  it('refuses where a caller has the lock already, or another one', () => {
    const use = "  async use() {\n    this.lines.push('');\n  }";
    expectRefusal(
      RULE,
      outbox(`${use}\n  twice = () => this.mutex.runExclusive(() => this.use());`),
      '`Outbox.twice` holds `this.mutex` already when it comes here',
    );
    expectRefusal(
      RULE,
      outbox(`${use}\n  readonly other = new Mutex();\n  twice = () => this.other.runExclusive(() => this.use());`),
      '`this.other` is held here',
    );
  });
});
