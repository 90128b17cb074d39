import { Mutex } from 'async-mutex';

const gate = new Mutex();

export async function withGate<T>(work: () => Promise<T>): Promise<T> {
  const release = await gate.acquire();
  try {
    return await work();
  } finally {
    release();
  }
}
