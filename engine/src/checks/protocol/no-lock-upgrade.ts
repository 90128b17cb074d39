/**
 * Reports a task that waits for the write side of a lock while it holds the read side: the writer waits for all
 * readers, itself among them.
 */
import { writeFromStartFix } from '../../fixes/write-from-start.js';
import { sameLock } from '../../link/lock-ref.js';
import { nestings, type Nesting } from '../../link/nesting.js';
import { shorten } from '../../link/suspension.js';
import { at, type Check } from '../check.js';

export const noLockUpgrade: Check = {
  name: 'no-lock-upgrade',
  summary: 'A reader must not wait for the write side of the same lock.',
  category: 'protocol',
  levels: { recommended: 'error', strict: 'error' },
  run({ project, unit, report }) {
    for (const trace of project.traces(unit)) {
      const nested = nestings(project, trace);
      for (const nesting of nested.filter(isUpgrade)) {
        const { outer, inner, site } = nesting;
        report({
          span: site.span,
          message: `\`${shorten(unit.slice(site.span))}\` waits to write under \`${inner.ref.name}\` while this task still reads under it: the writer waits for all readers to leave, and this reader waits for the writer. Release the read side first and check again, or take the write side from the start.`,
          related: [
            at({ path: unit.path, span: outer.span }, 'the read side is held from here'),
            ...inner.chain.slice(1).map((place) => at(place, 'which calls this')),
            ...(inner.chain.length > 0 ? [at(inner.place, 'which waits for the write side here')] : []),
          ],
          fix: () => {
            const others = nested.filter((other) => other.outer === outer);
            return writeFromStartFix(
              project,
              trace,
              outer,
              others.filter(isUpgrade),
              others.filter((other) => !isUpgrade(other)),
            );
          },
        });
      }
    }
  },
};

function isUpgrade({ outer, inner }: Nesting): boolean {
  return outer.ref.side === 'read' && inner.ref.side !== 'read' && sameLock(outer.ref, inner.ref) === 'yes';
}
