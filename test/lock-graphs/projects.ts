// Projects whose locks are drawn.
const HEAD = `import { Mutex } from 'async-mutex';
declare function work(): Promise<void>;
`;

/** A ring that a gate lock keeps apart, a cycle beside it, and a lock that is alone. */
export const bank = `${HEAD}const gate = new Mutex();
const left = new Mutex();
const right = new Mutex();
const audit = new Mutex();
const alone = new Mutex();
export const pay = () => gate.runExclusive(() => left.runExclusive(() => right.runExclusive(work)));
export const refund = () => gate.runExclusive(() => right.runExclusive(() => left.runExclusive(work)));
export const close = () => left.runExclusive(() => audit.runExclusive(work));
export const check = () => audit.runExclusive(() => left.runExclusive(work));
export const rest = () => alone.runExclusive(work);
`;

/** Names of fields that mean something to one of the drawing languages, or to HTML. */
export const HOSTILE_FIELDS = [
  'end',
  'graph',
  'subgraph',
  '#private',
  '"with \\"quotes\\""',
  '"[brackets] {braces} (parens) <b>tags</b> |pipes|"',
  '"&lt;entity&amp; #35; #quot;"',
  '"`markdown` **bold** 1. list"',
  '"style: #a;"',
  '"%%{init: {}}%%"',
  '"back\\\\slash \\\\N \\\\n"',
  '"line\\nend"',
  'größe',
  '锁',
  '"👩‍👩‍👧 family"',
  '"שלום"',
  `"a key that ${'goes on and '.repeat(20)}on"`,
  `L${'o'.repeat(200)}ng`,
] as const;

/** A class whose locks have hostile names, each taken while the one before is held. */
export const hostile = `${HEAD}export class Store {
${HOSTILE_FIELDS.map((name) => `  ${name} = new Mutex();`).join('\n')}
${HOSTILE_FIELDS.slice(1)
  .map(
    (name, index) =>
      `  m${index}() { return ${memberOf(HOSTILE_FIELDS[index]!)}.runExclusive(() => ${memberOf(name)}.runExclusive(work)); }`,
  )
  .join('\n')}
}
`;

function memberOf(name: string): string {
  return name.startsWith('"') ? `this[${name}]` : `this.${name}`;
}

/** A hundred locks: ten chains of ten, all of which begin under one. */
export const hundred = `${HEAD}const root = new Mutex();
${Array.from({ length: 100 }, (_, index) => `const lock${index} = new Mutex();`).join('\n')}
${Array.from({ length: 100 }, (_, index) =>
  index % 10 === 0
    ? `export const begin${index} = () => root.runExclusive(() => lock${index}.runExclusive(work));`
    : `export const step${index} = () => lock${index - 1}.runExclusive(() => lock${index}.runExclusive(work));`,
).join('\n')}
`;

/** Locks that are chosen by a key. */
export const keyed = `import AsyncLock from 'async-lock';
declare function work(): Promise<void>;
const rooms = new AsyncLock();
const users = new AsyncLock();
export const enter = (room: string, user: string) =>
  rooms.acquire(\`room:"\${room}"\`, () => users.acquire(\`user[\${user}]\`, work));
export const leave = (room: string, user: string) =>
  users.acquire(\`user[\${user}]\`, () => rooms.acquire(\`room:"\${room}"\`, work));
`;
