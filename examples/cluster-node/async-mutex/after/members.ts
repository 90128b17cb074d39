import { Mutex } from 'async-mutex';
import { renderMembers } from '../../shared/page.js';
import type { Member } from '../../shared/service.js';

/** Who belongs to the cluster. */
export class Membership {
  private readonly lock = new Mutex();
  private readonly members = new Map<string, Member>();

  async add(member: Member): Promise<void> {
    await this.lock.runExclusive(() => {
      this.members.set(member.id, { ...member });
    });
  }

  async remove(id: string): Promise<void> {
    await this.lock.runExclusive(() => {
      this.members.delete(id);
    });
  }

  async seen(id: string, at: number): Promise<void> {
    await this.lock.runExclusive(() => {
      const member = this.members.get(id);
      if (member !== undefined && member.lastSeen < at) member.lastSeen = at;
    });
  }

  async count(): Promise<number> {
    return this.lock.runExclusive(() => this.members.size);
  }

  async describe(): Promise<string> {
    const release = await this.lock.acquire();
    try {
      return await renderMembers(this.members);
    } finally {
      release();
    }
  }

  async list(): Promise<Member[]> {
    return this.lock.runExclusive(() => [...this.members.values()].map((member) => ({ ...member })));
  }
}
