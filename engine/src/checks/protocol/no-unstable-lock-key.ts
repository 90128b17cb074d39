/**
 * Reports a key of a keyed lock that is never equal to another: an object or array written in place, or a value that is
 * fresh at each call. Every task then gets a lock of its own. Silent for locks that other agents see: a fresh name is a
 * sign of life there.
 */
import type { Value } from '../../facts/format.js';
import { keyArgument, lockAction } from '../../link/action.js';
import { calleeNames } from '../../link/callee.js';
import { everyOp, everyValue, type Unit } from '../../link/unit.js';
import type { Check, CheckContext } from '../check.js';

export const noUnstableLockKey: Check = {
  name: 'no-unstable-lock-key',
  summary: 'The key of a keyed lock must be the same value for the same thing.',
  category: 'protocol',
  levels: { recommended: 'error', strict: 'error' },
  run(context) {
    const { unit } = context;
    unit.facts.functions.forEach((fact, fn) => {
      for (const op of everyOp(fact.body)) {
        const key = op.op === 'call' ? keyOfCall(context, fn, op) : undefined;
        const why = key && unstable(context, unit, fn, key.value, key.many);
        if (!key || !why) continue;
        context.report({
          span: key.value.span,
          message: `the key \`${unit.slice(key.value.span)}\` of \`${key.lock}\` ${why}: no two tasks ever ask for the same lock, and nothing is excluded. Use a string or a number that names what is locked.`,
          evidence: key.value.v,
        });
      }
    });
  },
};

interface Key {
  readonly value: Value;
  readonly lock: string;
  /** The lock takes a list of keys. */
  readonly many: boolean;
}

function keyOfCall({ unit, project }: CheckContext, fn: number, op: Parameters<typeof lockAction>[3]): Key | undefined {
  if (op.callee.v !== 'member') return undefined;
  const action = lockAction(project.entities, unit, fn, op);
  // A fresh name of a lock that other agents see is a sign of life, whose name they are told.
  if (action && action.ref.model.scope !== 'agent') return undefined;
  const method = action?.ref.model.methods[op.callee.name];
  if (action && method && 'keyArg' in method) {
    const value = keyArgument(op, method);
    return value && { value, lock: action.ref.name, many: 'list' in method && method.list === 'keys' };
  }
  // A map of locks compares its keys by identity too.
  const isMap = /^(get|set|has)$/.test(op.callee.name) && project.entities.of(unit, fn, op.callee.of)?.k === 'locks';
  const [value] = op.args;
  return isMap && value ? { value, lock: unit.slice(op.callee.of.span), many: false } : undefined;
}

const FRESH = /(^|[.#])(randomUUID|random|now|nanoid|uuid|v4|Symbol)$/;

function unstable(context: CheckContext, unit: Unit, fn: number, value: Value, many: boolean): string | undefined {
  if (value.v === 'object' || value.v === 'fn') return 'is a new object at each call';
  if (value.v === 'array' && !many) return 'is a new array at each call';
  for (const part of everyValue(value)) {
    const call = part.v === 'call' ? unit.call(part.id)?.op : undefined;
    if (!call) continue;
    if (call.isNew && part === value) return 'is a new object at each call';
    if (calleeNames(context.project.entities, unit, fn, call).some((name) => FRESH.test(name)))
      return 'is a fresh value at each call';
  }
  return undefined;
}
