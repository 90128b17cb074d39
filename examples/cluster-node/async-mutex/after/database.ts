import { Mutex } from 'async-mutex';
import { Database } from '../../shared/database.js';

/** The node's database, which is not there before the start and after the stop. */
export class DatabaseAccess {
  private readonly lock = new Mutex();
  private database: Database | undefined;

  async open(): Promise<void> {
    const database = await Database.open();
    await this.lock.runExclusive(() => {
      this.database = database;
    });
  }

  async close(): Promise<void> {
    await this.lock.runExclusive(() => {
      this.database = undefined;
    });
  }

  async isOpen(): Promise<boolean> {
    return this.lock.runExclusive(() => this.database !== undefined);
  }

  async get(key: string): Promise<string | undefined> {
    return this.lock.runExclusive(async () => this.database?.get(key));
  }

  async put(key: string, value: string): Promise<void> {
    await this.lock.runExclusive(async () => {
      await this.database?.put(key, value);
    });
  }

  async records(): Promise<[string, string][]> {
    return this.lock.runExclusive(() => [...(this.database?.records ?? [])]);
  }
}
