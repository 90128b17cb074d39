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

const RULE = 'no-check-then-act';

const pool = (body: string, field = 'private client: Client | undefined;') => `
declare class Client { send(text: string): Promise<void>; }
declare function connect(): Promise<Client>;
declare function load(key: string): Promise<number>;
declare function sleep(ms: number): Promise<void>;
declare const lock: unknown;
export class Pool {
  ${field}
${body}
}
`;

describe('reports', () => {
  it('beside a function of the project that only has the name of one that takes a lock', () => {
    expectReports(
      RULE,
      pool(`  private async acquire(): Promise<void> { await connect(); }
  async get(): Promise<Client> {
    await this.acquire();
    if (!this.client) this.client = await connect(); // reports
    return this.client;
  }`),
    );
  });

  it('a value that is made when it is first asked for', () => {
    const [finding] = expectReports(
      RULE,
      pool(`  async get(): Promise<Client> {
    if (!this.client) { // reports: each makes its own
      this.client = await connect();
    }
    return this.client;
  }`),
    );
    expect(finding!.evidence).toBe('lazy-init');
    expect(finding!.related.map((place) => place.message)).toEqual([
      '`this.client` is set here',
      'other tasks may run here',
    ]);
  });

  it('the other ways to write it', () => {
    expectReports(
      RULE,
      pool(`  async early(): Promise<Client> {
    if (this.client) return this.client; // reports
    this.client = await connect();
    return this.client;
  }
  async nullish(): Promise<Client> {
    this.client ??= await connect(); // reports
    return this.client;
  }
  async compared(): Promise<void> {
    if (this.client === undefined) { // reports
      const client = await connect();
      this.client = client;
    }
  }`),
    );
  });

  it('a module variable', () => {
    expectReports(
      RULE,
      `declare function acquireHandle(): Promise<number>;
let handle: number | undefined;
export async function get(): Promise<number> {
  if (handle === undefined) handle = await acquireHandle(); // reports
  return handle;
}`,
    );
  });

  it('a map entry, by whichever method it is asked for', () => {
    const [finding] = expectReports(
      RULE,
      pool(
        `  async has(key: string): Promise<void> {
    if (!this.sizes.has(key)) this.sizes.set(key, await load(key)); // reports: same key
  }
  async get(key: string): Promise<number> {
    let size = this.sizes.get(key);
    if (size === undefined) { // reports
      size = await load(key);
      this.sizes.set(key, size);
    }
    return size;
  }`,
        'private readonly sizes = new Map<string, number>();',
      ),
    );
    expect(finding!.evidence).toBe('map');
  });

  it('a busy flag that is raised after a wait, and a limit', () => {
    expectReports(
      RULE,
      pool(
        `  async flag(): Promise<void> {
    if (this.busy) return; // reports: pass the same test
    await sleep(1);
    this.busy = true;
  }
  async limit(): Promise<void> {
    if (this.running < 3) { // reports
      await sleep(1);
      this.running++;
    }
  }`,
        'private busy = false;\n  private running = 0;',
      ),
    );
  });

  it('a test that only chooses whether to wait, before all take what they waited for', () => {
    expectReports(
      RULE,
      pool(
        `  async take(key: string): Promise<void> {
    if (this.taken.has(key)) { // reports: pass the same test
      await this.taken.get(key)!;
    }
    this.taken.set(key, sleep(1));
  }`,
        'private readonly taken = new Map<string, Promise<void>>();',
      ),
    );
  });

  it('in the recommended preset only what is made and leaves something behind', () => {
    const text = pool(
      `  async client(): Promise<Client> { return (this.made ??= await connect()); }
  async cached(): Promise<number> { return (this.size ??= await load('size')); }
  async home(): Promise<URL> { return (this.url ??= new URL(String(await load('home')))); }
  async again(reuse: boolean): Promise<void> {
    if (reuse && this.made) await sleep(1);
    else this.made = await connect();
  }
  async flag(): Promise<void> {
    if (this.busy) return;
    await sleep(1);
    this.busy = true;
  }`,
      'private made?: Client;\n  private size?: number;\n  private url?: URL;\n  private busy = false;',
    );
    const config = { preset: 'recommended', rules: {}, locks: [] } as const;
    const project = createProject({ host: memoryHost({ [SAMPLE]: text }), config });
    project.set(SAMPLE, text);
    expect(project.check().findings.map(({ rule, symbol }) => `${rule} ${symbol}`)).toEqual([`${RULE} Pool.client`]);
  });
});

