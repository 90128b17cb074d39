/**
 * Reports a lock that one activation of a function makes for itself and that nothing else can reach: nobody ever waits
 * for it, and a limiter of which each job is waited for before the next is added. Silent where closures share it, where it is handed on, and where requests of it may overlap.
 */
import type { CallOp } from '../../facts/format.js';
import { hoistLockFix } from '../../fixes/hoist-lock.js';
import { enclosing } from '../../link/enclosing.js';
import type { Lock } from '../../link/section.js';
import type { Unit } from '../../link/unit.js';
import { at, type Check, type CheckContext } from '../check.js';

export const noLocalLock: Check = {
  name: 'no-local-lock',
  summary: 'A lock must be shared by the tasks that it is to exclude.',
  category: 'protocol',
  levels: { recommended: 'error', strict: 'error' },
  run({ project, unit, report }) {
    for (const lock of project.locks) {
      const owner = lock.declaration?.path === unit.path ? ownerOf(unit, lock) : undefined;
      if (owner === undefined || !isUsedByOwnerAlone(unit, lock, owner)) continue;
      if (isWaitedForOneByOne(unit, lock, owner)) {
        reportIdleLimit(unit, lock, report);
        continue;
      }
      const symbol = unit.fn(owner).symbol || 'this function';
      report({
        span: lock.declaration!.span,
        message: `\`${lock.name}\` is made anew at each call of \`${symbol}\` and no other task can reach it: it never makes anybody wait. Make it once, in the module or in a field.`,
        related: lock.sections.map((section) =>
          at({ path: unit.path, span: section.acquire.span }, 'always granted at once'),
        ),
        fix: () => hoistLockFix(project, lock),
      });
    }
  },
};

/** A limiter for the jobs of one call is meant to be made there; what keeps it from its work is that each job is waited for before the next. */
function isWaitedForOneByOne(unit: Unit, { ref, sections }: Lock, owner: number): boolean {
  const isLimiter = ref.model.kind === 'limiter' || ref.model.kind === 'queue';
  return isLimiter && sections.every(({ acquire }) => isInLoop(unit, owner, acquire));
}

function reportIdleLimit(unit: Unit, lock: Lock, report: CheckContext['report']): void {
  report({
    span: lock.declaration!.span,
    message: `each job of \`${lock.name}\` is waited for before the next one is added, so that one runs at a time whatever its limit. Add them all, and wait for them together.`,
    related: lock.sections.map((section) =>
      at({ path: unit.path, span: section.acquire.span }, 'waited for here, before the next job is added'),
    ),
    fix: () => ({ refused: 'whether the jobs may run at the same time is not to be told' }),
  });
}

/** The function in which a lock is made, module bodies apart. */
function ownerOf(unit: Unit, lock: Lock): number | undefined {
  const { ref, declaration } = lock;
  // A lock beyond the process is what its name says, whichever object it is taken through.
  if (ref.owner !== 'variable' || ref.model.scope !== 'agent' || ref.receiver !== '') return undefined;
  const binding = unit.facts.bindings.find((one) => one.span[0] === declaration!.span[0]);
  if (!binding || binding.init?.v !== 'call' || unit.call(binding.init.id)?.op !== ref.made?.op) return undefined;
  return unit.fn(binding.owner).kind === 'module' || unit.fn(binding.owner).kind === 'fields'
    ? undefined
    : binding.owner;
}

function isUsedByOwnerAlone(unit: Unit, lock: Lock, owner: number): boolean {
  if (lock.sections.length === 0 || lock.escapes.length > 0) return false;
  const binding = unit.facts.bindings.find((one) => one.span[0] === lock.declaration!.span[0])!;
  const uses = binding.refs.filter((ref) => ref.span[0] !== binding.span[0]);
  if (!uses.every((use) => functionOf(unit, use.span) === owner)) return false;
  // Two requests of one activation may overlap unless each is waited for.
  return lock.sections.every(({ acquire, hold }) => {
    const waited = acquire.result === 'await' || acquire.result === 'return';
    return hold.fn === owner && (waited || (lock.sections.length === 1 && !isInLoop(unit, owner, acquire)));
  });
}

function isInLoop(unit: Unit, fn: number, call: CallOp): boolean {
  return enclosing(unit, fn, call.span).some((op) => op.op === 'loop');
}

function functionOf(unit: Unit, span: readonly [number, number]): number {
  let found = 0;
  unit.facts.functions.forEach((fact, fn) => {
    if (
      fact.kind !== 'fields' &&
      fact.span[0] <= span[0] &&
      span[1] <= fact.span[1] &&
      fact.span[0] >= unit.fn(found).span[0]
    )
      found = fn;
  });
  return found;
}
