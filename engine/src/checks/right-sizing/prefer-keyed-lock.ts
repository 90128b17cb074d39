/**
 * Reports one lock for all keys, every access of whose sections is to the entry of the section's own key: tasks of
 * different keys wait for each other for nothing. Silent where a section looks at the whole, such as its size.
 */
import { keyedLockFix } from '../../fixes/keyed-lock.js';
import { isOrdinary } from '../../link/inert.js';
import type { Linked } from '../../link/linked.js';
import type { Lock, Section } from '../../link/section.js';
import { neverSuspends } from '../../link/settled.js';
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
      const keys = isOrdinary(lock) ? keysOf(project, lock) : undefined;
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

/** The key of each section, as written there, when every access is to the entry of it and some section waits. */
function keysOf(project: Linked, lock: Lock): ReadonlyMap<Section, string> | undefined {
  const keys = new Map<Section, string>();
  for (const section of lock.sections) {
    const key = keyOf(section);
    if (key === undefined) return undefined;
    keys.set(section, key);
  }
  return lock.sections.some((section) => !neverSuspends(project, section)) ? keys : undefined;
}

const ENTRY = /^(?:get|set|has|delete)$/;

function keyOf(section: Section): string | undefined {
  const found = new Set<string>();
  const { unit } = section;
  for (const access of section.accesses) {
    const { op } = access;
    if (op.op === 'read') continue;
    const key = op.op === 'call' && op.callee.v === 'member' && ENTRY.test(op.callee.name) ? op.args[0] : undefined;
    if (key?.v !== 'bind' || unit.facts.bindings[key.id]!.kind !== 'param' || unit.facts.bindings[key.id]!.writes > 0)
      return undefined;
    if (unit.facts.bindings[key.id]!.owner !== section.fn) return undefined;
    found.add(unit.facts.bindings[key.id]!.name);
  }
  // What is read besides must be read alone.
  const written = section.lock.sections.flatMap((other) =>
    other.accesses.filter((access) => access.cell.how === 'write').map((access) => access.cell.id),
  );
  const whole = section.accesses.some((access) => access.op.op === 'read' && written.includes(access.cell.id));
  return found.size === 1 && !whole ? [...found][0] : undefined;
}
