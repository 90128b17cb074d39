import { AsyncMutex } from '@lockwise/runtime';
import type { Sample } from '../../shared/service.js';

/** Sums of what was measured. */
export class Metrics {
  private readonly sums = new AsyncMutex(new Map<string, number>());

  async record(samples: readonly Sample[]): Promise<void> {
    for (const { name, value } of samples) {
      const guard = await this.sums.acquire();
      try {
        guard.value.set(name, (guard.value.get(name) ?? 0) + value);
      } finally {
        guard.release();
      }
    }
  }

  async all(): Promise<[string, number][]> {
    const guard = await this.sums.acquire();
    try {
      return [...guard.value];
    } finally {
      guard.release();
    }
  }
}
