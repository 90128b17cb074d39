import { Mutex } from 'async-mutex';

/** What the node is at the moment. */
export class NodeFlags {
  private readonly initializedLock = new Mutex();
  private initialized = false;
  private readonly leaderLock = new Mutex();
  private leader = false;

  async isInitialized(): Promise<boolean> {
    return this.initializedLock.runExclusive(() => this.initialized);
  }

  async setInitialized(value: boolean): Promise<void> {
    await this.initializedLock.runExclusive(() => {
      this.initialized = value;
    });
  }

  async isLeader(): Promise<boolean> {
    return this.leaderLock.runExclusive(() => this.leader);
  }

  async setLeader(value: boolean): Promise<void> {
    await this.leaderLock.runExclusive(() => {
      this.leader = value;
    });
  }
}
