import type { RuleProofs } from '../proof.js';

const work = (callback: string) => `import AsyncLock from 'async-lock';

const lock = new AsyncLock();
const log: string[] = [];

async function work(name: string): Promise<void> {
  await lock.acquire('key', ${callback});
}`;

export default {
  rule: 'no-lock-callback-mode',
  proofs: [
    {
      title: 'a parameter that nothing uses: the lock used to wait for a call of it for ever',
      source: work(`async (done) => {
    log.push(name);
    await pause();
    log.push(name);
  }`),
      tasks: { a: "await work('a');", b: "await work('b');" },
      observe: 'log',
      fix: { tier: 'safe' },
      outcomes: 'no more',
    },
    {
      title: '`done` is called, once the work is done, by way of `arguments`',
      violates: 'nothing uses the parameter',
      source: work(`function (done) {
    log.push(name);
    const finish = arguments[0] as () => void;
    void pause().then(() => {
      log.push(name);
      finish();
    });
  }`),
      tasks: { a: "await work('a');", b: "await work('b');" },
      observe: 'log',
      fix: {
        silent: true,
        byHand: [
          ['function (done) {', 'function () {'],
          ['const finish = arguments[0] as () => void;', 'const finish = () => undefined;'],
        ],
      },
      outcomes: { adds: "[ 'a', 'b'" },
    },
  ],
} satisfies RuleProofs;
