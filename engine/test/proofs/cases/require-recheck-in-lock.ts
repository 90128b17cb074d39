import type { RuleProofs } from '../proof.js';

const log = (body: string) => `import { Mutex } from 'async-mutex';

const mutex = new Mutex();
let lines: string[] = [];
let open = true;

async function add(line: string): Promise<void> {
  ${body}
}

async function close(): Promise<void> {
  await mutex.runExclusive(async () => {
    await pause();
    open = false;
  });
}`;

const ASSUMES = 'what the holders before have left';

export default {
  rule: 'require-recheck-in-lock',
  proofs: [
    {
      title: 'a value that is read before the lock is granted',
      source: log(`const before = lines;
  await mutex.runExclusive(async () => {
    await pause();
    lines = [...before, line];
  });`),
      tasks: { a: "await add('x');", b: "await add('x');" },
      observe: 'lines.length',
      fix: { tier: 'unsafe', assumes: ASSUMES },
      outcomes: { removes: 'then 1', repairs: 'then 2' },
    },
    {
      title: 'a condition that is tested before the lock is granted',
      source: log(`if (!open) throw new Error('closed');
  const release = await mutex.acquire();
  try {
    await pause();
    lines = [...lines, open ? line : 'late'];
  } finally {
    release();
  }`),
      tasks: { a: "await add('x');", b: 'await close();' },
      observe: 'lines',
      fix: { tier: 'unsafe', assumes: ASSUMES },
      outcomes: { removes: "'late'", repairs: 'a throws Error("closed")' },
    },
  ],
} satisfies RuleProofs;
