/**
 * Reports a suspension, or a call that throws, which stands before the release in a `finally` or `catch`: when it
 * fails the release never runs. Silent in tests, where what fails ends the test. The strict preset also reports calls of
 * which nothing shows that they throw.
 */
import { nestedFinallyFix } from '../../fixes/nested-finally.js';
import { shorten } from '../../link/suspension.js';
import { isTest } from '../../link/test-file.js';
import { at, type Check } from '../check.js';
import { releaseAfter } from './cleanup.js';

export const noAwaitBeforeRelease: Check = {
  name: 'no-await-before-release',
  summary: 'The release must come first in a `finally` or `catch`.',
  category: 'protocol',
  levels: { recommended: 'error', strict: 'error' },
  run({ project, unit, preset, report }) {
    if (isTest(unit.path)) return;
    for (const trace of project.traces(unit)) {
      const seen = new Set<number>();
      for (const leak of trace.leaks) {
        const release = releaseAfter(trace, leak);
        if (!release || seen.has(release.span[0]) || (leak.guessed && preset === 'recommended')) continue;
        seen.add(release.span[0]);
        report({
          span: leak.at,
          message: `\`${shorten(unit.slice(leak.at))}\` stands before the release of \`${leak.hold.ref.name}\`: if it throws, the release never runs, and every later task waits for ever. Release first, or in a \`finally\` of its own.`,
          related: [
            at({ path: unit.path, span: release.span }, 'the release that is skipped'),
            at({ path: unit.path, span: leak.hold.span }, `\`${leak.hold.ref.name}\` is taken here`),
          ],
          fix: () => nestedFinallyFix(project, unit, leak.at, release.span),
        });
      }
    }
  },
};
