import { capacityOf } from '../../link/capacity.js';
import { isLifeCycle } from '../../link/life-cycle.js';
import type { Section } from '../../link/section.js';
import { isTest } from '../../link/test-file.js';
import { releasesOf } from '../../link/walk/trace.js';

/**
 * Sections whose waits are as a rule meant: in tests, wrapper definitions, on the read side, of keyed locks, of queues and
 * chains, of locks beyond this process (a Web Lock may be a sign of life), in life-cycle functions, those that
 * are handed on to somebody else, and those that never wait.
 */
export function isExempt(section: Section): boolean {
  return (
    isTest(section.unit.path) ||
    !isOrdinary(section) ||
    isOfLifeCycle(section) ||
    isHandedOn(section) ||
    section.waits.length === 0
  );
}

/** The function that takes the lock does not give it back: who does, and after what, is not to be seen. */
function isHandedOn({ form, hold, trace }: Section): boolean {
  return form === 'manual' && releasesOf(trace, hold).length === 0;
}

/** A section of a function that starts or ends a life. */
export function isOfLifeCycle({ unit, trace }: Section): boolean {
  return isLifeCycle(unit.fn(trace.fn).name);
}

/** A section of its own of an exclusive lock of this process that has no keys. */
export function isOrdinary({ wrapper, ref, lock }: Section): boolean {
  const { model } = lock.ref;
  return (
    !wrapper &&
    ref.side !== 'read' &&
    ref.key === undefined &&
    (model.kind === 'mutex' || model.kind === 'rw' || (model.kind === 'semaphore' && capacityOf(lock.ref) === 1)) &&
    model.inferred !== 'chain' &&
    model.scope === 'agent'
  );
}
