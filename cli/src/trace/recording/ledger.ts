// The bookkeeping of a run: who asked for which lock, who got it and who waits. All of it is constant work per event,
// and memory follows the number of sites and of live requests, never the number of acquisitions.
import type { Site } from './sites.js';
import type { Timeline } from './timeline.js';

/** Milliseconds since the start of the recording; injected, so that tests need not wait. */
export type Clock = () => number;

/** What a lock is to a reader of the profile. */
export interface LockDescription {
  /** The package, or `Web Locks`. */
  readonly library: string;
  /** The construct, such as `Mutex` or `Semaphore`. */
  readonly kind: string;
  /** The lock's own name or key, when it has one. */
  readonly name?: string;
}

const waiting = 0;
const holding = 1;
const over = 2;

/** One request for a lock, from the call until its release. */
export class LockRequest {
  readonly lock: LockRecord;
  readonly site: Site;
  readonly asked: number;
  /** Whether the lock was not free when it was asked for. */
  readonly contended: boolean;
  granted: number | undefined;
  state: number = waiting;
  /** Whether another request queued up while this one was the first holder. */
  blocked = false;
  previous: LockRequest | undefined;
  next: LockRequest | undefined;

  constructor(lock: LockRecord, site: Site, asked: number, contended: boolean) {
    this.lock = lock;
    this.site = site;
    this.asked = asked;
    this.contended = contended;
  }

  get isWaiting(): boolean {
    return this.state === waiting;
  }

  get isHolding(): boolean {
    return this.state === holding;
  }
}

/** A first-in, first-out list of requests in which any one can be unlinked at once. */
class RequestList {
  head: LockRequest | undefined;
  tail: LockRequest | undefined;
  size = 0;

  push(request: LockRequest): void {
    request.previous = this.tail;
    if (this.tail === undefined) this.head = request;
    else this.tail.next = request;
    this.tail = request;
    this.size++;
  }

  remove(request: LockRequest): void {
    if (request.previous === undefined) this.head = request.next;
    else request.previous.next = request.next;
    if (request.next === undefined) this.tail = request.previous;
    else request.next.previous = request.previous;
    request.previous = request.next = undefined;
    this.size--;
  }

  *[Symbol.iterator](): Generator<LockRequest> {
    for (let at = this.head; at !== undefined;) {
      const { next } = at;
      yield at;
      at = next;
    }
  }
}

/** A lock of the program, without a reference to it: a lock that the program drops can be collected. */
export class LockRecord {
  readonly id: number;
  readonly description: LockDescription;
  readonly holders = new RequestList();
  readonly waiters = new RequestList();
  firstSite: Site | undefined;
  acquisitions = 0;
  contended = 0;
  waitMs = 0;
  maxWaiters = 0;
  /** How many requests of each site are waiting, and since when that and the first holder have been the same. */
  readonly waitersBySite = new Map<Site, number>();
  unchangedSince = 0;
  previousActive: LockRecord | undefined;
  nextActive: LockRecord | undefined;

  constructor(id: number, description: LockDescription) {
    this.id = id;
    this.description = description;
  }

  get isFree(): boolean {
    return this.holders.size === 0 && this.waiters.size === 0;
  }
}

/** The most locks whose own figures are kept; sites count all of them. */
const mostLocks = 1_000;
/** The most locks that are remembered as held or waited for: a program that leaks held locks stays bounded. */
const mostActive = 20_000;

export class Ledger {
  readonly now: Clock;
  readonly #timeline: Timeline;
  /** Locks that made somebody wait. */
  readonly contendedLocks = new Map<number, LockRecord>();
  #lockCount = 0;
  #oldestActive: LockRecord | undefined;
  #newestActive: LockRecord | undefined;
  #activeCount = 0;
  /** How many requests were made so far. */
  requests = 0;
  /** How many held locks were forgotten because there were more than can be remembered. */
  forgotten = 0;

  constructor(now: Clock, timeline: Timeline) {
    this.now = now;
    this.#timeline = timeline;
  }

