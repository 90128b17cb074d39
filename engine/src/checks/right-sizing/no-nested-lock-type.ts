/**
 * Reports lock types that nest: a lock around an optional value, a lock around a lock, a promise of a lock, a map of
 * optional locks; and a plain lock whose sections only set, clear or read one optional field. Silent for an optional
 * field that is one of several things the lock guards.
 */
import { optionalArcFix, type OptionalLock } from '../../fixes/optional-arc.js';
import { droppedLockFix } from '../../fixes/dropped-lock.js';
import type { Span } from '../../findings.js';
import { isRefusal, type Draft } from '../../fixes/outcome.js';
import { isInert, isOrdinary } from '../../link/inert.js';
import { declarationOf } from '../../link/lock-declaration.js';
import type { Linked } from '../../link/linked.js';
import { nestedLockTypes, type Nesting } from '../../link/nested-lock-types.js';
import { guardedOptional, ownedOptional } from '../../link/optional-cell.js';
import type { Lock } from '../../link/section.js';
import type { Check, CheckContext } from '../check.js';
import { takers } from './wording.js';

export const noNestedLockType: Check = {
  name: 'no-nested-lock-type',
  summary:
    'A lock should not wrap an optional value or another lock, nor be wrapped in a promise or an optional entry.',
  category: 'right-sizing',
  levels: { recommended: 'warn', strict: 'warn' },
  run(context) {
    for (const lock of context.project.locks)
      if (lock.declaration?.path === context.unit.path) reportOptional(context, lock);
    for (const nesting of nestedLockTypes(context.project, context.unit)) reportNesting(context, nesting);
  },
};

function reportOptional({ project, report }: CheckContext, lock: Lock): void {
  const found = asOptional(project, lock);
  if (!found) return;
  const { optional } = found;
  const outcome = optionalArcFix(project, found, (other) => asOptional(project, other));
  // Beside a plain field it is an optional shared value only if every section is seen to be about nothing else.
  if (optional.cell && isRefusal(outcome)) return;
  const what = optional.cell
    ? `\`${lock.name}\` guards nothing but the optional \`${optional.name}\``
    : `\`${lock.name}\` is a lock around a value that may be absent`;
  report({
    span: lock.declaration!.span,
    message: `${what}: to set, clear and read it are single steps, which need no lock, and whoever looks for the value queues behind everyone who uses it. An \`OptionalArc\` holds the value without the lock.`,
    evidence: optional.cell ? 'optional field' : 'optional value',
    related: takers(lock),
    fix: () => (optional.cell && isInert(project, lock) ? [outcome, droppedLockFix(project, lock)] : outcome),
  });
}

function asOptional(project: Linked, lock: Lock): OptionalLock | undefined {
  if (!isOrdinary(lock) || !declarationOf(project, lock)) return undefined;
  const optional =
    ownedOptional(project, lock) ?? (lock.ref.model.holdsData ? undefined : guardedOptional(project, lock));
  return optional && { lock, optional };
}

function reportNesting({ report, unit }: CheckContext, { span, kind, text, entry }: Nesting): void {
  const { says, remedy } = KINDS[kind];
  const fix = entry && presentEntry(unit.path, entry.span, entry.present);
  report({ span, message: `\`${text}\` ${says} ${remedy}`, evidence: kind, ...(fix ? { fix: () => fix } : {}) });
}

function presentEntry(path: string, span: Span, present: string): Draft {
  return {
    title: `Leave out the absent entry: \`${present}\``,
    tier: 'unsafe',
    reason: 'code that sets an entry to `undefined` or `null` has to delete it instead',
    edits: [{ path, span, text: present }],
  };
}

const KINDS: Readonly<Record<Nesting['kind'], { readonly says: string; readonly remedy: string }>> = {
  'lock in a lock': {
    says: 'is a lock around a lock: whoever wants the inner one takes two, in an order that everybody must keep.',
    remedy: 'Keep one of them.',
  },
  'promise of a lock': {
    says: 'is a lock that has to be waited for before it can be waited for: two callers that come early may make one each.',
    remedy: 'Make the lock at once, and keep what has to be awaited behind it.',
  },
  'optional entry': {
    says: 'is a map of locks that may be absent under a key that is present: whoever misses that runs without a lock.',
    remedy: 'A key that is not there says the same.',
  },
};
