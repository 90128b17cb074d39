import { Mutex } from 'async-mutex';
import type { Network } from '../../shared/network.js';
import type { DatabaseAccess } from './database.js';

/** Agrees with the other nodes on a log. */
export class ConsensusManager {
  private readonly database: DatabaseAccess;
  private readonly network: Network;
  private readonly stateLock = new Mutex();
  private readonly log: string[] = [];

  constructor(database: DatabaseAccess, network: Network) {
    this.database = database;
    this.network = network;
  }

  /** Appends an entry, and tells the others what is ready. Gives its place in the log. */
  async propose(entry: string): Promise<number> {
    const index = await this.stateLock.runExclusive(() => {
      const index = this.log.push(entry);
      return index;
    });
    await this.database.put(`log/${index}`, entry);
    await this.network.broadcast(`ready ${index}`);
    return index;
  }

  async length(): Promise<number> {
    const release = await this.stateLock.acquire();
    try {
      return this.log.length;
    } finally {
      release();
    }
  }

  async entries(): Promise<string[]> {
    const release = await this.stateLock.acquire();
    try {
      return [...this.log];
    } finally {
      release();
    }
  }
}
