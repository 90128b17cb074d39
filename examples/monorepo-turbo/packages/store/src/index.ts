import { Mutex } from 'async-mutex';

const mutex = new Mutex();
const items = new Map<string, string>();

/** Runs the callback with the store's lock held. */
export async function withStoreLock<T>(use: (items: Map<string, string>) => T | Promise<T>): Promise<T> {
  return mutex.runExclusive(() => use(items));
}
