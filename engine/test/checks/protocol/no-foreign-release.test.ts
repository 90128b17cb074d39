import { describe, it } from 'vitest';
import { expectFix, expectReports, expectSilent } from '../check-rule.js';

const RULE = 'no-foreign-release';
const LOCK = `import AwaitLock from 'await-lock';\nconst lock = new AwaitLock();\ndeclare function work(): Promise<boolean>;\n`;
const MUTEX = `import { Mutex } from 'async-mutex';\nconst mutex = new Mutex();\ndeclare function work(): Promise<boolean>;\n`;

describe(RULE, () => {
  describe('reports', () => {
    it('a release before a return inside a try whose finally releases again', () => {
      expectReports(
        RULE,
        `${LOCK}async function f() {
  await lock.acquireAsync();
  try {
    if (!(await work())) {
      lock.release(); // reports: released twice on one path, here and then in the \`finally\`
      return;
    }
    await work();
  } finally {
    lock.release();
  }
}`,
      );
    });

    it('the second call of a releaser of a lock of the project', () => {
      expectReports(RULE, {
        'mutex.ts': `export class Mutex {
  private tail: Promise<void> = Promise.resolve();
  async lock(): Promise<() => void> {
    let unlock = () => {};
    const before = this.tail;
    this.tail = new Promise((resolve) => { unlock = resolve; });
    await before;
    return unlock;
  }
}`,
        'room.ts': `import { Mutex } from './mutex.js';
declare function work(): Promise<void>;
export class Room {
  private mutex = new Mutex();
  async leave(quick: boolean) {
    const unlock = await this.mutex.lock();
    try {
      if (quick) {
        unlock(); // reports
        return;
      }
      await work();
    } finally {
      unlock();
    }
  }
}`,
      });
    });

    it('a release that also runs where nothing was taken', () => {
      expectReports(
        RULE,
        `${LOCK}async function f(wanted: boolean) {\n  if (wanted) await lock.acquireAsync();\n  await work().catch(() => 0);\n  lock.release(); // reports: never took\n}`,
      );
    });

    it('a release through the lock by a function that holds nothing', () => {
      expectReports(
        RULE,
        `${MUTEX}export async function f() {
  const release = await mutex.acquire();
  try { await work(); } finally { release(); }
}
export function reset() {
  mutex.release(); // reports: where nobody took it
}`,
      );
    });
  });

  describe('allows', () => {
    it('a lock whose holders release it by its name, as others may for them', () => {
      const text = (take: string, give: string) => `${MUTEX}export async function save() {
  ${take}
  try {
    await work();
  } finally {
    ${give}
  }
}
const unlock = () => {
  mutex.release();${take.startsWith('const') ? ' // reports: where nobody took it' : ''}
};
export const reset = () => unlock();`;
      expectSilent(RULE, text('await mutex.acquire();', 'mutex.release();'));
      expectReports(RULE, text('const release = await mutex.acquire();', 'release();'));
    });

    it('a test, which tries it on purpose', () => {
      const text = `${MUTEX}export async function f() {
  const release = await mutex.acquire();
  mutex.release();
  mutex.release();
  return release;
}`;
      expectSilent(RULE, { 'test/mutex.ts': text });
    });

    it('a releaser that works only once', () => {
      expectSilent(
        RULE,
        `${MUTEX}export async function f() {
  const release = await mutex.acquire();
  try {
    if (await work()) release();
  } finally {
    release();
  }
}`,
      );
    });

    it('a release that the same test chooses as the acquire', () => {
      expectSilent(
        RULE,
        `${LOCK}async function f(wanted: boolean) {\n  if (wanted) await lock.acquireAsync();\n  await work().catch(() => 0);\n  if (wanted) lock.release();\n}`,
      );
    });

    it('two halves of a lock in two methods', () => {
      expectSilent(
        RULE,
        `import { Mutex } from 'async-mutex';\nexport class Door {\n  private mutex = new Mutex();\n  async open() {\n    await this.mutex.acquire();\n  }\n  close() {\n    this.mutex.release();\n  }\n}`,
      );
    });

    it('a helper that releases what there is', () => {
      const helper = (release: string) => `${LOCK}export class Jobs {
  constructor(private readonly memory: AwaitLock | null) {}
  async run() {
    if (this.memory !== null) await this.memory.acquireAsync();
    try { await work(); } finally { ${release === 'this.memory!.release();' ? 'this.end(); // reports\n' : 'this.end();'} }
  }
  private end() { ${release} }
}`;
      expectSilent(RULE, helper('if (this.memory !== null) this.memory.release();'));
      expectReports(RULE, helper('this.memory!.release();'));
    });

    it('a releaser that is cleared, however many flags the function has', () => {
      const flags = Array.from({ length: 8 }, (_, at) => at);
      expectSilent(
        RULE,
        `${MUTEX}export async function f(asks: (() => boolean)[]) {
  ${flags.map((at) => `let flag${at} = false;`).join(' ')}
  let release: (() => void) | null = await mutex.acquire();
  ${flags.map((at) => `if (asks[${at}]!()) flag${at} = true;`).join('\n  ')}
  if (release) { release(); release = null; }
  ${flags.map((at) => `if (flag${at}) await work();`).join('\n  ')}
  if (release) { release(); release = null; }
}`,
      );
    });
  });

  describe('fixes', () => {
    it('by taking out the release that the `finally` repeats', () => {
      expectFix(
        RULE,
        `${LOCK}async function f() {
  await lock.acquireAsync();
  try {
    if (!(await work())) {
      lock.release();
      return;
    }
    await work();
  } finally {
    lock.release();
  }
}`,
        `${LOCK}async function f() {
  await lock.acquireAsync();
  try {
    if (!(await work())) {
      return;
    }
    await work();
  } finally {
    lock.release();
  }
}`,
        { tier: 'unsafe', reason: '`lock` is now held until the `finally`' },
      );
    });

    it('by the releaser, which is there only where the lock was taken', () => {
      expectFix(
        RULE,
        `${MUTEX}export async function f(wanted: boolean) {
  if (wanted) await mutex.acquire();
  try {
    await work();
  } finally {
    mutex.release();
  }
}`,
        `${MUTEX}export async function f(wanted: boolean) {
  let release: (() => void) | undefined;
  if (wanted) release = await mutex.acquire();
  try {
    await work();
  } finally {
    release?.();
  }
}`,
        { tier: 'unsafe', reason: 'where nothing was taken' },
      );
    });

    it('by asking whether there is a releaser', () => {
      expectFix(
        RULE,
        `${MUTEX}export async function f(wanted: boolean) {
  let release: (() => void) | undefined;
  if (wanted) release = await mutex.acquire();
  await work().catch(() => 0);
  release!();
}`,
        `${MUTEX}export async function f(wanted: boolean) {
  let release: (() => void) | undefined;
  if (wanted) release = await mutex.acquire();
  await work().catch(() => 0);
  release?.();
}`,
        { tier: 'unsafe' },
      );
    });
  });
});
