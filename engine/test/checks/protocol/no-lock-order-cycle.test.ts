import { describe, expect, it } from 'vitest';
import { expectFix, expectReports, expectSilent, projectOf } from '../check-rule.js';

const RULE = 'no-lock-order-cycle';
const LOCKS = `import { Mutex } from 'async-mutex';\nexport const accounts = new Mutex();\nexport const audit = new Mutex();\nexport const gate = new Mutex();\n`;

describe(RULE, () => {
  describe('reports', () => {
    it('two functions that take two locks in opposite order', () => {
      const [finding] = expectReports(
        RULE,
        `${LOCKS}export const pay = () => accounts.runExclusive(() => audit.runExclusive(() => 1)); // reports: one task holds \`accounts\` (sample.ts:5, \`pay\`) and waits for \`audit\`; another holds \`audit\` (sample.ts:6, \`review\`) and waits for \`accounts\`
export const review = () => audit.runExclusive(() => accounts.runExclusive(() => 1));`,
      );
      expect(finding!.related).toHaveLength(4);
    });

    it('a ring over three files, through calls', () => {
      expectReports(RULE, {
        'locks.ts': LOCKS,
        'pay.ts': `import { accounts } from './locks.js';\nimport { note } from './note.js';\nexport async function pay() {\n  const release = await accounts.acquire();\n  try {\n    await note('paid');\n  } finally {\n    release();\n  }\n}`,
        'note.ts': `import { audit, accounts } from './locks.js';\nexport async function note(text: string) {\n  await audit.runExclusive(() => text);\n}\nexport async function review() {\n  await audit.runExclusive(async () => {\n    await accounts.runExclusive(() => 1); // reports\n  });\n}`,
      });
    });

    it('fields of one class', () => {
      expectReports(
        RULE,
        `import { Mutex } from 'async-mutex';
export class Store {
  private readonly index = new Mutex();
  private readonly data = new Mutex();
  put = () => this.index.runExclusive(() => this.data.runExclusive(() => 1)); // reports
  drop = () => this.data.runExclusive(() => this.index.runExclusive(() => 1));
}`,
      );
    });
  });

  describe('allows', () => {
    it('a task that waits for itself, which is no matter of order', () => {
      expectSilent(
        RULE,
        `import { Mutex } from 'async-mutex';
const own = new Mutex();
const shared = new Mutex();
const locked = <T>(work: () => Promise<T>): Promise<T> => own.runExclusive(() => shared.runExclusive(work));
let isReady = false;
async function init() { await locked(async () => { isReady = true; }); }
export async function save() { await locked(async () => { if (!isReady) await init(); }); }`,
      );
    });

    it('one order everywhere', () => {
      expectSilent(
        RULE,
        `${LOCKS}export const pay = () => accounts.runExclusive(() => audit.runExclusive(() => 1));\nexport const review = () => accounts.runExclusive(() => audit.runExclusive(() => 2));`,
      );
    });

    it('a gate lock that is held at both places', () => {
      expectSilent(
        RULE,
        `${LOCKS}export const pay = () => gate.runExclusive(() => accounts.runExclusive(() => audit.runExclusive(() => 1)));
export const review = () => gate.runExclusive(() => audit.runExclusive(() => accounts.runExclusive(() => 1)));`,
      );
    });

    it('a request that nobody waits for, and one after the release', () => {
      expectSilent(
        RULE,
        `${LOCKS}export const pay = () => accounts.runExclusive(() => audit.runExclusive(() => 1));
export const review = () => audit.runExclusive(() => { void accounts.runExclusive(() => 1); });
export async function late() {
  const release = await audit.acquire();
  release();
  await accounts.runExclusive(() => 1);
}`,
      );
    });
  });

  it('draws the order with its gates and cycles', () => {
    const { order } = projectOf(
      `${LOCKS}export const pay = () => gate.runExclusive(() => accounts.runExclusive(() => audit.runExclusive(() => 1)));
export const review = () => audit.runExclusive(() => accounts.runExclusive(() => 1));`,
    ).locks();
    const edges = order.map(({ from, to, cyclic, gates }) => ({ from, to, cyclic, gates }));
    const id = (name: string) =>
      edges.flatMap((edge) => [edge.from, edge.to]).find((one) => one.includes(`#${name}@`))!;
    expect(edges).toContainEqual({ from: id('accounts'), to: id('audit'), cyclic: true, gates: [id('gate')] });
    expect(edges).toContainEqual({ from: id('audit'), to: id('accounts'), cyclic: true, gates: [] });
    expect(edges).toContainEqual({ from: id('gate'), to: id('accounts'), cyclic: false, gates: [] });
  });

  describe('fixes', () => {
    it('by one order, at every place that has the rarer one', () => {
      expectFix(
        RULE,
        `${LOCKS}export const pay = () => accounts.runExclusive(() => audit.runExclusive(() => 1));
export const review = () => audit.runExclusive(async () => {
  await accounts.runExclusive(async () => {
    await fetch('/');
  });
});
export const close = () => audit.runExclusive(() => accounts.runExclusive(() => 2));`,
        `${LOCKS}export const pay = () => audit.runExclusive(() => accounts.runExclusive(() => 1));
export const review = () => audit.runExclusive(async () => {
  await accounts.runExclusive(async () => {
    await fetch('/');
  });
});
export const close = () => audit.runExclusive(() => accounts.runExclusive(() => 2));`,
        { tier: 'unsafe', reason: '`audit` is waited for before `accounts`' },
      );
    });

    it('requests in statements of their own, in another file', () => {
      const locks = { 'locks.ts': LOCKS };
      const pay = (first: string, second: string) =>
        `import { accounts, audit } from './locks.js';\nexport async function pay() {\n${first}${second}  try {\n    await fetch('/');\n  } finally {\n    one();\n    two();\n  }\n}`;
      const review = `import { accounts, audit } from './locks.js';\nexport const review = () => audit.runExclusive(async () => {\n  await fetch('/');\n  await accounts.runExclusive(() => 1);\n});`;
      const [one, two] = ['  const one = await accounts.acquire();\n', '  const two = await audit.acquire();\n'];
      expectFix(
        RULE,
        { ...locks, 'a.ts': review, 'b.ts': pay(one, two) },
        { ...locks, 'a.ts': review, 'b.ts': pay(two, one) },
        { tier: 'unsafe' },
      );
    });
  });
});
