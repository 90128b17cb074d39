import { latency } from './latency.js';

/** A key-value store on a disk that takes a while. */
export class Database {
  readonly records = new Map<string, string>();

  static async open(): Promise<Database> {
    await latency(2);
    return new Database();
  }

  async get(key: string): Promise<string | undefined> {
    await latency(1);
    return this.records.get(key);
  }

  async put(key: string, value: string): Promise<void> {
    await latency(2);
    this.records.set(key, value);
  }

  async close(): Promise<void> {
    await latency(1);
  }
}
