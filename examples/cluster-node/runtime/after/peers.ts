import type { Network } from '../../shared/network.js';

/** Buffers messages for other nodes, and sends them. */
export class PeerConnector {
  private readonly network: Network;
  private readonly buffer = new Map<string, string[]>();

  constructor(network: Network) {
    this.network = network;
  }

  async enqueue(peer: string, message: string): Promise<void> {
    const messages = this.buffer.get(peer) ?? [];
    messages.push(message);
    this.buffer.set(peer, messages);
  }

  async flush(peer: string): Promise<void> {
    const messages = this.buffer.get(peer) ?? [];
    this.buffer.delete(peer);
    for (const message of messages) await this.sendWithRetry(peer, message);
  }

  private async sendWithRetry(peer: string, message: string): Promise<void> {
    let delay = 100;
    for (let attempt = 1; ; attempt++) {
      try {
        await this.sendInTime(peer, message);
        return;
      } catch (error) {
        if (attempt >= 5) throw error;
        await new Promise((resolve) => setTimeout(resolve, delay));
        delay = Math.min(delay * 2, 5000);
      }
    }
  }

  private async sendInTime(peer: string, message: string): Promise<void> {
    await Promise.race([
      this.network.send(peer, message),
      new Promise<never>((_, reject) => {
        setTimeout(() => reject(new Error(`no answer from ${peer}`)), 1000).unref();
      }),
    ]);
  }
}
