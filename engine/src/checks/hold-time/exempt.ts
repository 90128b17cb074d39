import { isLifeCycle } from '../../link/life-cycle.js';
import type { Section } from '../../link/section.js';
import { isTest } from '../../link/test-file.js';

/**
 * Sections whose waits are as a rule meant: in tests, wrapper definitions, on the read side, of keyed locks, of queues and
 * chains, of locks beyond this process (a Web Lock may be a sign of life), in life-cycle functions, and those that never wait.
 */
export function isExempt(section: Section): boolean {
  const { unit, trace } = section;
  return (
    isTest(unit.path) || !isOrdinary(section) || isLifeCycle(unit.fn(trace.fn).name) || section.suspensions.length === 0
  );
}

/** A section of its own of an exclusive lock of this process that has no keys. */
export function isOrdinary({ wrapper, ref, lock }: Section): boolean {
  const { model } = lock.ref;
  return (
    !wrapper &&
    ref.side !== 'read' &&
    ref.key === undefined &&
    (model.kind === 'mutex' || model.kind === 'rw') &&
    model.inferred !== 'chain' &&
    model.scope === 'agent'
  );
}
