import { AsyncMutex } from '@lockwise/runtime';
import { renderMembers } from '../../shared/page.js';
import type { Member } from '../../shared/service.js';
import type { ClusterMembers } from './types.js';

/** Who belongs to the cluster. */
export class Membership {
  private readonly members: ClusterMembers = new AsyncMutex(new Map<string, Member>());

  async add(member: Member): Promise<void> {
    const guard = await this.members.acquire();
    try {
      guard.value.set(member.id, { ...member });
    } finally {
      guard.release();
    }
  }

  async remove(id: string): Promise<void> {
    const guard = await this.members.acquire();
    try {
      guard.value.delete(id);
    } finally {
      guard.release();
    }
  }

  async seen(id: string, at: number): Promise<void> {
    const guard = await this.members.acquire();
    try {
      const member = guard.value.get(id);
      if (member !== undefined && member.lastSeen < at) member.lastSeen = at;
    } finally {
      guard.release();
    }
  }

  async count(): Promise<number> {
    const guard = await this.members.acquire();
    try {
      return guard.value.size;
    } finally {
      guard.release();
    }
  }

  async describe(): Promise<string> {
    const guard = await this.members.acquire();
    try {
      return await renderMembers(guard.value);
    } finally {
      guard.release();
    }
  }

  async list(): Promise<Member[]> {
    const guard = await this.members.acquire();
    try {
      return [...guard.value.values()].map((member) => ({ ...member }));
    } finally {
      guard.release();
    }
  }
}
