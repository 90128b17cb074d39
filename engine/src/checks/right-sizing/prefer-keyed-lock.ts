/**
 * Reports one lock for all keys, every access of whose sections is to the entry of the section's own key: tasks of
 * different keys wait for each other for nothing. Silent where a section looks at the whole, such as its size.
 */
import { keyedLockFix } from '../../fixes/keyed-lock.js';
import { isOrdinary } from '../../link/inert.js';
import { sectionKeys } from '../../link/key-footprint.js';
import { isTest } from '../../link/test-file.js';
import type { Check } from '../check.js';
import { takers } from './wording.js';

export const preferKeyedLock: Check = {
  name: 'prefer-keyed-lock',
  summary: 'One lock for the entries of a map should be one lock for each key.',
  category: 'right-sizing',
  levels: { recommended: 'off', strict: 'warn' },
  run({ project, unit, report }) {
    for (const lock of project.locks) {
      if (
        lock.declaration?.path !== unit.path ||
        isTest(unit.path) ||
        lock.ref.model.kind !== 'mutex' ||
        lock.ref.model.holdsData
      )
        continue;
      const keys = isOrdinary(lock) ? sectionKeys(project, lock) : undefined;
      if (!keys) continue;
      report({
        span: lock.declaration.span,
        message: `\`${lock.name}\` is one lock for all keys, and each of its sections touches the entry of one key alone: a task that waits under one key holds up those of every other. A \`KeyedMutex\` keeps only the same key apart.`,
        related: takers(lock),
        fix: () => keyedLockFix(project, lock, keys),
      });
    }
  },
};
