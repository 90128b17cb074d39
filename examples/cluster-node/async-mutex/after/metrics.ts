import { Mutex } from 'async-mutex';
import type { Sample } from '../../shared/service.js';

/** Sums of what was measured. */
export class Metrics {
  private readonly lock = new Mutex();
  private readonly sums = new Map<string, number>();

  async record(samples: readonly Sample[]): Promise<void> {
    for (const { name, value } of samples) {
      const release = await this.lock.acquire();
      try {
        this.sums.set(name, (this.sums.get(name) ?? 0) + value);
      } finally {
        release();
      }
    }
  }

  async all(): Promise<[string, number][]> {
    const release = await this.lock.acquire();
    try {
      return [...this.sums];
    } finally {
      release();
    }
  }
}
