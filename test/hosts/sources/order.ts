import { Mutex } from 'async-mutex';

const mutex = new Mutex();

export const enter = (): Promise<() => void> => mutex.acquire();
