import { Database } from '../../shared/database.js';
import { OptionalArc } from '@lockwise/runtime';

/** The node's database, which is not there before the start and after the stop. */
export class DatabaseAccess {
  private readonly database = new OptionalArc<Database>();

  async open(): Promise<void> {
    const database = await Database.open();
    this.database.set(database);
  }

  async close(): Promise<void> {
    this.database.clear();
  }

  async isOpen(): Promise<boolean> {
    return this.database.isSet;
  }

  async get(key: string): Promise<string | undefined> {
    return this.database.with((database) => database.get(key));
  }

  async put(key: string, value: string): Promise<void> {
    await this.database.with((database) => database.put(key, value));
  }

  async records(): Promise<[string, string][]> {
    return [...(this.database.get()?.records ?? [])];
  }
}
