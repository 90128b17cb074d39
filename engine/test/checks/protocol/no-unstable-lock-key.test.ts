import { describe, it } from 'vitest';
import { expectReports, expectSilent } from '../check-rule.js';

const RULE = 'no-unstable-lock-key';

describe(RULE, () => {
  describe('reports', () => {
    it('an object literal', () => {
      expectReports(
        RULE,
        `import AsyncLock from 'async-lock';
const lock = new AsyncLock();
export const f = (id: string) => lock.acquire({ id } as never, () => 1); // reports: is a new object at each call`,
      );
    });

    it('a fresh value inside a template', () => {
      expectReports(
        RULE,
        `import AsyncLock from 'async-lock';
const lock = new AsyncLock();
export const f = () => lock.acquire(\`job-\${crypto.randomUUID()}\`, async () => 1); // reports: is a fresh value`,
      );
    });

    it('a fresh key within a request', () => {
      expectReports(
        RULE,
        `import { LockBox, RWLockWriter } from '@matrixai/async-locks';
const locks = new LockBox<RWLockWriter>();
export const f = () => locks.withF([{}, RWLockWriter, 'write'], async () => 1); // reports: is a new object at each call`,
      );
    });

    it('an array as the key of a map of locks', () => {
      expectReports(
        RULE,
        `import { Mutex } from 'async-mutex';
const locks = new Map<unknown, Mutex>();
export const f = (a: string, b: string) => locks.get([a, b]); // reports: is a new array`,
      );
    });
  });
  describe('allows', () => {
    it('a fresh name of a lock that other agents see, which is a sign of life', () => {
      expectSilent(
        RULE,
        `export const live = () => navigator.locks.request(\`live-\${Math.random()}\`, () => new Promise(() => {}));`,
      );
    });

    it('a request, whose first item is the key', () => {
      expectSilent(
        RULE,
        `import { LockBox, RWLockWriter } from '@matrixai/async-locks';
const locks = new LockBox<RWLockWriter>();
export const f = (id: string) => locks.withF([id, RWLockWriter, 'write'], async () => 1);`,
      );
    });

    it('a string, a number and a list of keys', () => {
      expectSilent(
        RULE,
        `import AsyncLock from 'async-lock';
const lock = new AsyncLock();
export const f = (id: string, n: number) => lock.acquire(id, () => n);
export const g = (a: string, b: string) => lock.acquire([a, b], () => 1);
export const h = (id: string) => navigator.locks.request(\`job-\${id}\`, async () => 1);`,
      );
    });
  });
});
