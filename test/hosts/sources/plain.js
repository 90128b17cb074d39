import { Mutex } from 'async-mutex';

const lock = new Mutex();
let ready = false;

export async function start(load) {
  await lock.runExclusive(async () => {
    await lock.runExclusive(async () => {
      ready = await load();
    });
  });
}

export async function isReady() {
  lock.acquire();
  return ready;
}
