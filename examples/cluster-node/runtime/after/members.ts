import { renderMembers } from '../../shared/page.js';
import type { Member } from '../../shared/service.js';
import type { ClusterMembers } from './types.js';

/** Who belongs to the cluster. */
export class Membership {
  private readonly members: ClusterMembers = new Map<string, Member>();

  async add(member: Member): Promise<void> {
    this.members.set(member.id, { ...member });
  }

  async remove(id: string): Promise<void> {
    this.members.delete(id);
  }

  async seen(id: string, at: number): Promise<void> {
    const member = this.members.get(id);
    if (member !== undefined && member.lastSeen < at) member.lastSeen = at;
  }

  async count(): Promise<number> {
    return this.members.size;
  }

  async describe(): Promise<string> {
    const members = structuredClone(this.members);
    return await renderMembers(members);
  }

  async list(): Promise<Member[]> {
    return [...this.members.values()].map((member) => ({ ...member }));
  }
}
