import { describe, expect, it } from 'vitest';
import { findings } from '../checks/check-rule.js';

const RULE = 'require-release';

/** A section that ends as told, with a releaser or by the lock itself. */
const section = (ending: string) => `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
declare function done(): boolean;
export async function f() {
  const release = await mutex.acquire();
  ${ending}
}`;

const told = async (ending: string) => (await findings(RULE, section(ending))).map(({ message }) => message);

describe('a lock that the callbacks of a promise give back', () => {
  it.each([
    `return fetch('x').finally(release);`,
    `return fetch('x').finally(() => { release(); });`,
    `return fetch('x').finally(() => mutex.release());`,
    `await fetch('x').finally(() => { mutex.release(); });`,
    `return fetch('x').then((x) => { release(); return x; }, (error) => { release(); throw error; });`,
    `return fetch('x').then((x) => { mutex.release(); return x; }).catch((error) => { mutex.release(); throw error; });`,
    `const leave = () => { mutex.release(); };\n  return fetch('x').then(leave, leave);`,
    `return fetch('x').then((x) => x.text()).then((x) => x.length).finally(() => release());`,
    `return Promise.resolve(1).then((x) => { mutex.release(); return x; });`,
    `fetch('x').finally(() => { mutex.release(); });`,
    `void fetch('x').then((x) => x.text()).finally(() => release());`,
  ])('is given back: %s', async (ending) => expect(await told(ending)).toEqual([]));

  it.each([
    `return fetch('x').then((x) => { release(); return x; });`,
    `return fetch('x').then((x) => { mutex.release(); return x; });`,
    `await fetch('x').then(() => mutex.release());`,
    `return fetch('x').then((x) => { mutex.release(); return x; }).finally(() => done());`,
  ])('stays held where only one outcome gives it back: %s', async (ending) => {
    const [message, ...others] = await told(ending);
    expect(message).toContain("`mutex` stays locked if `fetch('x')` throws");
    expect(others).toEqual([]);
  });

  it('stays held on the way that goes on after a handler', async () => {
    const [message] = await told(`await fetch('x').then(() => release()).catch(() => undefined);`);
    expect(message).toContain('stays locked at the end of the function');
  });
});
