import { latency } from './latency.js';
import type { Member } from './service.js';

/** Renders the members as a page: slow, because it resolves each address. */
export async function renderMembers(members: ReadonlyMap<string, Readonly<Member>>): Promise<string> {
  const lines: string[] = [];
  for (const { id, address } of [...members.values()].sort((a, b) => a.id.localeCompare(b.id)))
    lines.push(`${id} at ${address}`);
  await latency(4);
  return lines.join('\n');
}