  lock(description: LockDescription): LockRecord {
    return new LockRecord(++this.#lockCount, description);
  }

  get lockCount(): number {
    return this.#lockCount;
  }

  /**
   * A request is made. `contended` says that the lock cannot be had at once; otherwise it is held from now on, unless
   * the library starts sections later by rules of its own (`later`), and `grant` tells when.
   */
  ask(lock: LockRecord, site: Site, contended: boolean, later = false): LockRequest {
    const request = new LockRequest(lock, site, this.now(), contended);
    this.requests++;
    if (lock.firstSite === undefined) lock.firstSite = site;
    if (site.library === '') site.library = lock.description.library;
    if (contended) this.#queue(request);
    else if (!later) this.#hold(request, request.asked);
    return request;
  }

  /** The lock is given to a request that waited for it. */
  grant(request: LockRequest): void {
    if (request.state !== waiting) return;
    this.#hold(request, request.contended ? this.#leaveQueue(request) : this.now());
  }

  release(request: LockRequest): void {
    if (request.state !== holding) return;
    const { lock } = request;
    const now = this.now();
    if (lock.waiters.size > 0 && lock.holders.head === request) this.#settleBlocking(lock, now);
    request.state = over;
    lock.holders.remove(request);
    request.site.hold.record(now - request.granted!);
    if (request.contended || request.blocked) this.#timeline.add(request, now);
    if (lock.isFree) this.#deactivate(lock);
  }

  /** A request ends without the lock: it was cancelled or aborted, or it timed out. */
  abandon(request: LockRequest, timedOut = false): void {
    if (request.state !== waiting) return;
    const { lock, site } = request;
    request.state = over;
    if (timedOut) site.timedOut++;
    else site.abandoned++;
    if (!request.contended) return;
    const now = this.#leaveQueue(request);
    site.wait.record(now - request.asked);
    this.#timeline.add(request, now);
    if (lock.isFree) this.#deactivate(lock);
  }

  /** A request that turned out not to be one: an attempt that does not wait found the lock taken. */
  refuse(lock: LockRecord, site: Site): void {
    if (site.library === '') site.library = lock.description.library;
    site.contended++;
    site.abandoned++;
  }

  /** Charges the waits that are still going on for their time so far. */
  settle(): void {
    const now = this.now();
    for (const lock of this.active()) if (lock.waiters.size > 0) this.#settleBlocking(lock, now);
  }

  /** The locks that are held or waited for now, oldest first. */
  *active(): Generator<LockRecord> {
    for (let lock = this.#oldestActive; lock !== undefined; lock = lock.nextActive) yield lock;
  }

  #hold(request: LockRequest, now: number): void {
    const { lock, site } = request;
    if (!request.contended && lock.isFree) this.#activate(lock);
    request.state = holding;
    request.granted = now;
    if (now > request.asked) site.wait.record(now - request.asked);
    site.acquisitions++;
    lock.acquisitions++;
    lock.holders.push(request);
  }

  #queue(request: LockRequest): void {
    const { lock, site } = request;
    if (lock.isFree) this.#activate(lock);
    if (lock.waiters.size > 0) this.#settleBlocking(lock, request.asked);
    lock.unchangedSince = request.asked;
    lock.waiters.push(request);
    lock.waitersBySite.set(site, (lock.waitersBySite.get(site) ?? 0) + 1);
    const depth = lock.waiters.size;
    if (depth > lock.maxWaiters) lock.maxWaiters = depth;
    if (depth > site.maxQueueDepth) site.maxQueueDepth = depth;
    const power = 2 ** (31 - Math.clz32(depth));
    site.queueDepth.set(power, (site.queueDepth.get(power) ?? 0) + 1);
    site.contended++;
    if (lock.contended++ === 0 && this.contendedLocks.size < mostLocks) this.contendedLocks.set(lock.id, lock);
    const holder = lock.holders.head;
    if (holder === undefined) return;
    holder.blocked = true;
    blockingOf(site, holder.site).waits++;
  }

  /** Ends the wait of a request, and gives the time at which it ended. The lock stays active: the caller sees to that. */
  #leaveQueue(request: LockRequest): number {
    const { lock, site } = request;
    const now = this.now();
    this.#settleBlocking(lock, now);
    lock.waiters.remove(request);
    const left = lock.waitersBySite.get(site)! - 1;
    if (left === 0) lock.waitersBySite.delete(site);
    else lock.waitersBySite.set(site, left);
    lock.waitMs += now - request.asked;
    return now;
  }

  /** Charges the time since the last change to the first holder, once per waiter: what waited behind whom, exactly. */
  #settleBlocking(lock: LockRecord, now: number): void {
    const holder = lock.holders.head;
    const passed = now - lock.unchangedSince;
    lock.unchangedSince = now;
    if (holder === undefined || passed <= 0) return;
    for (const [site, count] of lock.waitersBySite) blockingOf(site, holder.site).waitMs += passed * count;
  }

  #activate(lock: LockRecord): void {
    if (this.#activeCount >= mostActive) {
      this.forgotten++;
      this.#deactivate(this.#oldestActive!);
    }
    lock.previousActive = this.#newestActive;
    if (this.#newestActive === undefined) this.#oldestActive = lock;
    else this.#newestActive.nextActive = lock;
    this.#newestActive = lock;
    this.#activeCount++;
  }

  #deactivate(lock: LockRecord): void {
    if (lock !== this.#oldestActive && lock.previousActive === undefined) return;
    if (lock.previousActive === undefined) this.#oldestActive = lock.nextActive;
    else lock.previousActive.nextActive = lock.nextActive;
    if (lock.nextActive === undefined) this.#newestActive = lock.previousActive;
    else lock.nextActive.previousActive = lock.previousActive;
    lock.previousActive = lock.nextActive = undefined;
    this.#activeCount--;
  }
}

function blockingOf(waiter: Site, holder: Site) {
  let blocking = waiter.blockedBy.get(holder);
  if (blocking === undefined) waiter.blockedBy.set(holder, (blocking = { waits: 0, waitMs: 0 }));
  return blocking;
}
