import { AsyncRwLock } from '@lockwise/runtime';
import type { InitializedFlag, LeaderFlag } from './types.js';

/** What the node is at the moment. */
export class NodeFlags {
  private readonly initialized: InitializedFlag = new AsyncRwLock<boolean>(false);
  private readonly leader: LeaderFlag = new AsyncRwLock<boolean>(false);

  async isInitialized(): Promise<boolean> {
    const guard = await this.initialized.read();
    try {
      return guard.value;
    } finally {
      guard.release();
    }
  }

  async setInitialized(value: boolean): Promise<void> {
    const guard = await this.initialized.write();
    try {
      guard.value = value;
    } finally {
      guard.release();
    }
  }

  async isLeader(): Promise<boolean> {
    const guard = await this.leader.read();
    try {
      return guard.value;
    } finally {
      guard.release();
    }
  }

  async setLeader(value: boolean): Promise<void> {
    const guard = await this.leader.write();
    try {
      guard.value = value;
    } finally {
      guard.release();
    }
  }
}
