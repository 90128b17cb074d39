/** Reports `Promise.all` over a list of any length whose every item waits for the network or for storage, all at once. */
import { concurrentMapFix } from '../../fixes/concurrent-map.js';
import { calleeNames } from '../../link/callee.js';
import { takesSuspectedLock } from '../../link/suspected-lock.js';
import { isTest } from '../../link/test-file.js';
import type { Check } from '../check.js';

export const preferConcurrentMap: Check = {
  name: 'prefer-concurrent-map',
  summary: 'Work over a list of any length should have a bound on how much of it runs at once.',
  category: 'right-sizing',
  levels: { recommended: 'off', strict: 'warn' },
  text: /\.\s*all\s*\(/,
  run({ project, unit, report }) {
    if (isTest(unit.path)) return;
    for (const { op, fn } of unit.operations()) {
      if (op.op !== 'call' || !calleeNames(project.entities, unit, fn, op).includes('Promise.all')) continue;
      const [list] = op.args;
      const map = list?.v === 'call' ? unit.call(list.id)?.op : undefined;
      const [mapper] = map?.args ?? [];
      if (map?.callee.v !== 'member' || map.callee.name !== 'map' || mapper?.v !== 'fn' || map.callee.of.v === 'array')
        continue;
      const wait = project.suspensions.ofFunction({ unit, fn: mapper.id });
      if (wait?.kind !== 'network' && wait?.kind !== 'storage') continue;
      if (takesSuspectedLock(project, unit, mapper.id)) continue;
      report({
        span: op.span,
        message: `\`Promise.all\` starts \`${wait.what}\` for every item at once, however long the list is: nothing bounds what the other side has to take. Use \`concurrentMap\` with a bound.`,
        related: [{ path: unit.path, span: map.span, message: 'one for every item' }],
        fix: () => concurrentMapFix(project, unit, op.span, map.span),
      });
    }
  },
};