it('reports in the recommended preset what is made in several places at the first of them', () => {
  expectReports(
    RULE,
    pool(`  async get(): Promise<Client> { return (this.client ??= await connect()); } // reports
  async send(text: string): Promise<void> { this.client ??= await connect(); await this.client.send(text); }`),
    'recommended',
  );
});

describe('reports in the strict preset alone', () => {
  it('what is noted where the making has failed', () => {
    expectReportsInStrict(
      RULE,
      pool(
        `  async get(key: string): Promise<void> {
    if (this.failed.has(key)) return; // reports
    try {
      await connect();
    } catch {
      this.failed.add(key);
    }
  }`,
        'private readonly failed = new Set<string>();',
      ),
    );
  });

  it('what is made where a life begins', () => {
    expectReportsInStrict(
      RULE,
      pool(`  async start(): Promise<void> {
    if (this.client) throw new Error('already started'); // reports
    this.client = await connect();
  }`),
    );
  });

  it('what is made for a single caller', () => {
    expectReportsInStrict(
      RULE,
      pool(`  async run(): Promise<void> { await this.ready(); }
  private async ready(): Promise<void> { this.client ??= await connect(); } // reports`),
    );
  });
});

it('reports in the recommended preset what is made for several callers', () => {
  expectReports(
    RULE,
    pool(`  async run(): Promise<void> { await this.ready(); }
  async send(): Promise<void> { await this.ready(); }
  private async ready(): Promise<void> { this.client ??= await connect(); } // reports`),
    'recommended',
  );
});

describe('a function of the project sets something up only if something in it does', () => {
  const info = (body: string) =>
    pool(
      `  async get(): Promise<number> { return (this.info ??= await this.init()); } // reports
  private async init(): Promise<number> { ${body} }`,
      'private info?: number;',
    );
  it('reads, and is for the strict preset', () => {
    expectReportsInStrict(RULE, info(`return (await load('head')) + (await load('tail'));`));
  });
  it('opens a connection', () => {
    expectReports(
      RULE,
      info(`const client = await connect(); await client.send('hello'); return load('head');`),
      'recommended',
    );
  });
});

