import { withStoreLock } from '@example/store';

/** Puts an item in the store, and tells whether it is new. */
export async function put(key: string, value: string): Promise<boolean> {
  return withStoreLock((items) => {
    const isNew = !items.has(key);
    items.set(key, value);
    return isNew;
  });
}
