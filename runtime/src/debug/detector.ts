import { LinkedList } from '../linked-list.js';
import { GrantSet } from '../multi-request.js';
import type { Abandonment, LockObserver, ObservedLock } from '../observer.js';
import { CallSite } from './call-site.js';
import { at } from './errors.js';
import type { LockFinding } from './index.js';
import { LeakedGuards } from './leaked-guards.js';
import { LockOrder } from './lock-order.js';
import { currentSection, enclosing, HeldGrant, Section, type Wait } from './sections.js';
import { deadlockOf, lockName } from './wait-graph.js';

interface Settings {
  readonly mode: 'throw' | 'warn';
  readonly stacks: boolean;
  readonly lockOrder: boolean;
  readonly report: (finding: LockFinding) => void;
}

/** On the guard itself: a weak map with so many keys of so short a life would cost the garbage collector more than all the rest. */
const GRANT = Symbol('grant');
/** On the lock, for the same reason. */
const HOLDERS = Symbol('holders');

interface Granted {
  [GRANT]?: HeldGrant;
}

/** Keeps the wait-for graph: sections, the locks they hold, and what they wait for. */
export class Detector implements LockObserver {
  private readonly settings: Settings;
  private readonly order = new LockOrder();
  private readonly requests = new WeakMap<object, Wait>();
  /** Sections that a guard was promised to before it was granted. */
  private readonly promised = new WeakMap<object, Section>();
  private readonly leaked: LeakedGuards;

  constructor(settings: Settings) {
    this.settings = settings;
    this.leaked = new LeakedGuards(({ lock, site }) => {
      const message = `a guard of ${lockName(lock)}${at(site?.toString(), 'taken at')} was collected without a release: the lock stays held for ever`;
      settings.report({ kind: 'collected without release', message });
    });
  }

  waits(lock: ObservedLock, request: object, shared: boolean, lent: boolean): void {
    if (isPool(lock, shared)) return;
    const within = currentSection.getStore();
    const wait: Wait = { lock, site: CallSite.here(this.settings.stacks), within };
    this.checkOrder(lock, wait.site, within);
    const deadlock = deadlockOf(wait, holdersOf);
    if (deadlock !== undefined) {
      if (this.settings.mode === 'throw' && deadlock.certain) throw deadlock;
      this.settings.report(deadlock);
    }
    this.requests.set(request, wait);
    for (const section of enclosing(within)) (section.waits ??= new Set()).add(wait);
    if (lent) this.promised.set(request, handOut(within));
  }

  acquired(lock: ObservedLock, guard: object, request: object | undefined, shared: boolean, lent: boolean): void {
    if (isPool(lock, shared)) return;
    if (request !== undefined) return this.acquiredAfter(request, lock, guard);
    const within = currentSection.getStore();
    const grant = this.begin(lock, guard, CallSite.here(this.settings.stacks));
    if (within !== undefined) this.checkOrder(lock, grant.site, within);
    if (!lent) return;
    handOut(within).hold(grant);
    this.leaked.watch(guard, grant);
  }

  released(_lock: ObservedLock, guard: object): void {
    const grant = (guard as Granted)[GRANT];
    if (grant === undefined || grant.hasEnded) return;
    grant.hasEnded = true;
    holdersOf(grant.lock).remove(grant);
    grant.section?.forget(grant);
  }

  releasedAgain(lock: ObservedLock, guard: object): void {
    const site = (guard as Granted)[GRANT]?.site;
    const message = `a guard of ${lockName(lock)}${at(site?.toString(), 'taken at')} is released a second time; it does nothing`;
    this.settings.report({ kind: 'released twice', message });
  }

  abandoned(lock: ObservedLock, request: object, why: Abandonment, reason: unknown): void {
    this.endWait(request);
    const holders = why === 'timeout' ? holdersInWords(lock) : undefined;
    // Of several locks that were asked for together the error names the first that was missing.
    const error = reason as Error;
    if (holders !== undefined && !error.message.includes('; held by')) error.message += `; held by ${holders}`;
  }

  enter<G extends object, R>(guard: G, body: (guard: G) => R): R {
    const section = new Section(true, currentSection.getStore());
    for (const part of guard instanceof GrantSet ? guard.grants : [guard]) {
      const grant = (part as Granted)[GRANT];
      if (grant !== undefined) section.hold(grant);
    }
    return currentSection.run(section, body, guard);
  }

  /** A grant to one who waited, or the read access that a write access has become. */
  private acquiredAfter(request: object, lock: ObservedLock, guard: object): void {
    const wait = this.endWait(request);
    const before = (request as Granted)[GRANT];
    const grant = this.begin(lock, guard, wait?.site ?? before?.site);
    const promised = this.promised.get(request);
    (before?.section ?? promised)?.hold(grant);
    if (promised !== undefined) this.leaked.watch(guard, grant);
  }

  private begin(lock: ObservedLock, guard: object, site: CallSite | undefined): HeldGrant {
    const grant = new HeldGrant(lock, site);
    (guard as Granted)[GRANT] = grant;
    holdersOf(lock).push(grant);
    return grant;
  }

  private checkOrder(wanted: ObservedLock, site: CallSite | undefined, within: Section | undefined): void {
    if (!this.settings.lockOrder || within === undefined) return;
    for (let section: Section | undefined = within; section !== undefined; section = section.parent) {
      for (const { lock } of section.grants) {
        const finding = this.order.note(lock, wanted, site);
        if (finding !== undefined) this.settings.report(finding);
      }
    }
  }

  private endWait(request: object): Wait | undefined {
    const wait = this.requests.get(request);
    if (wait === undefined) return undefined;
    this.requests.delete(request);
    for (let section = wait.within; section !== undefined; section = section.parent) section.waits?.delete(wait);
    return wait;
  }
}

/** Several may hold it, and any of them may release for another: no holder is the one that is waited for. */
function isPool(lock: ObservedLock, shared: boolean): boolean {
  return shared && lock.kind === 'Semaphore';
}

function holdersOf(lock: ObservedLock & { [HOLDERS]?: LinkedList<HeldGrant> }): LinkedList<HeldGrant> {
  return (lock[HOLDERS] ??= new LinkedList());
}

function holdersInWords(lock: ObservedLock): string | undefined {
  const sites: string[] = [];
  for (let grant = holdersOf(lock).first; grant; grant = grant.next) if (grant.site) sites.push(grant.site.toString());
  return sites.length === 0 ? undefined : `the holder that took it at ${sites.join(' and at ')}`;
}

/** A guard goes to the caller: from here on the caller's async context is taken for its section. */
function handOut(within: Section | undefined): Section {
  const section = new Section(false, within);
  currentSection.enterWith(section);
  return section;
}
