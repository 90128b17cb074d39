/**
 * Reports a task of a counting limiter that waits for another task of the same limiter: when every place is taken by
 * such tasks, none of them goes on. Silent in tests, which take places to see what becomes of the rest.
 */
import { unlockedBodyFix } from '../../fixes/unlocked-body.js';
import { capacityOf } from '../../link/capacity.js';
import { sameLock } from '../../link/lock-ref.js';
import { nestings, type Nesting } from '../../link/nesting.js';
import { shorten } from '../../link/suspension.js';
import { isTest } from '../../link/test-file.js';
import { at, type Check } from '../check.js';

export const noNestedLimiter: Check = {
  name: 'no-nested-limiter',
  summary: 'A task of a limiter must not wait for another task of the same limiter.',
  category: 'protocol',
  levels: { recommended: 'error', strict: 'error' },
  run({ project, unit, report }) {
    if (isTest(unit.path)) return;
    for (const trace of project.traces(unit)) {
      const seen = new Set<number>();
      for (const nesting of nestings(project, trace).filter(isNested)) {
        const { outer, inner, site } = nesting;
        if (seen.has(site.span[0])) continue;
        seen.add(site.span[0]);
        const places = capacityOf(outer.ref);
        report({
          span: site.span,
          message: `\`${shorten(unit.slice(site.span))}\` waits for a place of \`${outer.ref.name}\` while it has one: when ${places === undefined ? 'all places are' : `all ${places} places are`} taken by tasks like this one, none of them goes on. Run the inner work without the limiter, or under one of its own.`,
          related: [
            at({ path: unit.path, span: outer.span }, 'has a place from here'),
            ...inner.chain.slice(1).map((place) => at(place, 'which calls this')),
            ...(inner.chain.length > 0 ? [at(inner.place, 'which waits for another place here')] : []),
          ],
          fix: () => unlockedBodyFix(project, trace, nesting),
        });
      }
    }
  },
};

function isNested({ outer, inner }: Nesting): boolean {
  const capacity = capacityOf(outer.ref);
  return sameLock(outer.ref, inner.ref) === 'yes' && capacity !== 1 && capacity !== Infinity;
}
