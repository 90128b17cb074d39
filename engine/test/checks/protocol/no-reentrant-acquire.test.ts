import { describe, expect, it } from 'vitest';
import { expectFix, expectRefusal, expectReports, expectSilent } from '../check-rule.js';

const RULE = 'no-reentrant-acquire';
const IMPORT = `import { Mutex } from 'async-mutex';\n`;

/** A class with one mutex and the given members. */
function store(members: string): string {
  return `${IMPORT}export class Store {\n  private readonly mutex = new Mutex();\n${members}\n}\n`;
}

describe(RULE, () => {
  describe('reports', () => {
    it('through the function that a maker of chains returns', () => {
      expectReports(
        RULE,
        `declare function work(): Promise<void>;
function makeSerializer() {
  let tail: Promise<unknown> = Promise.resolve();
  return <T>(job: () => Promise<T>): Promise<T> => {
    const run = tail.then(job, job);
    tail = run.then(() => undefined, () => undefined);
    return run;
  };
}
export class Driver {
  private readonly starting = makeSerializer();
  private readonly closing = makeSerializer();
  start() {
    return this.starting(() => this.startNow()); // reports
  }
  private async startNow(): Promise<void> { await work(); await this.restart(); }
  private async restart(): Promise<void> { await this.close(); await this.start(); }
  close() { return this.closing(() => work()); }
}`,
      );
    });

    it('the lock of the super class, though the class that extends it assigns the field', () => {
      expectReports(
        RULE,
        `import { Mutex } from 'async-mutex';
declare function work(): Promise<void>;
class Store {
  protected mutex = new Mutex();
  async save(): Promise<void> {
    await this.mutex.runExclusive(work);
  }
}
export class Named extends Store {
  constructor() {
    super();
    this.mutex = new Mutex();
  }
  async rename(): Promise<void> {
    await this.mutex.runExclusive(async () => {
      await this.save(); // reports
    });
  }
}`,
      );
    });

    it('the lock of the super class, by the method that is overridden', () => {
      expectReports(
        RULE,
        `import { Mutex } from 'async-mutex';
declare function work(): Promise<void>;
class Store {
  protected mutex = new Mutex();
  async save(): Promise<void> {
    await this.mutex.runExclusive(work);
  }
}
export class Named extends Store {
  override async save(): Promise<void> {
    await this.mutex.runExclusive(async () => {
      await super.save(); // reports
    });
  }
}`,
      );
    });

    it('a section inside a section of the same lock', () => {
      expectReports(
        RULE,
        `${IMPORT}const mutex = new Mutex();
export async function outer() {
  await mutex.runExclusive(async () => {
    await mutex.runExclusive(() => 1); // reports: asks for \`mutex\` again
  });
}`,
      );
    });

    it('a method that takes the lock which the caller holds', () => {
      expectReports(
        RULE,
        store(`  async add() {
    const release = await this.mutex.acquire();
    try {
      await this.save(); // reports: \`this.save()\` waits for \`this.mutex\`, which \`Store.add\` holds
    } finally {
      release();
    }
  }
  async save() {
    return this.mutex.runExclusive(async () => 1);
  }`),
      );
    });

    it('a call that leads through two more files to the lock', () => {
      expectReports(RULE, {
        'lock.ts': `${IMPORT}export const mutex = new Mutex();\nexport const locked = <T>(body: () => Promise<T>) => mutex.runExclusive(body);\n`,
        'save.ts': `import { locked } from './lock.js';\nexport async function save() {\n  await flush();\n}\nasync function flush() {\n  await locked(async () => 1);\n}\n`,
        'main.ts': `import { locked } from './lock.js';\nimport { save } from './save.js';\nexport async function main() {\n  await locked(async () => {\n    await save(); // reports: \`save()\` waits for \`mutex\`\n  });\n}\n`,
      });
    });

    it('a generic wrapper over the same field', () => {
      expectReports(
        RULE,
        `${store(`  async add() {
    return this.#locked(async () => {
      await this.verify(); // reports
    });
  }
  async verify() {
    return this.#locked(async () => 1);
  }
  #locked<T>(body: () => Promise<T>) {
    return withLock(this.mutex, body);
  }`)}
async function withLock<T>(mutex: Mutex, body: () => Promise<T>): Promise<T> {
  const release = await mutex.acquire();
  try {
    return await body();
  } finally {
    release();
  }
}`,
      );
    });

    it('a part of Promise.all that waits for the lock', () => {
      expectReports(
        RULE,
        store(`  async add(ids: string[]) {
    await this.mutex.runExclusive(async () => {
      await Promise.all(ids.map((id) => this.save(id))); // reports
    });
  }
  async save(id: string) {
    await this.mutex.runExclusive(async () => id);
  }`),
      );
    });

    it('a promise that is stored first and awaited with the lock held', () => {
      expectReports(
        RULE,
        store(`  async add() {
    await this.mutex.runExclusive(async () => {
      const saved = this.save(); // reports
      await saved;
    });
  }
  async save() {
    await this.mutex.runExclusive(async () => 1);
  }`),
      );
    });

    it('a body that is handed over by name', () => {
      expectReports(
        RULE,
        store(`  async add() {
    await this.mutex.runExclusive(this.work); // reports
  }
  work = async () => {
    await this.mutex.runExclusive(() => 1);
  };`),
      );
    });

    it('a callee that is told to lock', () => {
      expectReports(
        RULE,
        store(`  async add() {
    await this.mutex.runExclusive(async () => {
      await this.save({ skipLock: false }); // reports
    });
  }
  async save({ skipLock = false }: { skipLock?: boolean } = {}) {
    const body = async () => 1;
    return skipLock ? await body() : await this.mutex.runExclusive(body);
  }`),
      );
    });

    it('the same literal key of a keyed lock', () => {
      expectReports(
        RULE,
        `export async function outer() {
  await navigator.locks.request('session', async () => {
    await inner(); // reports
  });
}
async function inner() {
  await navigator.locks.request('session', async () => 1);
}`,
      );
    });
  });

  describe('allows', () => {
    it('two locks that are bounded in the same way', () => {
      expectSilent(
        RULE,
        `import { Mutex, withTimeout } from 'async-mutex';
const one = withTimeout(new Mutex(), 5000);
const other = withTimeout(new Mutex(), 5000);
export const f = () => one.runExclusive(() => other.runExclusive(async () => 1));`,
      );
    });

    it('work that makes another object of its class and waits for that one', () => {
      expectSilent(
        RULE,
        `declare function work(): Promise<void>;
export class Store {
  readonly ready: Promise<void>;
  private joined?: Promise<void>;
  constructor(private readonly nested: boolean) { this.ready = Promise.resolve(); void this.start(); }
  async start() { if (this.joined) await this.joined; this.joined = this.init(); }
  private async init(): Promise<void> { await work(); if (!this.nested) await Store.create(); }
  static async create(): Promise<Store> { const made = new Store(true); await made.joined; return made; }
}`,
      );
    });

    it('a test, which tries it on purpose', () => {
      const text = `${IMPORT}const mutex = new Mutex();
export async function f() {
  await mutex.acquire();
  await mutex.acquire();
}`;
      expectSilent(RULE, { 'src/mutex.spec.ts': text });
    });

    it('a variable that stands for one of several locks', () => {
      expectSilent(
        RULE,
        `import { AsyncQueue } from '@sapphire/async-queue';
export class Handler {
  private readonly plain = new AsyncQueue();
  private readonly limited = new AsyncQueue();
  async run(isLimited: boolean) {
    let queue = this.plain;
    await queue.wait();
    if (isLimited) {
      queue = this.limited;
      const wait = queue.wait();
      this.plain.shift();
      await wait;
    }
    queue.shift();
  }
}`,
      );
    });

    it('a lock of the project that is asked for by somebody else', () => {
      expectSilent(
        RULE,
        `export class LockHandler {
  private held = new Set<string>();
  async acquireLock(type: string, client: string) { this.held.add(type + client); await null; }
  async releaseLock(type: string, client: string) { this.held.delete(type + client); await null; }
}
export async function both(handler: LockHandler) {
  await handler.acquireLock('sync', 'a');
  await handler.acquireLock('sync', 'b');
  await handler.releaseLock('sync', 'b');
  await handler.releaseLock('sync', 'a');
}`,
      );
    });

    it('a helper that waits for the lock to be free and gives it back at once', () => {
      expectSilent(
        RULE,
        store(`  private async settle() {
    (await this.mutex.acquire())();
  }
  async load(job: () => Promise<void>) {
    await this.settle();
    await this.settle();
    await this.mutex.runExclusive(job);
  }`),
      );
    });

    it('a callee that is told not to lock, the word passed on through a spread', () => {
      expectSilent(
        RULE,
        store(`  async add() {
    await this.mutex.runExclusive(async () => {
      await this.sync({ skipLock: true });
    });
  }
  async sync(options?: { skipLock?: boolean }) {
    await this.save({ ...options, all: true });
  }
  async save(options?: { skipLock?: boolean; all?: boolean }) {
    const body = async () => 1;
    return options?.skipLock ? await body() : await this.mutex.runExclusive(body);
  }`),
      );
    });

    it('the lock of another instance', () => {
      expectSilent(
        RULE,
        store(`  async move(other: Store) {
    await this.mutex.runExclusive(async () => {
      await other.take();
    });
  }
  async take() {
    await this.mutex.runExclusive(() => 1);
  }`),
      );
    });

    it('the locks of two objects that one factory made', () => {
      expectSilent(
        RULE,
        `${IMPORT}function makeQueue() {
  const mutex = new Mutex();
  return { run: <T>(body: () => Promise<T>) => mutex.runExclusive(body) };
}
const first = makeQueue();
const second = makeQueue();
export const both = () => first.run(async () => { await second.run(async () => 1); });`,
      );
    });

    it('a call after the release, and one whose promise is returned past it', () => {
      expectSilent(
        RULE,
        store(`  async add() {
    const release = await this.mutex.acquire();
    release();
    await this.save();
  }
  async late() {
    const release = await this.mutex.acquire();
    try {
      return this.save();
    } finally {
      release();
    }
  }
  async save() {
    await this.mutex.runExclusive(() => 1);
  }`),
      );
    });

    it('a request that nobody waits for under the lock', () => {
      expectSilent(
        RULE,
        store(`  async add(ids: string[]) {
    await this.mutex.runExclusive(async () => {
      void this.save();
      setTimeout(async () => { await this.save(); }, 10);
      ids.forEach(async () => { await this.save(); });
    });
  }
  async save() {
    await this.mutex.runExclusive(() => 1);
  }`),
      );
    });

    it('a callback that releases early with the releaser it is given', () => {
      expectSilent(
        RULE,
        `${store(`  async add() {
    await withLock(this.mutex, async ({ releaseLock }) => {
      releaseLock();
      await this.save();
    });
  }
  async save() {
    await withLock(this.mutex, async () => 1);
  }`)}
async function withLock<T>(mutex: Mutex, body: (given: { releaseLock: () => void }) => Promise<T>): Promise<T> {
  const releaseLock = await mutex.acquire();
  try {
    return await body({ releaseLock });
  } finally {
    releaseLock();
  }
}`,
      );
    });

    it('a request that is made only where the lock is free', () => {
      expectSilent(
        RULE,
        store(`  async add() {
    await this.mutex.runExclusive(() => this.save());
  }
  async save() {
    if (this.mutex.isLocked()) return this.write();
    return this.mutex.runExclusive(() => this.write());
  }
  async write() {}`),
      );
    });

    it('an attempt that does not wait', () => {
      expectSilent(
        RULE,
        `export const f = () => navigator.locks.request('a', async () => {
  await navigator.locks.request('a', { ifAvailable: true }, async () => 1);
});`,
      );
    });

    it('another key of a keyed lock', () => {
      expectSilent(
        RULE,
        `export const f = () => navigator.locks.request('a', async () => {
  await navigator.locks.request('b', async () => 1);
});`,
      );
    });

    it('a semaphore with room for both', () => {
      expectSilent(
        RULE,
        `import { Semaphore } from 'async-mutex';
const slots = new Semaphore(2);
export const f = () => slots.runExclusive(() => slots.runExclusive(() => 1));`,
      );
    });
  });

  describe('fixes', () => {
    it('calls the body of the method that the section is made of', () => {
      expectFix(
        RULE,
        store(`  async add(id: string) {
    await this.mutex.runExclusive(async () => {
      await this.save(id);
    });
  }
  async save(id: string) {
    return this.mutex.runExclusive(() => this.#save(id));
  }
  async #save(id: string) {
    return id;
  }`),
        store(`  async add(id: string) {
    await this.mutex.runExclusive(async () => {
      await this.#save(id);
    });
  }
  async save(id: string) {
    return this.mutex.runExclusive(() => this.#save(id));
  }
  async #save(id: string) {
    return id;
  }`),
        { tier: 'unsafe', reason: 'the task that used to hang now goes on' },
      );
    });

    it('runs an inline body where it stands', () => {
      expectFix(
        RULE,
        `${IMPORT}const mutex = new Mutex();
export const f = () => mutex.runExclusive(async () => {
  await mutex.runExclusive(async () => { console.log(1); });
});
`,
        `${IMPORT}const mutex = new Mutex();
export const f = () => mutex.runExclusive(async () => {
  await (async () => { console.log(1); })();
});
`,
        { tier: 'unsafe' },
      );
    });

    it('refuses where the callee does more than run the section', () => {
      expectRefusal(
        RULE,
        store(`  async add() {
    await this.mutex.runExclusive(() => this.save());
  }
  async save() {
    console.log('saving');
    return this.mutex.runExclusive(() => this.#save());
  }
  async #save() {}`),
        'the called function has no body of its own that expects the lock to be held',
      );
    });
  });
});

