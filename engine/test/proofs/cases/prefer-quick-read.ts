import type { RuleProofs } from '../proof.js';

/** Names that are added to under a lock, and a section that reads them and then waits for a file. */
const names = (section: string, mutex = 'const mutex') => `import { Mutex } from 'async-mutex';
import { readFile } from 'node:fs/promises';

${mutex} = new Mutex();
const names: string[] = [];
const log: string[] = [];
let shown = '';

${section}

async function add(name: string): Promise<void> {
  await mutex.runExclusive(() => {
    names.push(name);
  });
}`;

const check = (rest: string, returns = 'void') => `async function check(): Promise<${returns}> {
  const release = await mutex.acquire();
  try {
    const copy = [...names];
${rest}
  } finally {
    release();
  }
}`;

const READ_ALL = "    await Promise.all(copy.map((name) => readFile(name, 'utf8')));";
const CHECK = check(READ_ALL);

export default {
  rule: 'prefer-quick-read',
  proofs: [
    {
      title: 'files are read for the names, and nothing comes of it that others see; every caller waits',
      source: names(CHECK),
      tasks: {
        a: 'await check();',
        b: "await add('x');\n    return names.length;",
        c: "await add('x');\n    return names.length;",
      },
      observe: 'names',
      fix: { tier: 'safe' },
      outcomes: 'no more',
    },
    {
      title: 'the rest writes what others see: it may be out of date by then',
      violates: 'no visible effect after the release',
      source: names(check("    await readFile('style', 'utf8');\n    shown = copy.join();")),
      tasks: { a: 'await check();', b: "await add('x');\n    await check();" },
      observe: 'shown',
      fix: { tier: 'unsafe', assumes: 'without the lock it writes `shown`' },
      outcomes: { adds: "then ''" },
    },
    {
      title: 'the same, and nobody adds a name meanwhile',
      source: names(check("    await readFile('style', 'utf8');\n    shown = copy.join();")),
      tasks: { a: "await add('x');\n    await check();\n    return shown;" },
      observe: 'shown',
      fix: { tier: 'unsafe', assumes: 'without the lock it writes `shown`' },
      outcomes: 'same',
    },
    {
      title: 'the caller writes what it gets',
      violates: 'the value is not the base of a later write',
      source: names(check("    await readFile('style', 'utf8');\n    return copy.join();", 'string')),
      tasks: { a: 'shown = await check();', b: "await add('x');\n    shown = await check();" },
      observe: 'shown',
      fix: { tier: 'unsafe', assumes: 'what the caller gets may be out of date by then' },
      outcomes: { adds: "then ''" },
    },
    {
      title: 'a task waits until nobody checks any more',
      violates: 'not a barrier',
      source: names(`${CHECK}

async function idle(): Promise<void> {
  await mutex.waitForUnlock();
}`),
      tasks: {
        a: "log.push('checking');\n    await check();\n    log.push('checked');",
        b: "if (log.length === 0) return 'early';\n    await idle();\n    await pause();\n    return log.length;",
        c: "await add('x');",
      },
      fix: { tier: 'unsafe', assumes: '`mutex` also serves as a barrier' },
      outcomes: { adds: 'b 1' },
    },
    {
      title: 'another file, which was not analysed, waits until nobody checks any more',
      violates: 'closed',
      source: `import { idle } from './unseen.js';\n${names(CHECK, 'export const mutex')}`,
      unseen: {
        'unseen.ts': `import { mutex } from './sample.js';
export const idle = () => mutex.waitForUnlock();`,
      },
      tasks: {
        a: "log.push('checking');\n    await check();\n    log.push('checked');",
        b: "if (log.length === 0) return 'early';\n    await idle();\n    await pause();\n    return log.length;",
        c: "await add('x');",
      },
      fix: { tier: 'unsafe', assumes: '`mutex` is not private' },
      outcomes: { adds: 'b 1' },
    },
    {
      title: 'a caller goes on meanwhile and queues a write of its own',
      violates: 'every call is awaited or returned at once',
      source: names(CHECK),
      tasks: {
        a: "await add('x');\n    const checked = check().then(() => void log.push('checked'));\n    await add('y');\n    log.push('added');\n    await checked;",
      },
      observe: 'log',
      fix: { tier: 'unsafe', assumes: 'can notice' },
      outcomes: { adds: "[ 'added', 'checked' ]" },
    },
    {
      title: 'what leaves the section cannot be copied',
      violates: 'what leaves survives `structuredClone`',
      source: names(`let jobs: (() => void)[] = [() => undefined];

async function run(): Promise<(() => void)[]> {
  const release = await mutex.acquire();
  try {
    const copy = jobs;
    await readFile('style', 'utf8');
    return copy;
  } finally {
    release();
  }
}

async function plan(): Promise<void> {
  await mutex.runExclusive(() => {
    jobs = [...jobs, () => undefined];
  });
}`),
      tasks: { a: 'return (await run()).length;', b: 'await plan();' },
      fix: { tier: 'unsafe', assumes: 'has to survive `structuredClone`' },
      outcomes: { adds: 'a throws DataCloneError' },
    },
    {
      title: 'the names are read again after the wait',
      violates: 'all reads in one segment',
      source: names(check("    await readFile('style', 'utf8');\n    return copy.length === names.length;", 'boolean')),
      tasks: { a: 'return await check();', b: "await add('x');" },
      fix: {
        silent: true,
        byHand: [["    await readFile('style', 'utf8');\n", "    release();\n    await readFile('style', 'utf8');\n"]],
      },
      outcomes: { adds: 'a false' },
    },
    {
      title: 'a list itself is read, and leaves as a copy: what others add to it meanwhile is not seen',
      source: names(`let list: string[] = [];

async function read(): Promise<string> {
  const release = await mutex.acquire();
  try {
    const copy = list;
    await readFile('style', 'utf8');
    return copy.join();
  } finally {
    release();
  }
}

async function extend(name: string): Promise<void> {
  await mutex.runExclusive(() => {
    list.push(name);
  });
}`),
      tasks: { a: 'return await read();', b: "await extend('x');" },
      observe: 'list',
      fix: { tier: 'unsafe', assumes: 'what is read leaves as a copy' },
      outcomes: 'no more',
    },
    {
      title: 'another section changes the names in two steps: to read them still waits for both',
      source: `${names(CHECK)}

async function addBoth(name: string): Promise<void> {
  const release = await mutex.acquire();
  try {
    names.push(name);
    await pause();
    names.push(name);
  } finally {
    release();
  }
}`,
      tasks: { a: 'await check();', b: "await addBoth('x');" },
      observe: 'names',
      fix: { tier: 'safe' },
      outcomes: 'no more',
    },
  ],
} satisfies RuleProofs;
