import { latency } from './latency.js';

/** The way to other nodes. Remembers what arrived. */
export class Network {
  readonly delivered: string[] = [];

  async send(peer: string, message: string): Promise<void> {
    await latency(2);
    this.delivered.push(`${peer}: ${message}`);
  }

  async broadcast(message: string): Promise<void> {
    await latency(3);
    this.delivered.push(`all: ${message}`);
  }
}
