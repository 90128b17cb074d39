import { Linter, type Linter as Lint } from 'eslint';
import { describe, expect, it } from 'vitest';
import { findings } from '../check-rule.js';

/** The rules that together stand where ESLint has `require-atomic-updates`. */
const OURS = ['no-stale-write-after-await', 'no-check-then-act', 'no-split-lock', 'require-recheck-in-lock'];

/** The shapes of code on which ESLint's rule is known to be wrong, in plain JavaScript, which both read. */
const SHAPES: readonly { readonly name: string; readonly wrong: boolean; readonly code: string }[] = [
  {
    name: 'a locked read-modify-write',
    wrong: false,
    code: `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
let total = 0;
export async function add(load) {
  const release = await mutex.acquire();
  try {
    total = total + (await load());
  } finally {
    release();
  }
}`,
  },
  {
    name: 'a flag that is taken back in `finally`',
    wrong: false,
    code: `let busyLock = false;
export async function work(load) {
  if (busyLock) return;
  busyLock = true;
  try {
    await load();
  } finally {
    busyLock = false;
  }
}`,
  },
  {
    name: '`ctx.body =` of a handler',
    wrong: false,
    code: `export async function handler(ctx, next, lock) {
  if (!ctx.body) {
    await next(lock);
    ctx.body = await next(ctx.url);
  }
}`,
  },
  {
    name: 'a lost update of `this.x`',
    wrong: true,
    code: `export class Account {
  balance = 0;
  async charge(fee) {
    const balance = this.balance;
    const due = await fee();
    this.balance = balance - due;
    this.lock = due;
  }
}`,
  },
  {
    name: '`if (!this.c) this.c = await …`',
    wrong: true,
    code: `export class Pool {
  async get(connect) {
    if (!this.c) this.c = await connect();
    return this.c;
  }
}`,
  },
  {
    name: 'a map that is asked and then filled',
    wrong: true,
    code: `const sizes = new Map();
export async function size(key, load) {
  let found = sizes.get(key);
  if (found === undefined) {
    found = await load(key);
    sizes.set(key, found);
  }
  return found;
}
export const lock = {};`,
  },
];

/** Whether ESLint's own rule reports. */
function eslintReports(code: string): boolean {
  const config: Lint.Config = {
    languageOptions: { ecmaVersion: 2024, sourceType: 'module' },
    rules: { 'require-atomic-updates': 'error' },
  };
  const messages = new Linter().verify(code, config);
  expect(messages.filter(({ fatal }) => fatal)).toEqual([]);
  return messages.length > 0;
}

describe.each(SHAPES)('$name', ({ wrong, code }) => {
  it(`is ${wrong ? 'reported' : 'silent'}`, () => {
    expect(OURS.flatMap((rule) => findings(rule, { 'sample.js': code })).length > 0).toBe(wrong);
  });

  it("is where ESLint's `require-atomic-updates` is wrong", () => {
    expect(eslintReports(code)).toBe(!wrong);
  });
});
