import type { RuleProofs } from '../proof.js';

const connections = (body: string) => `import { Mutex } from 'async-mutex';

interface Connection {
  readonly id: number;
}

const mutex = new Mutex();
let connection: Connection | undefined;

${body}`;

const lazy = (connect: string) =>
  `${connections(`let made = 0;

async function connect(): Promise<Connection> {
  await pause();
${connect}
}

async function get(): Promise<Connection> {
  return await mutex.runExclusive(async () => {
    if (connection === undefined) connection = await connect();
    return connection;
  });
}`)}`;

const STEPS = connections(`async function open(id: number): Promise<void> {
  await mutex.runExclusive(() => {
    connection = { id };
  });
}

async function close(): Promise<void> {
  await mutex.runExclusive(() => {
    connection = undefined;
  });
}

async function current(): Promise<Connection | undefined> {
  return await mutex.runExclusive(() => connection);
}`);

/** Takes a connection out of a pool, whose type says that every index has one. */
const fromPool = (pool: string) =>
  STEPS.replace('{ id }', 'pool[id]').replace('const mutex', `const pool: Connection[] = [${pool}];\nconst mutex`);

const database = (use: string) => `import { AsyncMutex } from '@lockwise/runtime';

class Database {
  readonly log: string[] = [];

  async query(name: string): Promise<void> {
    this.log.push(name);
    await pause();
    this.log.push(name);
  }
}

const first = new Database();
const handle = new AsyncMutex<Database | undefined>(first);

async function use(name: string): Promise<void> {
  await handle.withLock(async (guard) => {
${use}
  });
}

async function drop(): Promise<void> {
  await handle.withLock((guard) => {
    guard.value = undefined;
  });
}`;

export default {
  rule: 'no-nested-lock-type',
  proofs: [
    {
      title: 'a value that is set, cleared and read in single steps; every caller waits',
      source: STEPS,
      tasks: { a: 'await open(1);', b: 'return (await current())?.id;', c: 'await close();' },
      observe: 'connection',
      fix: { tier: 'safe' },
      outcomes: 'same',
    },
    {
      title: 'a caller goes on without waiting and looks',
      violates: 'every call is awaited or returned at once',
      source: STEPS,
      tasks: {
        a: 'const opening = open(1);\n    const seen = connection === undefined;\n    await opening;\n    return seen;',
      },
      fix: { tier: 'unsafe', assumes: 'the section no longer starts in a later tick' },
      outcomes: { adds: 'a false' },
    },
    {
      title: 'what is set may be absent by its type, and then clears',
      source: STEPS.replace('open(id: number)', 'open(made: Connection | undefined)').replace('{ id }', 'made'),
      tasks: {
        a: 'await open(undefined);',
        b: 'await open({ id: 1 });',
        c: 'await close();\n    return await current();',
      },
      observe: 'connection',
      fix: { tier: 'safe' },
      outcomes: 'same',
    },
    {
      title: 'what is set is a value, though nothing proves it',
      source: fromPool('{ id: 1 }'),
      tasks: { a: 'await open(0);', b: 'return (await current())?.id;', c: 'await close();' },
      fix: { tier: 'unsafe', assumes: '`pool[id]` is not provably a value' },
      outcomes: 'same',
    },
    {
      title: 'what is set is `undefined`, which an `OptionalArc` does not take',
      violates: 'what is set is a value',
      source: fromPool(''),
      tasks: { a: 'await open(0);', b: 'return (await current())?.id;', c: 'await close();' },
      fix: { tier: 'unsafe', assumes: '`pool[id]` is not provably a value' },
      outcomes: { adds: 'a throws' },
    },
    {
      title: 'a site tells `null`, it was closed, from `undefined`, it was never open',
      violates: 'no site tells `null` from `undefined`',
      source: connections(`async function close(): Promise<void> {
  await mutex.runExclusive(() => {
    connection = null;
  });
}

async function state(): Promise<string> {
  return await mutex.runExclusive(() => (connection === null ? 'closed' : 'new'));
}`).replace('Connection | undefined;', 'Connection | null | undefined;'),
      tasks: { a: 'return await state();', b: 'return await state();' },
      fix: {
        silent: true,
        byHand: [
          ['let connection: Connection | null | undefined;', 'const connection = new OptionalArc<Connection>();'],
          ["{ Mutex } from 'async-mutex'", "{ OptionalArc } from '@lockwise/runtime'"],
          ['const mutex = new Mutex();', 'const mutex = { runExclusive: async <R>(run: () => R) => run() };'],
          ['connection = null', 'connection.clear()'],
          ['connection === null', '!connection.isSet'],
        ],
      },
      outcomes: { adds: "b 'closed'" },
    },
    {
      title: 'lazy initialisation under the lock makes one value for all who ask',
      source: lazy('  return { id: ++made };'),
      tasks: { a: 'return (await get()).id;', b: 'return (await get()).id;', c: 'return (await get()).id;' },
      observe: 'made',
      fix: { tier: 'unsafe', assumes: 'the value is made outside of any lock, once for all who ask meanwhile' },
      outcomes: 'same',
    },
    {
      title: 'making the value fails once: who waited for the lock used to try again',
      violates: 'making the value does not fail',
      source: lazy("  if (++made === 1) throw new Error('no');\n  return { id: made };"),
      tasks: { a: 'return (await get()).id;', b: 'return (await get()).id;' },
      fix: { tier: 'unsafe', assumes: 'the value is made outside of any lock, once for all who ask meanwhile' },
      outcomes: { adds: 'a throws Error("no"), b throws Error("no")' },
    },
    {
      title: 'a use that waits, and nobody else uses or clears the value meanwhile',
      source: database('    await guard.value?.query(name);'),
      tasks: { a: "await use('a');\n    await use('b');\n    await drop();" },
      observe: 'first.log',
      fix: { tier: 'unsafe', assumes: 'uses of the value may overlap, and it may be cleared while it is used' },
      outcomes: 'same',
    },
    {
      title: 'two uses overlap',
      violates: 'uses of the value do not disturb each other',
      source: database('    await guard.value?.query(name);'),
      tasks: { a: "await use('a');", b: "await use('b');" },
      observe: 'first.log',
      fix: { tier: 'unsafe', assumes: 'uses of the value may overlap, and it may be cleared while it is used' },
      outcomes: { adds: "[ 'a', 'b', 'a', 'b' ]" },
    },
    {
      title: 'a transaction of two steps, and another task clears the value between them',
      violates: 'no section holds the value across several waits',
      source: database('    await guard.value?.query(name);\n    await guard.value?.query(name);'),
      tasks: { a: "await use('a');", b: 'await drop();' },
      observe: 'first.log',
      fix: {
        refused: 'across several waits',
        byHand: [
          [
            'await handle.withLock(async (guard) => {\n    await guard.value?.query',
            'const guard = { get value() { return current; } };\n  {\n    await guard.value?.query',
          ],
          ['query(name);\n  });', 'query(name);\n  }'],
          ['guard.value = undefined;', 'current = undefined;'],
          [
            'const first = new Database();',
            'const first = new Database();\nlet current: Database | undefined = first;',
          ],
        ],
      },
      outcomes: { adds: "then [ 'a', 'a' ]" },
    },
  ],
} satisfies RuleProofs;
