import type { RuleProofs } from '../proof.js';

/** Lines that are sent and cleared in one section, and added to without the lock. */
const outbox = (rest: string, mutex = 'const mutex') => `import { Mutex } from 'async-mutex';

${mutex} = new Mutex();
/** @guardedBy mutex */
let lines: string[] = [];

async function flush(): Promise<number> {
  return await mutex.runExclusive(async () => {
    const sent = lines.length;
    await pause();
    lines = [];
    return sent;
  });
}

${rest}`;

const PUSH = 'lines.push(line);';
const add = (body: string, head = 'export async function add(line: string): Promise<void>') =>
  `${head} {\n  ${body}\n}`;
const PLAIN = 'export function add(line: string): void';

const guarded = (body: string) => `await mutex.runExclusive(async () => { ${body} });`;

const AWAITED = 'const last = lines.length;\n  await look();\n  lines.push(`${line}${last}`);';
const GIVEN = AWAITED.replace('look', 'given');

export default {
  rule: 'no-unguarded-access',
  proofs: [
    {
      title: 'a line that is added while the section waits used to be lost',
      source: outbox(add(PUSH)),
      tasks: { a: 'return await flush();', b: "await add('b');" },
      observe: 'lines.length',
      fix: { tier: 'unsafe', assumes: 'whoever calls it must not hold that already' },
      outcomes: { removes: 'a 0, b undefined; then 0', repairs: 'then 1' },
    },
    {
      title: 'what is read and what goes by it come into one section',
      source: outbox(add('const last = lines.length;\n  await pause();\n  lines.push(`${line}${last}`);')),
      tasks: { a: 'return await flush();', b: "await add('b');" },
      observe: 'lines',
      fix: { tier: 'unsafe', assumes: '`pause()` must not need it' },
      outcomes: { removes: 'a 0, b undefined; then []', repairs: "then [ 'b0' ]" },
    },
    {
      title: 'a function that is made `async`, and its caller waits',
      source: outbox(`${add(PUSH, PLAIN)}
async function addBoth(): Promise<void> {
  add('b');
  add('c');
}`),
      tasks: { a: 'return await flush();', b: 'await addBoth();' },
      observe: 'lines.length',
      fix: { tier: 'unsafe', assumes: 'goes on before it is done' },
      outcomes: { removes: 'a 0, b undefined; then 0', repairs: 'then' },
    },
    {
      title: 'a caller that was not analysed holds the lock',
      violates: 'no caller holds the lock',
      source: outbox(add(PUSH), 'export const mutex'),
      unseen: {
        'unseen.ts': `import { add, mutex } from './sample.js';
export const addHeld = () => mutex.runExclusive(() => add('b'));`,
      },
      tasks: { a: "const { addHeld } = await import('./unseen.js');\n    await addHeld();", b: 'await flush();' },
      observe: 'lines.length',
      fix: { tier: 'unsafe', assumes: 'whoever calls it must not hold that already' },
      outcomes: { adds: 'a waits for ever' },
    },
    {
      title: 'what is waited for between the accesses takes the lock, in code that was not analysed',
      violates: 'what is waited for between the accesses does not need the lock',
      source: `import { look } from './unseen.js';\n${outbox(add(AWAITED), 'export const mutex')}`,
      unseen: {
        'unseen.ts': `import { mutex } from './sample.js';
export const look = () => mutex.runExclusive(() => 0);`,
      },
      tasks: { a: "await add('a');", b: 'await flush();' },
      observe: 'lines.length',
      fix: { tier: 'unsafe', assumes: '`look()` must not need it' },
      outcomes: { adds: 'a waits for ever' },
    },
    {
      title: 'a caller that was not analysed goes on without waiting',
      violates: 'whoever calls a function that is made `async` waits for it',
      source: `import { addAndCount } from './unseen.js';\n${outbox(`${add(PUSH, PLAIN)}\nexport const count = () => mutex.runExclusive(() => lines.length);`)}`,
      unseen: {
        'unseen.ts': `import { add, count } from './sample.js';
export async function addAndCount(): Promise<number> {
  const counted = count();
  add('b');
  return await counted;
}`,
      },
      tasks: { a: 'return await addAndCount();', b: 'await pause();' },
      observe: 'lines.length',
      fix: { tier: 'unsafe', assumes: 'goes on before it is done' },
      outcomes: { adds: 'a 0' },
    },
    {
      title: 'a section of the lock calls the function',
      violates: 'no caller holds the lock',
      source: outbox(`${add(PUSH)}
const addHeld = () => mutex.runExclusive(() => put('b'));
async function put(line: string): Promise<void> {
  await pause();
  await add(line);
}`),
      tasks: { a: 'await addHeld();', b: "await add('c');" },
      observe: 'lines.length',
      fix: { refused: '`addHeld` holds `mutex` already when it comes here', byHand: [[PUSH, guarded(PUSH)]] },
      outcomes: { adds: 'a waits for ever' },
    },
    {
      title: 'a caller holds a lock that a section of the guard waits for',
      violates: 'no caller holds another lock',
      source: outbox(`${add(PUSH)}
const audit = new Mutex();
const addAudited = () => audit.runExclusive(() => add('b'));
const check = () => mutex.runExclusive(async () => {
  await pause();
  return await audit.runExclusive(() => lines.length);
});`),
      tasks: { a: 'await addAudited();', b: 'await check();' },
      observe: 'lines.length',
      fix: { refused: '`audit` is held here', byHand: [[PUSH, guarded(PUSH)]] },
      outcomes: { adds: 'a waits for ever, b waits for ever' },
    },
    {
      title: 'code of the caller runs between the accesses, and takes the lock',
      violates: 'no code of the caller runs between the accesses',
      source: outbox(
        add(GIVEN, 'export async function add(line: string, given: () => Promise<number>): Promise<void>'),
      ),
      tasks: { a: "await add('a', flush);", b: 'await flush();' },
      observe: 'lines.length',
      fix: { refused: 'runs code of the caller', byHand: [[GIVEN, guarded(GIVEN)]] },
      outcomes: { adds: 'a waits for ever' },
    },
    {
      title: 'a caller that cannot wait looks at what it has done',
      violates: 'whoever calls a function that is made `async` waits for it',
      source: outbox(`${add(PUSH, PLAIN)}
function addTold(): string {
  add('b');
  return told();
}
/** @requiresLock mutex */
function told(): string {
  return lines.join();
}`),
      tasks: { a: 'return addTold();', b: 'await flush();' },
      fix: {
        refused: '`addTold` calls `add` and could not wait for it',
        byHand: [[add(PUSH, PLAIN), add(guarded(PUSH))]],
      },
      outcomes: { adds: "a ''" },
    },
  ],
} satisfies RuleProofs;
