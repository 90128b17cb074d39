import { OptionalArc } from '@lockwise/runtime';
import { Database } from '../../shared/database.js';
import type { DatabaseHandle } from './types.js';

/** The node's database, which is not there before the start and after the stop. */
export class DatabaseAccess {
  private readonly handle: DatabaseHandle = new OptionalArc<Database>();

  async open(): Promise<void> {
    const database = await Database.open();
    this.handle.set(database);
  }

  async close(): Promise<void> {
    this.handle.clear();
  }

  async isOpen(): Promise<boolean> {
    return this.handle.isSet;
  }

  async get(key: string): Promise<string | undefined> {
    return await this.handle.with((database) => database.get(key));
  }

  async put(key: string, value: string): Promise<void> {
    await this.handle.with((database) => database.put(key, value));
  }

  async records(): Promise<[string, string][]> {
    return [...(this.handle.get()?.records ?? [])];
  }
}
