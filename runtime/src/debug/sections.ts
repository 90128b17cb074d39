import { AsyncLocalStorage } from 'node:async_hooks';
import type { ObservedLock } from '../observer.js';
import type { CallSite } from './call-site.js';

/** A grant of a lock, and the section that runs under it, once that has begun. */
export interface Grant {
  readonly lock: ObservedLock;
  readonly site: CallSite | undefined;
  section: Section | undefined;
}

/** A request that waits, and the place where it was made. */
export interface Wait {
  readonly lock: ObservedLock;
  readonly site: CallSite | undefined;
  /** The section that waits, and with it all around it. */
  readonly within: Section | undefined;
}

/** A critical section that was entered: an actor of the wait-for graph. */
export interface Section {
  readonly parent: Section | undefined;
  /** False for a guard that was handed out: who runs under it is only told by the async context, which also leaks. */
  readonly certain: boolean;
  readonly grants: Set<Grant>;
  /** What it waits for now, itself or in a section within. */
  readonly waits: Set<Wait>;
}

/** The section that the running code is in. */
export const currentSection = new AsyncLocalStorage<Section | undefined>();

/** A section within those that go on: one that has ended stays in the async context, and is not to be kept by that. */
export function newSection(certain: boolean): Section {
  let parent = currentSection.getStore();
  while (parent !== undefined && parent.grants.size === 0) parent = parent.parent;
  return { parent, certain, grants: new Set(), waits: new Set() };
}

/** The sections around, from the innermost; those whose grants have all ended are no sections any more. */
export function* enclosing(section: Section | undefined): Generator<Section> {
  for (let each = section; each !== undefined; each = each.parent) if (each.grants.size > 0) yield each;
}

/**
 * Runs `body` as if no section were around: for work that a section begins and does not wait for. What it waits for does not
 * hold up the section, so it is no step of a deadlock.
 */
export function runDetached<R>(body: () => R): R {
  return currentSection.run(undefined, body);
}