describe('a lock that a helper takes', () => {
  const helped = (helper: string) =>
    store(`  private inside = false;
  private count = 0;
  add(): Promise<void> {
    return this.locked(async () => {
      this.count += 1;
      await this.read();
    });
  }
  read(): Promise<number> { return this.locked(async () => this.count); }
  private async locked<T>(work: () => Promise<T>): Promise<T> {
    ${helper}
    return this.mutex.runExclusive(async () => {
      this.inside = true;
      try { return await work(); } finally { this.inside = false; }
    });
  }`);

  it('is not asked for again where the helper knows that it is held', () => {
    expectSilent(RULE, helped('if (this.inside) return work();'));
  });

  it('is, where the helper does not know, or waits before it runs what it is given', () => {
    const asks = (text: string) => text.replace('await this.read();', 'await this.read(); // reports');
    expectReports(RULE, asks(helped('')));
    expectReports(RULE, asks(helped('if (this.inside) { await this.mutex.waitForUnlock(); return work(); }')));
  });
});

/** Work that others join by its promise. */
const uploader = (
  work: string,
  keep = 'this.uploading = work();',
  join = 'if (this.uploading) await this.uploading;',
) => `
declare function send(count: number): Promise<void>;
declare function pause(ms: number): Promise<void>;
export class Uploader {
  private uploading: Promise<void> | undefined;
  async upload(count: number, attempt = 0): Promise<void> {
    ${join}
    const work = async (): Promise<void> => {
      ${work}
    };
    ${keep}
    try {
      await this.uploading;
    } finally {
      this.uploading = undefined;
    }
  }
}
`;