describe('allows', () => {
  it('what a lock may exclude of which nothing is known but its name', () => {
    expectSilent(
      RULE,
      pool(
        `  async around(deps: Deps): Promise<void> {
    await deps.lock.runExclusive(async () => { if (!this.client) this.client = await connect(); });
  }
  async before(gate: Deps['lock']): Promise<void> {
    const release = await gate.acquire();
    try { if (!this.client) this.client = await connect(); } finally { release(); }
  }
  async wrapped(deps: Deps): Promise<void> {
    await hold(deps, async () => { if (!this.client) this.client = await connect(); });
  }`,
      ) +
        `interface Deps { lock: { acquire(): Promise<() => void>; runExclusive<T>(task: () => Promise<T>): Promise<T> } }
const hold = (deps: Deps, task: () => Promise<void>) => deps.lock.runExclusive(task);
`,
    );
  });

  it('what a protected function does under the lock that every caller holds, in classes that extend its own as well', () => {
    const base = (enter: string) => `
import { Mutex } from 'async-mutex';
declare function open(): Promise<object>;
export abstract class Base {
  protected readonly mutex = new Mutex();
  private device: object | undefined;
  constructor() {
    void this.mutex.acquire().then(async (release) => {
      try {
        await this.prepare();
      } finally {
        release();
      }
    });
  }
  protected async prepare(): Promise<void> {
    if (!this.device) this.device = await open();
  }
${enter}
}
`;
    const derived = (body: string) =>
      `import { Base } from './base';\nexport class Derived extends Base {\n  async start(): Promise<void> {\n    ${body}\n  }\n}\n`;
    const locked = 'await this.mutex.runExclusive(() => this.prepare());';
    const again = `  async again(): Promise<void> {\n    ${locked}\n  }`;
    expectSilent(RULE, { 'base.ts': base(again), 'derived.ts': derived(locked) });
    const open = 'await this.prepare();';
    expect(findings(RULE, { 'base.ts': base(again), 'derived.ts': derived(open) })).toHaveLength(1);
    expect(
      findings(RULE, { 'base.ts': base(again.replace(locked, open)), 'derived.ts': derived(locked) }),
    ).toHaveLength(1);
  });

  it('a variable of the activation itself, and reports one that the closures of a maker share', () => {
    const make = (body: string) =>
      `declare function open(): Promise<object>;\nexport const make = () => {\n${body}\n};\n`;
    const lazy = 'device ??= await open();\n    return device;';
    expectSilent(RULE, make(`  return async () => {\n    let device: object | undefined;\n    ${lazy}\n  };`));
    expect(
      findings(
        RULE,
        make(`  let device: object | undefined;\n  const get = async () => {\n    ${lazy}\n  };\n  return { get };`),
      ),
    ).toHaveLength(1);
  });

  it('a state of another field that was claimed in the same segment', () => {
    expectSilent(
      RULE,
      pool(
        `  async get(): Promise<Client | undefined> {
    if (this.client) return this.client;
    if (this.state === 'starting') return undefined;
    this.state = 'starting';
    this.client = await connect();
    this.state = 'ready';
    return this.client;
  }`,
        "private client: Client | undefined;\n  private state = 'new';",
      ),
    );
  });

  it('the next step of an iterator, which is asked for when the last one is there', () => {
    expectSilent(
      RULE,
      pool(`  messages() {
    let client: Client | undefined;
    return {
      async next() {
        if (client === undefined) client = await connect();
        return { done: false, value: client };
      },
    };
  }`),
    );
  });

  it('what no word speaks of: neither a lock nor a field that gets what is awaited', () => {
    expectSilent(
      RULE,
      `declare function open(): Promise<number>;
let handle: number | undefined;
export async function get(): Promise<number> {
  if (handle === undefined) handle = await open();
  return handle;
}`,
    );
  });

  it('a promise that is kept in the segment of the test', () => {
    expectSilent(
      RULE,
      pool(
        `  get(): Promise<Client> { return (this.pending ??= connect()); }
  async wait(): Promise<Client> {
    if (!this.pending) this.pending = connect();
    return await this.pending;
  }`,
        'private pending: Promise<Client> | undefined;',
      ),
    );
  });

  it('a second look after the wait', () => {
    expectSilent(
      RULE,
      pool(`  async get(): Promise<Client> {
    if (!this.client) {
      const client = await connect();
      if (!this.client) this.client = client;
    }
    return this.client;
  }
  async nullish(): Promise<Client> {
    if (this.client) return this.client;
    const client = await connect();
    this.client ??= client;
    return this.client;
  }`),
    );
  });

  it('a lock over both, also with a look before it', () => {
    expectSilent(
      RULE,
      `import { Mutex } from 'async-mutex';
declare function connect(): Promise<object>;
const mutex = new Mutex();
let client: object | undefined;
export async function get(): Promise<object> {
  if (client) return client;
  return await mutex.runExclusive(async () => {
    if (!client) client = await connect();
    return client;
  });
}`,
    );
  });

  it('a flag that is raised before the wait, and what is done while it is up', () => {
    expectSilent(
      RULE,
      pool(
        `  async work(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      if (!this.client) this.client = await connect();
    } finally {
      this.busy = false;
    }
  }`,
        'private busy = false;\n  private client?: Client;',
      ),
    );
  });

  it('a private method that is called under the lock alone, or by one task at a time', () => {
    expectSilent(
      RULE,
      `import { Mutex } from 'async-mutex';
declare function connect(): Promise<object>;
export class Pool {
  readonly #mutex = new Mutex();
  #client: object | undefined;
  #starting: Promise<void> | undefined;
  #other: object | undefined;
  get(): Promise<void> { return this.#mutex.runExclusive(() => this.#open()); }
  async #open(): Promise<void> { if (!this.#client) this.#client = await connect(); }
  async start(): Promise<void> {
    if (!this.#starting) this.#starting = this.#start();
    await this.#starting;
  }
  async #start(): Promise<void> { if (!this.#other) this.#other = await connect(); }
}`,
    );
  });

  it('state that one activation alone has, and what the caller hands in', () => {
    expectSilent(
      RULE,
      `declare function load(): Promise<string>;
export async function handler(context: { body?: string }): Promise<string> {
  let found: string | undefined;
  if (!found) found = await load();
  if (!context.body) context.body = await load();
  return found;
}`,
    );
  });

  it('a script that runs once', () => {
    expectSilent(
      RULE,
      `declare function load(): Promise<string>;
let found: string | undefined;
async function main(): Promise<void> { if (!found) found = await load(); }
await main();`,
    );
  });

  it('a test of something that was only computed with its help', () => {
    expectSilent(
      RULE,
      pool(
        `  async restore(): Promise<void> {
    const current = this.client;
    if (!current) throw new Error('none');
    const found = [current].find((one) => one !== undefined);
    if (!found) throw new Error('none');
    await found.send('restore');
    this.other = await connect();
  }`,
        'private client?: Client;\n  private other?: Client;',
      ),
    );
  });

  it('a test in a loop, which waits until nobody is there', () => {
    expectSilent(
      RULE,
      pool(
        `  async take(key: string): Promise<void> {
    while (this.taken.has(key)) await this.taken.get(key)!;
    this.taken.set(key, sleep(1));
  }`,
        'private readonly taken = new Map<string, Promise<void>>();',
      ),
    );
  });

  it('clearing, which twice is as good as once, and another key', () => {
    expectSilent(
      RULE,
      pool(
        `  async stop(): Promise<void> {
    if (this.client) {
      await this.client.send('bye');
      this.client = undefined;
    }
  }
  async copy(from: string, to: string): Promise<void> {
    if (!this.sizes.has(from)) this.sizes.set(to, await load(from));
  }`,
        'private client?: Client;\n  private readonly sizes = new Map<string, number>();',
      ),
    );
  });

  it('a test in each round of a loop', () => {
    expectSilent(
      RULE,
      pool(
        `  async drain(): Promise<void> {
    while (this.jobs.length > 0) {
      const job = this.jobs.shift()!;
      await load(job);
    }
  }
  async take(steps: AsyncIterable<string>): Promise<void> {
    for await (const step of steps) if (step !== '' && !this.seen.has(step)) this.seen.add(step);
  }`,
        'private readonly jobs: string[] = [];\n  private readonly seen = new Set<string>();',
      ),
    );
  });

  it('what is tested again under the lock, however often the section waits before it sets it', () => {
    expectSilent(
      RULE,
      `import { Mutex } from 'async-mutex';
declare class Client { send(text: string): Promise<void>; }
declare function connect(): Promise<Client>;
const mutex = new Mutex();
const clients = new Map<string, Client>();
export async function open(key: string): Promise<void> {
  if (clients.has(key)) return;
  const release = await mutex.acquire();
  try {
    if (clients.has(key)) return;
    const client = await connect();
    ${Array.from({ length: 8 }, (_, at) => `await client.send('${at}');`).join('\n    ')}
    clients.set(key, client);
  } finally {
    release();
  }
}`,
    );
  });
});

