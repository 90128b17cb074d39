import type { RuleProofs } from '../proof.js';

const work = (section: string) => `import { Mutex } from 'async-mutex';

const mutex = new Mutex();
const log: string[] = [];

async function step(): Promise<number> {
  await pause();
  if (choose('step', ['ok', 'no']) === 'no') throw new Error('no');
  return log.length;
}

async function work(name: string): Promise<void> {
  const release = await mutex.acquire();
${section}
}`;

export default {
  rule: 'require-release',
  proofs: [
    {
      title: 'a throw used to lose the lock, and the task after it to hang',
      source: work('  log.push(name);\n  await step();\n  release();'),
      tasks: { a: "await work('a');", b: "await work('b');" },
      observe: 'log',
      fix: { tier: 'unsafe', assumes: 'a task that used to hang after an error now goes on' },
      outcomes: 'no more',
    },
    {
      title: 'a name of the section is used after the release',
      violates: 'nothing after the release needs what the section declares',
      source: work('  const size = await step();\n  release();\n  log.push(`${name}${size}`);'),
      tasks: { a: "await work('a');", b: "await work('b');" },
      observe: 'log',
      fix: {
        refused: '`size` is declared in the section and used after it',
        byHand: [
          [
            '  const size = await step();\n  release();',
            '  try {\n    const size = await step();\n  } finally {\n    release();\n  }',
          ],
        ],
      },
      outcomes: { adds: 'a throws ReferenceError("size is not defined")' },
    },
    {
      title: 'a branch releases as well, and a second release frees the lock of another task',
      violates: 'released in one place',
      source: work(`  if (log.length === 0) {
    log.push(name);
    mutex.release();
    await pause();
    return;
  }
  log.push(name);
  await step();
  log.push(name);
  mutex.release();`).replace('const release = ', ''),
      tasks: { a: "await work('a');", b: "await work('b');", c: "await work('c');" },
      observe: 'log',
      fix: {
        refused: 'the lock is released in several places or in another block',
        byHand: [
          ['  if (log.length', '  try {\n  if (log.length'],
          ['  log.push(name);\n  mutex.release();', '  log.push(name);\n  } finally {\n    mutex.release();\n  }'],
        ],
      },
      outcomes: { adds: "then [ 'a', 'b', 'c', 'b', 'c' ]" },
    },
    {
      title: 'the releaser is handed over to whoever ends the work',
      violates: 'this function gives the lock back',
      source: `import { Mutex } from 'async-mutex';

const mutex = new Mutex();
const log: string[] = [];
let finish: (() => void) | undefined;

async function begin(name: string): Promise<void> {
  const release = await mutex.acquire();
  log.push(name);
  finish = release;
}

function end(name: string): void {
  log.push(name);
  finish?.();
}`,
      tasks: {
        a: "await begin('a');\n    await pause();\n    end('a');",
        b: "await begin('b');\n    await pause();\n    end('b');",
      },
      observe: 'log',
      fix: { silent: true, byHand: [['  finish = release;', '  release();']] },
      outcomes: { adds: "then [ 'a', 'b', 'a', 'b' ]" },
    },
  ],
} satisfies RuleProofs;
