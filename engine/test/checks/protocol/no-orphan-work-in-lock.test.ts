import { describe, it } from 'vitest';
import { expectFix, expectReports, expectSilent } from '../check-rule.js';

const RULE = 'no-orphan-work-in-lock';

describe(RULE, () => {
  describe('reports', () => {
    it('dropped work that writes what the lock guards', () => {
      expectReports(
        RULE,
        `import { Mutex } from 'async-mutex';
declare function send(value: number): Promise<void>;
export class Store {
  private readonly mutex = new Mutex();
  private total = 0;
  add(value: number) {
    return this.mutex.runExclusive(async () => {
      await send(value);
      this.total += value;
      this.settle(); // reports: it touches \`this.total\`
    });
  }
  private async settle() {
    await send(this.total);
    this.total = 0;
  }
}`,
      );
    });

    it('an awaited call in a forEach', () => {
      expectReports(
        RULE,
        `import { Mutex } from 'async-mutex';
declare function send(value: number): Promise<void>;
export class Store {
  private readonly mutex = new Mutex();
  private total = 0;
  add(values: number[]) {
    return this.mutex.runExclusive(async () => {
      this.total += values.length;
      values.forEach(async (value) => {
        await this.settle(value); // reports
      });
    });
  }
  private async settle(value: number) {
    await send(value);
    this.total -= value;
  }
}`,
      );
    });
  });
  describe('allows', () => {
    it('work that alone touches what no section is about', () => {
      expectSilent(
        RULE,
        `import { Mutex } from 'async-mutex';
declare function send(name: string): Promise<void>;
const shown = new Map<string, boolean>();
async function show(name: string) {
  shown.set(name, true);
  await send(name);
}
export class Installer {
  private readonly mutex = new Mutex();
  install() {
    return this.mutex.runExclusive(async () => {
      await send('install');
      void show('installed');
    });
  }
  remove() {
    return this.mutex.runExclusive(async () => {
      await send('remove');
      void show('removed');
    });
  }
}`,
      );
    });

    it('work that is awaited, that touches nothing guarded, or that takes the lock itself', () => {
      expectSilent(
        RULE,
        `import { Mutex } from 'async-mutex';
declare function send(value: number): Promise<void>;
export class Store {
  private readonly mutex = new Mutex();
  private total = 0;
  add(value: number) {
    return this.mutex.runExclusive(async () => {
      this.total += value;
      await this.settle();
      void this.tell(value);
      void this.later();
    });
  }
  private async settle() {
    await send(this.total);
    this.total = 0;
  }
  private async tell(value: number) {
    await send(value);
  }
  private async later() {
    await this.mutex.runExclusive(async () => {
      await send(1);
      this.total = 0;
    });
  }
}`,
      );
    });

    it('work that gives the lock back when it is done', () => {
      const lock = (end: string) => `import AwaitLock from 'await-lock';
declare function send(value: number): Promise<void>;
export class Store {
  private readonly lock = new AwaitLock();
  private total = 0;
  async add() {
    await this.lock.acquireAsync();
    this.total += 1;
    this.settle();${end === 'return;' ? ' // reports' : ''}
    ${end === 'return;' ? 'this.lock.release();' : ''}
  }
  private async settle() {
    await send(this.total);
    this.total = 0;
    ${end}
  }
}`;
      expectSilent(RULE, lock('this.lock.release();'));
      expectReports(RULE, lock('return;'));
    });
  });
  describe('fixes', () => {
    it('awaits it', () => {
      expectFix(
        RULE,
        `import { Mutex } from 'async-mutex';
declare function send(value: number): Promise<void>;
export class Store {
  private readonly mutex = new Mutex();
  private total = 0;
  add(value: number) {
    return this.mutex.runExclusive(async () => {
      await send(value);
      this.total += value;
      void this.settle();
    });
  }
  private async settle() {
    await send(this.total);
    this.total = 0;
  }
}
`,
        `import { Mutex } from 'async-mutex';
declare function send(value: number): Promise<void>;
export class Store {
  private readonly mutex = new Mutex();
  private total = 0;
  add(value: number) {
    return this.mutex.runExclusive(async () => {
      await send(value);
      this.total += value;
      await this.settle();
    });
  }
  private async settle() {
    await send(this.total);
    this.total = 0;
  }
}
`,
        { tier: 'unsafe', reason: 'held until the work is done' },
      );
    });
  });
});
