import { GrantSet } from '../multi-request.js';
import type { Abandonment, LockObserver, ObservedLock } from '../observer.js';
import { CallSite } from './call-site.js';
import { at } from './errors.js';
import type { LockFinding } from './index.js';
import { LockOrder } from './lock-order.js';
import { currentSection, enclosing, newSection, type Grant, type Section, type Wait } from './sections.js';
import { deadlockOf, lockName } from './wait-graph.js';

interface Settings {
  readonly mode: 'throw' | 'warn';
  readonly stacks: boolean;
  readonly lockOrder: boolean;
  readonly report: (finding: LockFinding) => void;
}

/** On the guard itself: a weak map with so many keys of so short a life would cost the garbage collector more than all the rest. */
const GRANT = Symbol('grant');

interface Granted {
  [GRANT]?: Grant;
}

/** Keeps the wait-for graph: sections, the locks they hold, and what they wait for. */
export class Detector implements Required<LockObserver> {
  private readonly settings: Settings;
  private readonly order = new LockOrder();
  private readonly held = new WeakMap<ObservedLock, Set<Grant>>();
  private readonly requests = new WeakMap<object, Wait>();
  /** Sections that a guard was promised to before it was granted. */
  private readonly promised = new WeakMap<object, Section>();
  private readonly collected: FinalizationRegistry<string>;

  constructor(settings: Settings) {
    this.settings = settings;
    this.collected = new FinalizationRegistry((message) => {
      settings.report({ kind: 'collected without release', message });
    });
  }

  waits(lock: ObservedLock, request: object, shared: boolean, exposed: boolean): void {
    const within = currentSection.getStore();
    const wait: Wait = { lock, site: CallSite.here(this.settings.stacks), within };
    if (isPool(lock, shared)) return;
    this.checkOrder(lock, wait.site);
    const deadlock = deadlockOf(wait, (each) => this.held.get(each) ?? []);
    if (deadlock !== undefined) {
      if (this.settings.mode === 'throw' && deadlock.certain) throw deadlock;
      this.settings.report(deadlock);
    }
    this.requests.set(request, wait);
    for (const section of enclosing(within)) section.waits.add(wait);
    if (exposed) this.promised.set(request, this.handOut());
  }

  acquired(lock: ObservedLock, guard: object, request: object | undefined, shared: boolean, exposed: boolean): void {
    const wait = request === undefined ? undefined : this.requests.get(request);
    const before = request === undefined ? undefined : (request as Granted)[GRANT];
    if (request !== undefined) this.endWait(request);
    if (isPool(lock, shared)) return;
    const site = wait?.site ?? before?.site ?? CallSite.here(this.settings.stacks);
    if (request === undefined) this.checkOrder(lock, site);
    const grant: Grant = { lock, site, section: undefined };
    (guard as Granted)[GRANT] = grant;
    this.holdersOf(lock).add(grant);
    const promised = request === undefined ? undefined : this.promised.get(request);
    const section = before?.section ?? promised ?? (exposed ? this.handOut() : undefined);
    if (section !== undefined) bind(grant, section);
    if (promised !== undefined || exposed) this.watch(guard, grant);
  }

  released(lock: ObservedLock, guard: object): void {
    const grant = (guard as Granted)[GRANT];
    if (grant === undefined) return;
    this.held.get(lock)?.delete(grant);
    grant.section?.grants.delete(grant);
    this.collected.unregister(guard);
  }

  releasedAgain(lock: ObservedLock, guard: object): void {
    const site = (guard as Granted)[GRANT]?.site;
    const message = `a guard of ${lockName(lock)}${at(site?.toString(), 'taken at')} is released a second time; it does nothing`;
    this.settings.report({ kind: 'released twice', message });
  }

  abandoned(lock: ObservedLock, request: object, why: Abandonment, reason: unknown): void {
    this.endWait(request);
    const holders = why === 'timeout' ? this.holders(lock) : undefined;
    if (holders !== undefined) (reason as Error).message += `; held by ${holders}`;
  }

  enter<R>(guard: object, body: () => R): R {
    const section = newSection(true);
    const guards: readonly object[] = guard instanceof GrantSet ? guard.grants : [guard];
    for (const part of guards) {
      const grant = (part as Granted)[GRANT];
      if (grant !== undefined) bind(grant, section);
    }
    return currentSection.run(section, body);
  }

  private holders(lock: ObservedLock): string | undefined {
    const sites = Array.from(this.held.get(lock) ?? [], ({ site }) => site?.toString());
    const known = sites.filter((site) => site !== undefined);
    return known.length === 0 ? undefined : `the holder that took it at ${known.join(' and at ')}`;
  }

  /** A guard goes to the caller: from here on the caller's async context is taken for its section. */
  private handOut(): Section {
    const section = newSection(false);
    currentSection.enterWith(section);
    return section;
  }

  private checkOrder(wanted: ObservedLock, site: CallSite | undefined): void {
    const within = currentSection.getStore();
    if (!this.settings.lockOrder || within === undefined) return;
    for (const section of enclosing(within)) {
      for (const { lock } of section.grants) {
        const finding = this.order.note(lock, wanted, site);
        if (finding !== undefined) this.settings.report(finding);
      }
    }
  }

  private endWait(request: object): void {
    const wait = this.requests.get(request);
    if (wait === undefined) return;
    this.requests.delete(request);
    for (let section = wait.within; section !== undefined; section = section.parent) section.waits.delete(wait);
  }

  private holdersOf(lock: ObservedLock): Set<Grant> {
    let holders = this.held.get(lock);
    if (holders === undefined) this.held.set(lock, (holders = new Set()));
    return holders;
  }

  private watch(guard: object, { lock, site }: Grant): void {
    const message = `a guard of ${lockName(lock)}${at(site?.toString(), 'taken at')} was collected without a release: the lock stays held for ever`;
    this.collected.register(guard, message, guard);
  }
}

/** Several may hold it, and any of them may release for another: no holder is the one that is waited for. */
function isPool(lock: ObservedLock, shared: boolean): boolean {
  return shared && lock.kind === 'Semaphore';
}

function bind(grant: Grant, section: Section): void {
  grant.section?.grants.delete(grant);
  grant.section = section;
  section.grants.add(grant);
}