describe('fixes', () => {
  const FIELD = 'private client: Client | undefined;';
  const FIELDS = `${FIELD}\n  private clientPromise: Promise<Client> | undefined;`;

  it('shares one promise while the value is made', () => {
    expectFix(
      RULE,
      pool(`  async get(): Promise<Client> {
    if (!this.client) {
      this.client = await connect();
    }
    return this.client;
  }`),
      pool(
        `  async get(): Promise<Client> {
    if (!this.client) {
      return await (this.clientPromise ??= (async () => (this.client = await connect()))().finally(() => {
        this.clientPromise = undefined;
      }));
    }
    return this.client;
  }`,
        FIELDS,
      ),
      { tier: 'unsafe', reason: 'share one making' },
    );
  });

  it('keeps what follows when nobody else writes the value', () => {
    expectFix(
      RULE,
      pool(`  async send(text: string): Promise<void> {
    if (!this.client) this.client = await connect();
    await this.client.send(text);
  }`),
      pool(
        `  async send(text: string): Promise<void> {
    if (!this.client) this.client = await (this.clientPromise ??= (async () => (this.client = await connect()))().finally(() => {
      this.clientPromise = undefined;
    }));
    await this.client.send(text);
  }`,
        FIELDS,
      ),
      { tier: 'unsafe' },
    );
  });

  it('refuses where the value is cleared elsewhere and used after it is made', () => {
    expectRefusal(
      RULE,
      pool(`  async send(text: string): Promise<void> {
    if (!this.client) this.client = await connect();
    await this.client.send(text);
  }
  close(): void { this.client = undefined; }`),
      'also written elsewhere',
    );
  });

  it('refuses where the type is not written', () => {
    expectRefusal(
      RULE,
      `declare function acquireHandle(): Promise<number>;
let handle;
export async function get() {
  if (handle === undefined) handle = await acquireHandle();
  return handle;
}`,
      'the type of `handle` is not written',
    );
  });

  it('refuses where more than one statement makes the value', () => {
    expectRefusal(
      RULE,
      pool(`  async get(): Promise<void> {
    if (!this.client) {
      const client = await connect();
      this.client = client;
    }
  }`),
      'not made in the statement that sets it',
    );
  });

  it('refuses where the name of the promise is taken', () => {
    expectRefusal(
      RULE,
      pool(`  clientPromise = 1;
  async get(): Promise<void> { if (!this.client) this.client = await connect(); }`),
      '`clientPromise` is in use already',
    );
  });
});
