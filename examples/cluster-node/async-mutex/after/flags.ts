import { AtomicCounter } from '@lockwise/runtime';

/** What the node is at the moment. */
export class NodeFlags {
  private readonly initialized = new AtomicCounter();
  private readonly leader = new AtomicCounter();

  async isInitialized(): Promise<boolean> {
    return this.initialized.get() > 0;
  }

  async setInitialized(value: boolean): Promise<void> {
    this.initialized.set(value ? 1 : 0);
  }

  async isLeader(): Promise<boolean> {
    return this.leader.get() > 0;
  }

  async setLeader(value: boolean): Promise<void> {
    this.leader.set(value ? 1 : 0);
  }
}