describe('work that waits for its own promise', () => {
  const again = 'return this.upload(count, attempt + 1);';
  const retry = (call: string) => `try {
        await send(count);
      } catch {
        await pause(10);
        ${call}
      }`;

  it('is reported where a retry calls the function that joins it', () => {
    const [finding] = expectReports(
      RULE,
      uploader(retry(`${again} // reports: which is the promise of the very work that waits: it never goes on`)),
    );
    expect(finding!.severity).toBe('error');
    expect(finding!.related.map(({ message }) => message)).toEqual([
      '`this.uploading` is the promise of this work',
      '`this.uploading` is waited for here',
    ]);
  });

  it('is reported where the promise is a race with a limit, which alone ends it', () => {
    const [finding] = expectReports(
      RULE,
      uploader(
        retry(`${again} // reports: only when something else settles that promise`),
        'this.uploading = Promise.race([work(), pause(1000)]);',
      ),
    );
    expect(finding!.severity).toBe('warn');
  });

  it('is reported in a closure, and where the work itself waits', () => {
    expectReports(
      RULE,
      `declare function load(): Promise<void>;
export const makeLoader = () => {
  let loading: Promise<void> | undefined;
  return async (): Promise<void> => {
    if (loading) await loading;
    loading = (async () => {
      await load();
      await loading; // reports: this waits for \`loading\`
    })();
    await loading;
  };
};`,
    );
  });

  const quiet: Readonly<Record<string, string>> = {
    'the work calls itself': uploader(retry('return work();')),
    'nobody waits for the call': uploader(retry('void this.upload(count, attempt + 1);')),
    'the promise is given up first': uploader(retry(`this.uploading = undefined; ${again}`)),
    'the work waits before its promise is kept': uploader('await this.uploading; await send(count);'),
    'the function that is called does not join': uploader(retry(again), undefined, ''),
  };
  for (const [what, text] of Object.entries(quiet))
    it(`is not, where ${what}`, () => {
      expectSilent(RULE, text);
    });
});
