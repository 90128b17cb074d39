import type { Network } from '../../shared/network.js';
import type { DatabaseAccess } from './database.js';

/** Agrees with the other nodes on a log. */
export class ConsensusManager {
  private readonly database: DatabaseAccess;
  private readonly network: Network;
  private readonly log: string[] = [];

  constructor(database: DatabaseAccess, network: Network) {
    this.database = database;
    this.network = network;
  }

  /** Appends an entry, and tells the others what is ready. Gives its place in the log. */
  async propose(entry: string): Promise<number> {
    const index = this.log.push(entry);
    await this.database.put(`log/${index}`, entry);
    await this.network.broadcast(`ready ${index}`);
    return index;
  }

  async length(): Promise<number> {
    return this.log.length;
  }

  async entries(): Promise<string[]> {
    return [...this.log];
  }
}
