import { expect, it } from 'vitest';
import { findings } from '../checks/check-rule.js';

it('a field that may keep what it is is what it is given elsewhere', async () => {
  const code = `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
const refuse = () => { throw new Error('not now'); };
export class Runner {
  private work: () => void;
  constructor(isReady: boolean, other: Runner) {
    this.work = isReady ? this.work : refuse;
    this.work = this.work ?? other.work ?? refuse;
  }
  async run() {
    const release = await mutex.acquire();
    this.work();
    release();
  }
}`;
  expect(await findings('require-release', code)).toHaveLength(1);
});
