import { Mutex } from 'async-mutex';

export class Totals {
  private readonly lock = new Mutex();
  private total = 0;

  async add(load: () => Promise<number>): Promise<void> {
    const release = await this.lock.acquire();
    this.total += await load();
    release();
  }

  async report(): Promise<number> {
    return this.lock.runExclusive(async () => {
      const total = this.total;
      await fetch(`https://example.org/${total}`);
      return total;
    });
  }
}
