/** Beginnings that many samples share. */
export const MUTEX = `import { Mutex } from 'async-mutex';
declare function work(...args: unknown[]): Promise<number>;
declare const ready: boolean;
const mutex = new Mutex();
`;

export const RUNTIME = `import { AsyncMutex, AsyncRwLock, KeyedMutex, quickRead, quickReadExtract } from '@lockwise/runtime';
declare function work(...args: unknown[]): Promise<number>;
declare const ready: boolean;
`;

export const LOCKS = `import { Mutex, Semaphore } from 'async-mutex';
declare function work(...args: unknown[]): Promise<number>;
const locks = new Map<string, Mutex>();
`;

export const TWO = `import { Mutex } from 'async-mutex';
declare function work(): Promise<number>;
const accounts = new Mutex();
const audit = new Mutex();
`;

export const NAMES = `let names: string[] = [];
export const add = async (name: string) => await mutex.runExclusive(() => {
  names.push(name);
});
`;
