/**
 * Reports a lock in a variable or field that can be given another one: who holds the old lock and who takes the new
 * one run at once. Silent for `const`, `readonly` and locks that come in as a parameter.
 */
import { constantLockFix } from '../../fixes/constant-lock.js';
import type { Span } from '../../findings.js';
import { bindingsAt, membersAt } from '../../link/by-offset.js';
import type { Lock } from '../../link/section.js';
import type { Unit } from '../../link/unit.js';
import { at, type Check, type CheckContext } from '../check.js';

export const noMutableLock: Check = {
  name: 'no-mutable-lock',
  summary: 'A lock must stay the same one as long as its variable or field lives.',
  category: 'protocol',
  levels: { recommended: 'off', strict: 'warn' },
  run(context) {
    for (const lock of context.project.locks) {
      if (lock.declaration?.path !== context.unit.path) continue;
      const found = lock.ref.owner === 'variable' ? variable(context.unit, lock) : field(context.unit, lock);
      if (found) reportMutable(context, lock, found);
    }
  },
};

interface Mutable {
  readonly writes: readonly Span[];
  readonly kind: 'variable' | 'field';
}

function variable(unit: Unit, lock: Lock): Mutable | undefined {
  const [id] = bindingsAt(unit, lock.declaration!.span[0]);
  const binding = id === undefined ? undefined : unit.facts.bindings[id];
  if (id === undefined || !binding || (binding.kind !== 'let' && binding.kind !== 'var') || binding.init?.v !== 'call')
    return undefined;
  return { kind: 'variable', writes: unit.variableWrites(id).map(({ span }) => span) };
}

function field(unit: Unit, lock: Lock): Mutable | undefined {
  const [start] = lock.declaration!.span;
  for (const { cls, member } of membersAt(unit, start)) {
    if (member.kind !== 'field' || member.readonly || member.init?.v !== 'call') continue;
    const writes = unit
      .fieldWrites(cls, member.name)
      .filter(
        ({ op, fn }) =>
          op.span[0] !== member.span[0] && unit.fn(fn).kind !== 'constructor' && unit.fn(fn).kind !== 'fields',
      );
    return { kind: 'field', writes: writes.map(({ op }) => op.span) };
  }
  return undefined;
}

function reportMutable({ project, unit, report }: CheckContext, lock: Lock, { writes, kind }: Mutable): void {
  // Plain JavaScript has no word for a field that is never written again.
  if (kind === 'field' && writes.length === 0 && !/\.[cm]?tsx?$/.test(unit.path)) return;
  const { span } = lock.declaration!;
  report({
    span,
    message:
      writes.length > 0
        ? `\`${lock.name}\` is given another lock later: a task that holds the old one and a task that takes the new one run at once. Keep one lock.`
        : `\`${lock.name}\` could be given another lock, and then tasks would run at once. Declare it \`${kind === 'field' ? 'readonly' : 'const'}\`.`,
    evidence: writes.length > 0 ? 'reassigned' : 'assignable',
    related: writes.map((write) => at({ path: unit.path, span: write }, 'given another lock here')),
    fix: () => (writes.length > 0 ? { refused: 'it is written again' } : constantLockFix(project, unit, span, kind)),
  });
}
