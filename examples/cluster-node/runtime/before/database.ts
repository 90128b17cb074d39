import { AsyncMutex } from '@lockwise/runtime';
import { Database } from '../../shared/database.js';
import type { DatabaseHandle } from './types.js';

/** The node's database, which is not there before the start and after the stop. */
export class DatabaseAccess {
  private readonly handle: DatabaseHandle = new AsyncMutex<Database | undefined>(undefined);

  async open(): Promise<void> {
    const database = await Database.open();
    const guard = await this.handle.acquire();
    try {
      guard.value = database;
    } finally {
      guard.release();
    }
  }

  async close(): Promise<void> {
    const guard = await this.handle.acquire();
    try {
      guard.value = undefined;
    } finally {
      guard.release();
    }
  }

  async isOpen(): Promise<boolean> {
    const guard = await this.handle.acquire();
    try {
      return guard.value !== undefined;
    } finally {
      guard.release();
    }
  }

  async get(key: string): Promise<string | undefined> {
    const guard = await this.handle.acquire();
    try {
      return await guard.value?.get(key);
    } finally {
      guard.release();
    }
  }

  async put(key: string, value: string): Promise<void> {
    const guard = await this.handle.acquire();
    try {
      await guard.value?.put(key, value);
    } finally {
      guard.release();
    }
  }

  async records(): Promise<[string, string][]> {
    const guard = await this.handle.acquire();
    try {
      return [...(guard.value?.records ?? [])];
    } finally {
      guard.release();
    }
  }
}
