import type { LinkedList } from '../linked-list.js';
import { label } from '../lock-core.js';
import type { ObservedLock } from '../observer.js';
import { DeadlockError, type LockEdge } from './errors.js';
import { enclosing, type HeldGrant, type Section, type Wait } from './sections.js';

/**
 * Looks for a way from a wait that begins back to the sections that it would hold up: over each holder of the lock, to what
 * that holder waits for itself. Visits every section once.
 *
 * @param holders - the grants of a lock that have not ended.
 */
export function deadlockOf(
  wait: Wait,
  holders: (lock: ObservedLock) => LinkedList<HeldGrant>,
): DeadlockError | undefined {
  const held = new Set(enclosing(wait.within));
  const visited = new Set<Section>();
  const path: { wait: Wait; grant: HeldGrant }[] = [];

  const leadsBack = (step: Wait): boolean => {
    for (let grant = holders(step.lock).first; grant; grant = grant.next) {
      const { section } = grant;
      if (section === undefined || visited.has(section)) continue;
      visited.add(section);
      path.push({ wait: step, grant });
      if (held.has(section)) return true;
      for (const next of section.waits ?? []) if (leadsBack(next)) return true;
      path.pop();
    }
    return false;
  };

  if (held.size === 0 || !leadsBack(wait)) return undefined;
  const certain = path.every(({ grant, wait: step }) => isCertain(grant.section) && isCertain(step.within));
  return new DeadlockError(path.map(edge), certain);
}

/** A guard that was handed out anywhere around makes the context, and so the step, a guess. */
function isCertain(section: Section | undefined): boolean {
  for (const each of enclosing(section)) if (!each.certain) return false;
  return true;
}

function edge({ wait, grant }: { wait: Wait; grant: HeldGrant }): LockEdge {
  return { lock: lockName(wait.lock), waitsAt: wait.site?.toString(), heldAt: grant.site?.toString() };
}

export function lockName(lock: ObservedLock): string {
  const name = lock.name === undefined ? `an unnamed ${lock.kind}` : label(lock);
  return lock.owner === undefined ? name : `${name}[${String(lock.key)}]`;
}
