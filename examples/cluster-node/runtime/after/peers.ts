import { AsyncMutex } from '@lockwise/runtime';
import type { Network } from '../../shared/network.js';

/** Buffers messages for other nodes, and sends them. */
export class PeerConnector {
  private readonly network: Network;
  private readonly buffer = new AsyncMutex(new Map<string, string[]>());

  constructor(network: Network) {
    this.network = network;
  }

  async enqueue(peer: string, message: string): Promise<void> {
    const guard = await this.buffer.acquire();
    try {
      const messages = guard.value.get(peer) ?? [];
      messages.push(message);
      guard.value.set(peer, messages);
    } finally {
      guard.release();
    }
  }

  async flush(peer: string): Promise<void> {
    const messages = await this.buffer.withLock((guard) => {
      const messages = guard.value.get(peer) ?? [];
      guard.value.delete(peer);
      return messages;
    });
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
