import type { RuleProofs } from '../proof.js';

const work = (body: string) => `import { Mutex } from 'async-mutex';

const mutex = new Mutex();
const log: string[] = [];

${body}`;

export default {
  rule: 'prefer-scoped-lock',
  proofs: [
    {
      title: 'the same section; a throw in it',
      source: work(`async function work(name: string): Promise<void> {
  const release = await mutex.acquire();
  try {
    log.push(name);
    await pause();
    if (name === 'c') throw new Error('no');
    log.push(name);
  } finally {
    release();
  }
}`),
      tasks: { a: "await work('a');", b: "await work('b');", c: "await work('c');" },
      observe: 'log',
      fix: { tier: 'safe' },
      outcomes: 'same',
    },
    {
      title: 'a section that returns, and that is the end of the function',
      source: work(`async function work(name: string): Promise<number> {
  const release = await mutex.acquire();
  try {
    const before = log.length;
    await pause();
    log.push(name);
    return before;
  } finally {
    release();
  }
}`),
      tasks: { a: "return await work('a');", b: "return await work('b');" },
      observe: 'log',
      fix: { tier: 'safe' },
      outcomes: 'same',
    },
    {
      title: 'a section returns, and code follows it',
      violates: 'no `return` with code after it',
      source: work(`async function work(name: string): Promise<void> {
  const release = await mutex.acquire();
  try {
    if (log.length > 0) return;
    await pause();
    log.push(name);
  } finally {
    release();
  }
  log.push('worked');
}`),
      tasks: { a: "await work('a');", b: "await work('b');" },
      observe: 'log',
      fix: {
        refused: 'the section returns, and code follows it',
        byHand: [
          ['  const release = await mutex.acquire();\n  try {', '  await mutex.runExclusive(async () => {'],
          ['  } finally {\n    release();\n  }', '  });'],
        ],
      },
      outcomes: { adds: "then [ 'a', 'worked', 'worked' ]" },
    },
    {
      title: 'the section ends the loop that it stands in',
      violates: 'no `break` or `continue` out of the section',
      source: work(`async function work(name: string): Promise<void> {
  for (let round = 0; round < 2; round++) {
    const release = await mutex.acquire();
    try {
      log.push(name);
      if (round === 0) break;
    } finally {
      release();
    }
  }
}`),
      tasks: { a: "await work('a');", b: "await work('b');" },
      observe: 'log',
      fix: {
        refused: '`break` would have to cross a function',
        byHand: [
          ['    const release = await mutex.acquire();\n    try {', '    await mutex.runExclusive(async () => {'],
          ['if (round === 0) break;', 'if (round === 0) return;'],
          ['    } finally {\n      release();\n    }', '    });'],
        ],
      },
      outcomes: { adds: "[ 'a', 'a'" },
    },
    {
      title: 'the section reads the arguments of the function',
      violates: 'no `arguments` in the section',
      source: work(`const work: (...names: string[]) => Promise<void> = async function () {
  const release = await mutex.acquire();
  try {
    log.push(String(arguments[0]));
  } finally {
    release();
  }
};`),
      tasks: { a: "await work('a');", b: "await work('b');" },
      observe: 'log',
      fix: {
        refused: '`arguments` would have to cross a function',
        byHand: [
          ['  const release = await mutex.acquire();\n  try {', '  await mutex.runExclusive(async function () {'],
          ['  } finally {\n    release();\n  }', '  });'],
        ],
      },
      outcomes: { adds: "'undefined'" },
    },
  ],
} satisfies RuleProofs;
