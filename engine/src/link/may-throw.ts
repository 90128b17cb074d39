import type { CallOp, Op, Value } from '../facts/format.js';
import { neverThrows } from './callee.js';
import type { Entities } from './entity.js';
import { isNewPromise, settlesPromise } from './new-promise.js';
import type { CallEffects } from './summary.js';
import { partsOf, type Unit } from './unit.js';

/** What tells which function a call runs. */
interface Calls {
  readonly entities: Entities;
  readonly summaries: Pick<CallEffects, 'target'>;
}

const MAX_CALLS = 3;

/** Whether something in a body can throw, or reject, that the body does not catch; functions of the project are looked into. */
export function mayThrow(project: Calls, unit: Unit, fn: number, ops: readonly Op[], calls = 0): boolean {
  return ops.some((op): boolean => {
    if (op.op === 'throw' || (op.op === 'await' && op.of?.v !== 'call')) return true;
    if (op.op === 'try' && op.handler) {
      return mayThrow(project, unit, fn, [...op.handler.body, ...(op.finalizer?.body ?? [])], calls);
    }
    if (op.op !== 'call') return partsOf(op).some((part) => mayThrow(project, unit, fn, part, calls));
    if (neverThrows(project.entities, unit, fn, op)) return false;
    if (isNewPromise(op)) return mayReject(project, unit, op.args[0], calls);
    const target = project.summaries.target(unit, fn, op);
    if (!target || calls >= MAX_CALLS) return true;
    return mayThrow(project, target.unit, target.fn, target.unit.fn(target.fn).body, calls + 1);
  });
}

/** A promise that is made by hand rejects when its executor throws, or when somebody has the second function it is given. */
function mayReject(project: Calls, unit: Unit, executor: Value | undefined, calls: number): boolean {
  if (executor?.v === 'fn') {
    const fact = unit.fn(executor.id);
    return isUsed(unit, fact.params[1]) || mayThrow(project, unit, executor.id, fact.body, calls);
  }
  // What settles a promise neither throws nor rejects the one that it is the executor of.
  if (executor?.v !== 'bind') return true;
  if (settlesPromise(unit, executor.id)) return false;
  const { kind, init } = unit.facts.bindings[executor.id]!;
  const isVariable = kind === 'const' || kind === 'let' || kind === 'var';
  const values = [...(init ? [init] : []), ...unit.variableWrites(executor.id).map(({ value }) => value)];
  return (
    !isVariable ||
    values.some((value) =>
      value.v === 'bind' ? !settlesPromise(unit, value.id) : mayReject(project, unit, value, calls),
    )
  );
}

function isUsed(unit: Unit, param: { readonly binding?: number } | undefined): boolean {
  if (param === undefined) return false;
  return param.binding === undefined || unit.facts.bindings[param.binding]!.refs.length > 0;
}

/**
 * Whether a call itself can throw. One of an async function cannot: its promise rejects, where it is waited for. One of another function of the
 * project can if its body can.
 */
export function callMayThrow(project: Calls, unit: Unit, fn: number, op: CallOp): boolean {
  if (neverThrows(project.entities, unit, fn, op)) return false;
  const target = op.isNew ? undefined : project.summaries.target(unit, fn, op);
  if (!target) return true;
  const fact = target.unit.fn(target.fn);
  return !fact.async && mayThrow(project, target.unit, target.fn, fact.body);
}
