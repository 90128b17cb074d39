import type { RuleProofs } from '../proof.js';

/** A balance that is changed in two steps, under a lock whose request may fail or not. */
const change = (
  section: string,
  mutex = 'new Mutex()',
  imported = 'Mutex',
) => `import { ${imported} } from 'async-mutex';

const mutex = ${mutex};
let balance = 0;
let running = 0;

async function change(by: number): Promise<number> {
${section}
}`;

const BODY = `    const before = balance;
    await pause();
    balance = before + by;
    return balance;`;

const BOUNDED = 'withTimeout(new Mutex(), 10)';

const inTry = (before = '', after = '') => `  try {
${before}    await mutex.acquire();
${BODY}
  }${after} finally {
    mutex.release();
  }`;

export default {
  rule: 'acquire-before-try',
  proofs: [
    {
      title: 'the first statement; the request never fails',
      source: change(inTry()),
      tasks: { a: 'return await change(1);', b: 'return await change(10);' },
      observe: 'balance',
      fix: { tier: 'safe' },
      outcomes: 'same',
    },
    {
      title: 'the first statement; the request may time out, and its release used to free the lock of another task',
      source: change(inTry(), BOUNDED, 'Mutex, withTimeout'),
      tasks: { a: 'return await change(1);', b: 'return await change(1);', c: 'return await change(1);' },
      observe: 'balance',
      fix: { tier: 'safe' },
      outcomes: {
        repairs: 'timeout',
        removes: 'a 1, b throws Error("timeout while waiting for mutex to become available"), c 1',
      },
    },
    {
      title: 'a failed request used to be caught here',
      violates: 'no `catch`',
      source: change(inTry('', ' catch {\n    return -1;\n  }'), BOUNDED, 'Mutex, withTimeout'),
      tasks: { a: 'return await change(1);', b: 'return await change(10);' },
      fix: { tier: 'unsafe', assumes: 'a failed request is no longer caught here' },
      outcomes: { adds: 'b throws Error("timeout' },
    },
    {
      title: 'something is counted before the request',
      violates: 'the first statement of the `try`',
      source: change(inTry('    running++;\n')),
      tasks: { a: 'const change1 = change(1);\n    const seen = running;\n    return [seen, await change1];' },
      fix: {
        refused: 'other statements come before the acquire in the `try`',
        byHand: [
          [
            '  try {\n    running++;\n    await mutex.acquire();\n',
            '  await mutex.acquire();\n  try {\n    running++;\n',
          ],
        ],
      },
      outcomes: { adds: 'a [ 0, 1 ]' },
    },
    {
      title: 'the `finally` also counts, and did so after a failed request',
      violates: 'the `finally` does nothing but release',
      source: change(
        `  try {
    await mutex.acquire();
${BODY}
  } finally {
    running++;
    mutex.release();
  }`,
        BOUNDED,
        'Mutex, withTimeout',
      ),
      tasks: { a: 'return await change(1);', b: 'return await change(1);' },
      observe: 'running',
      fix: { tier: 'unsafe', assumes: 'a failed request no longer runs the rest of the `finally`' },
      outcomes: { adds: 'then 1' },
    },
  ],
} satisfies RuleProofs;
