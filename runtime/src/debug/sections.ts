import { AsyncLocalStorage } from 'node:async_hooks';
import type { Linked } from '../linked-list.js';
import type { ObservedLock } from '../observer.js';
import type { CallSite } from './call-site.js';

/** A grant of a lock, and the section that runs under it, once that has begun. */
export class HeldGrant implements Linked<HeldGrant> {
  next: HeldGrant | undefined;
  previous: HeldGrant | undefined;
  readonly lock: ObservedLock;
  readonly site: CallSite | undefined;
  section: Section | undefined;
  hasEnded = false;

  constructor(lock: ObservedLock, site: CallSite | undefined) {
    this.lock = lock;
    this.site = site;
  }
}

/** A request that waits, and the place where it was made. */
export interface Wait {
  readonly lock: ObservedLock;
  readonly site: CallSite | undefined;
  /** The section that waits, and with it all around it. */
  readonly within: Section | undefined;
}

const NONE: readonly HeldGrant[] = [];

/** A critical section that was entered: an actor of the wait-for graph. */
export class Section {
  readonly parent: Section | undefined;
  /** False for a guard that was handed out: who runs under it is only told by the async context, which also leaks. */
  readonly certain: boolean;
  /** Nearly always one or none, so that a new list for each change is the cheapest. */
  grants: readonly HeldGrant[] = NONE;
  /** What it waits for now, itself or in a section within. */
  waits: Set<Wait> | undefined;

  /** A section within those that go on: one that has ended stays in the async context, and is not to be kept by that. */
  constructor(certain: boolean, within: Section | undefined) {
    let parent = within;
    while (parent !== undefined && parent.grants.length === 0) parent = parent.parent;
    this.parent = parent;
    this.certain = certain;
  }

  hold(grant: HeldGrant): void {
    grant.section?.forget(grant);
    grant.section = this;
    this.grants = this.grants === NONE ? [grant] : [...this.grants, grant];
  }

  forget(grant: HeldGrant): void {
    this.grants = this.grants.length === 1 ? NONE : this.grants.filter((each) => each !== grant);
  }
}

/** The section that the running code is in. */
export const currentSection = new AsyncLocalStorage<Section | undefined>();

/** The sections around, from the innermost; those whose grants have all ended are no sections any more. */
export function* enclosing(section: Section | undefined): Generator<Section> {
  for (let each = section; each !== undefined; each = each.parent) if (each.grants.length > 0) yield each;
}

/**
 * Runs `body` as if no section were around: for work that a section begins and does not wait for. What it waits for does not
 * hold up the section, so it is no step of a deadlock.
 */
export function runDetached<R>(body: () => R): R {
  return currentSection.getStore() === undefined ? body() : currentSection.run(undefined, body);
}
