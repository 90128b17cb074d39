import { describe, expect, it } from 'vitest';
import { expectReports, expectSilent, findings } from '../check-rule.js';

const RULE = 'require-held-lock';
const HEAD = `import { Mutex } from 'async-mutex';
declare function work(): Promise<void>;
`;

describe(RULE, () => {
  describe('reports', () => {
    it('a call without the lock that the callee expects', () => {
      expectReports(
        RULE,
        `${HEAD}export class Room {
  private readonly mutex = new Mutex();
  /** @requiresLock this.mutex */
  private async write() { await work(); }
  async save() {
    await this.mutex.runExclusive(() => this.write());
    await this.write(); // reports: expects \`this.mutex\` to be held
  }
}`,
      );
    });

    it('a call from another file, of a lock that both know', () => {
      expectReports(RULE, {
        'lock.ts': `import { Mutex } from 'async-mutex';\nexport const mutex = new Mutex();`,
        'write.ts': `import { mutex } from './lock.js';
declare function work(): Promise<void>;
/** Writes. @requiresLock mutex */
export async function write() { await work(); }
export const inside = () => mutex.runExclusive(() => write());`,
        'save.ts': `import { write } from './write.js';
import { mutex } from './lock.js';
export const good = () => mutex.runExclusive(async () => { await write(); });
export const bad = async () => { await write(); }; // reports`,
      });
    });

    it('a lock that is a parameter, and another one held', () => {
      expectReports(
        RULE,
        `${HEAD}const one = new Mutex(); const other = new Mutex();
/** @requiresLock lock */
async function write(lock: Mutex) { await work(); }
export async function f() {
  await one.runExclusive(async () => {
    await write(one);
    await write(other); // reports
  });
}`,
      );
    });

    it('an annotation that names no lock', () => {
      expectReports(
        RULE,
        `${HEAD}export class Room {
  private readonly mutex = new Mutex();
  /**
   * @guardedBy mutx // reports: names no lock
   */
  private names: string[] = [];
  /** @requiresLock mutex */
  private read() { return this.names; }
  /**
   * @excludesLock other.mutex // reports: names no lock
   */
  load() { return this.mutex.runExclusive(async () => this.read()); }
}`,
      );
    });
  });

  describe('allows', () => {
    it('a caller that expects the same, one that says so by its name, and one that only locked callers have', () => {
      expectSilent(
        RULE,
        `${HEAD}export class Room {
  readonly #mutex = new Mutex();
  /** @requiresLock #mutex */
  async #write() { await work(); }
  /** @requiresLock #mutex */
  async #writeTwice() { await this.#write(); await this.#write(); }
  async writeUnlocked() { await this.#write(); }
  async #step() { await this.#write(); }
  save() { return this.#mutex.runExclusive(async () => { await this.#step(); await this.#writeTwice(); }); }
}`,
      );
    });

    it('a callee that gives the lock back for its caller', () => {
      expectSilent(
        RULE,
        `import { Sema } from 'async-sema';
declare function work(): Promise<void>;
const sema = new Sema(1);
/** @requiresLock sema */
export function leave() { sema.release(); }
export async function f() { await sema.acquire(); try { await work(); } finally { leave(); } }`,
      );
    });
  });
});

describe('the other contracts', () => {
  it('a function that is called with the lock which it excludes waits for its caller', () => {
    expectReports(
      'no-reentrant-acquire',
      `${HEAD}declare const api: { refresh(): Promise<void> };
export class Room {
  private readonly mutex = new Mutex();
  /** @excludesLock mutex */
  async reload() { await api.refresh(); }
  async save() {
    await this.reload();
    await this.mutex.runExclusive(async () => {
      await this.reload(); // reports
    });
  }
}`,
    );
  });

  it('a function that expects the lock must not ask for it', () => {
    const [finding] = expectReports(
      'no-reentrant-acquire',
      `${HEAD}export class Room {
  private readonly mutex = new Mutex();
  /** @requiresLock mutex */
  async write() {
    await this.mutex.runExclusive(work); // reports
  }
}`,
    );
    expect(finding!.related.map(({ message }) => message)).toContain('`this.mutex` is held by every caller');
  });

  it('what `@guardedBy` guards may be touched where `@requiresLock` promises the lock', () => {
    const touched = findings(
      'no-unguarded-access',
      `${HEAD}export class Room {
  private readonly mutex = new Mutex();
  /** @guardedBy mutex */
  private names: string[] = [];
  /** @requiresLock mutex */
  private async add(name: string) { await work(); this.names.push(name); }
  join(name: string) { return this.mutex.runExclusive(() => this.add(name)); }
  clear() { this.names = []; }
}`,
    );
    expect(touched.map(({ symbol }) => symbol)).toEqual(['Room.clear']);
  });

  it('`@lock` tells of a lock that nothing else tells of', () => {
    expectReports(
      'require-release',
      `declare function createGate(): any;
declare function work(): Promise<void>;
/** @lock */
const gate = createGate();
/** @lock */
class Turnstile { async acquire(): Promise<void> {} release(): void {} }
const turnstile = new Turnstile();
export async function f() {
  const release = await gate.acquire(); // reports
  await work();
  release();
}
export async function g() {
  await turnstile.acquire(); // reports
  await work();
  turnstile.release();
}`,
    );
  });
});
