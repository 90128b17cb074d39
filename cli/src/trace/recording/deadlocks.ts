// Circles of requests that wait for each other. The recorder does not follow tasks (that would cost more than the lock
// itself), so it takes a holder to be stuck in a wait that began later in the same function. That finds circles whose
// acquires are in one function each, such as a transfer that locks two accounts; for others, who waits and who holds is
// still reported lock by lock.
import type { LockRecord, LockRequest } from './ledger.js';

/** One step of a circle: a request, and the holder of the lock that it waits for. */
export interface DeadlockWait {
  readonly waiter: LockRequest;
  readonly holder: LockRequest;
}

/** The circles among the requests that have waited for at least `minWaitMs`, each once. */
export function findDeadlocks(active: readonly LockRecord[], now: number, minWaitMs: number): DeadlockWait[][] {
  const waiters = active.flatMap((lock) => [...lock.waiters]).filter(({ asked }) => now - asked >= minWaitMs);
  const inFunction = groupByFunction(waiters);
  const done = new Set<LockRequest>();
  const circles: DeadlockWait[][] = [];
  for (const start of waiters) {
    const path: DeadlockWait[] = [];
    let waiter: LockRequest | undefined = start;
    while (waiter !== undefined && !done.has(waiter)) {
      done.add(waiter);
      const holder: LockRequest | undefined = waiter.lock.holders.head;
      if (holder === undefined) break;
      path.push({ waiter, holder });
      waiter = waitOf(holder, inFunction.get(functionOf(holder)) ?? []);
    }
    const from = path.findIndex((step) => step.waiter === waiter);
    if (from !== -1) circles.push(path.slice(from));
  }
  return circles;
}

/** The wait that a holder is stuck in: the first that began after its grant, in the same function at another call. */
function waitOf(holder: LockRequest, waiters: readonly LockRequest[]): LockRequest | undefined {
  const granted = holder.granted ?? Infinity;
  return waiters
    .filter((waiter) => waiter.asked >= granted && waiter.site !== holder.site)
    .reduce<LockRequest | undefined>(
      (first, next) => (first === undefined || next.asked < first.asked ? next : first),
      undefined,
    );
}

function groupByFunction(requests: readonly LockRequest[]): Map<string, LockRequest[]> {
  const groups = new Map<string, LockRequest[]>();
  for (const request of requests) {
    const group = groups.get(functionOf(request));
    if (group === undefined) groups.set(functionOf(request), [request]);
    else group.push(request);
  }
  return groups;
}

function functionOf({ site }: LockRequest): string {
  return `${site.file} ${site.symbol}`;
}
