/**
 * Reports a lock that is about one number or one boolean and none of whose sections suspends. Within one event loop
 * such a section cannot be interrupted, so the lock excludes nothing. Silent for a lock that is held across a
 * suspension somewhere (that is a wait, not a flag), that is handed on, waited for, keyed, or wider than the process.
 */
import { atomicCounterFix, type CounterLock } from '../../fixes/atomic-counter.js';
import { droppedLockFix } from '../../fixes/dropped-lock.js';
import { counterKind, isInert, loneCell } from '../../link/inert.js';
import type { Linked } from '../../link/linked.js';
import type { Lock } from '../../link/section.js';
import type { Check } from '../check.js';
import { sectionsOf, takers } from './wording.js';

export const preferAtomicCounter: Check = {
  name: 'prefer-atomic-counter',
  summary: 'A lock around one number or boolean that never suspends should be an atomic counter.',
  category: 'right-sizing',
  levels: { recommended: 'warn', strict: 'warn' },
  run({ project, unit, report }) {
    for (const lock of project.locks) {
      if (lock.declaration?.path !== unit.path) continue;
      const counter = asCounter(project, lock);
      if (!counter) continue;
      const { kind, lone } = counter;
      const what = lone.cell
        ? `\`${lock.name}\` guards \`${lone.name}\`, one ${kind}`
        : `\`${lock.name}\` is a lock around one ${kind}`;
      report({
        span: lock.declaration.span,
        message: `${what}, and ${sectionsOf(lock)} never ${lock.sections.length === 1 ? 'waits' : 'wait'} for anything: nothing can come in between, so the lock excludes nobody and costs every caller a queue and a suspension. An \`AtomicCounter\` says the same without the lock.`,
        related: takers(lock),
        fix: () => fixes(project, counter),
      });
    }
  },
};

/** The lock as a counter, or undefined when it is more than that. */
export function asCounter(project: Linked, lock: Lock): CounterLock | undefined {
  if (!isInert(project, lock)) return undefined;
  const lone = loneCell(project, lock);
  const kind = lone && counterKind(project, lock, lone);
  return lone && kind ? { lock, kind, lone } : undefined;
}

/** The counter first. Beside a plain field the field itself is enough, too. */
function fixes(project: Linked, counter: CounterLock) {
  const atomic = atomicCounterFix(project, counter, (lock) => asCounter(project, lock));
  return counter.lone.cell ? [atomic, droppedLockFix(project, counter.lock)] : [atomic];
}
