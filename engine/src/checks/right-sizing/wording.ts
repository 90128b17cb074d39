import type { Related } from '../../findings.js';
import type { Lock } from '../../link/section.js';
import { at } from '../check.js';

/** `its only section`, `its 4 sections`. */
export function sectionsOf(lock: Lock): string {
  const count = lock.sections.length;
  return count === 1 ? 'its only section' : `its ${count} sections`;
}

/** Every section as a related place. */
export function takers(lock: Lock): Related[] {
  return lock.sections.map((section) =>
    at(
      { path: section.unit.path, span: section.acquire.span },
      `taken here, in \`${section.unit.fn(section.trace.fn).symbol || 'this module'}\``,
    ),
  );
}
