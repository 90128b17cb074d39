import type { CallOp, Value } from '../facts/format.js';
import type { Linked } from './linked.js';
import type { LockRef } from './lock-ref.js';
import type { Section } from './section.js';
import { everyOp, type Unit } from './unit.js';
import { callTaking } from './waiting.js';

const BOUND = /^(?:signal|abortSignal|timeout\w*|\w*Timeout|\w*TimeoutMs|maxWait\w*|deadline\w*)$/i;
const BOUNDS = /timeout|deadline|race/i;

/** Names of parameters that can be nothing but a bound on the wait for a lock. */
const ACQUIRE_BOUND = /^(?:acquire|lock)_?timeout\w*$|^max_?(?:lock|acquire)_?wait\w*$/i;

/** Whether something ends the wait of a section's request: what it is given, how the lock was made, or what is around it. */
export function isBounded(project: Linked, section: Section): boolean {
  const given = [...positional(project, section), ...options(section.acquire.args)];
  return given.length > 0 || isBoundByLock(section.lock.ref) || isBoundAround(section);
}

/** Whether a request itself ends its wait: by what it is given, or by how the lock was made. */
export function isBoundedRequest({ args }: CallOp, ref: LockRef): boolean {
  const given = [
    ...(ref.model.timeout === 'wait' ? args.filter(isNumber) : []),
    ...options(args, ref.model.waitOptions),
  ];
  return given.some((bound) => !isOff(bound)) || isBoundByLock(ref);
}

/**
 * Calls that ask for a lock with a bound that is switched off, by `-1` or `Infinity`: sections, and calls of functions with
 * a parameter that says that it bounds the wait for a lock, whatever lock that is.
 */
export function endlessRequests(project: Linked, unit: Unit): ReadonlySet<CallOp> {
  const found = new Set<CallOp>();
  for (const section of project.sections(unit))
    if ([...positional(project, section), ...options(section.acquire.args)].some(isOff)) found.add(section.acquire);
  unit.facts.functions.forEach((fact, fn) => {
    for (const op of everyOp(fact.body))
      if (op.op === 'call' && op.args.some(isOff) && named(project, unit, fn, op, ACQUIRE_BOUND).some(isOff))
        found.add(op);
  });
  return found;
}

/** A number that the lock's own method is given, or what a helper of the project is given for a parameter that is named as a bound. */
function positional(project: Linked, { acquire, unit, fn }: Section): Value[] {
  return project.summaries.target(unit, fn, acquire)
    ? named(project, unit, fn, acquire, BOUND)
    : acquire.args.filter((argument) => isOff(argument) || isNumber(argument));
}

/** The arguments for the parameters of a function of the project that are called so. */
function named(project: Linked, unit: Unit, fn: number, op: CallOp, name: RegExp): Value[] {
  const target = project.summaries.target(unit, fn, op);
  const params = target?.unit.fn(target.fn).params ?? [];
  return params.flatMap(({ binding }, index) => {
    const argument = op.args[index];
    const isNamed = binding !== undefined && name.test(target!.unit.facts.bindings[binding]!.name);
    return argument && isNamed ? [argument] : [];
  });
}

function options(args: readonly Value[], names: readonly string[] = []): Value[] {
  return args.flatMap((argument) =>
    argument.v === 'object'
      ? argument.props.flatMap(({ name, value }) =>
          name !== undefined && (BOUND.test(name) || names.includes(name)) ? [value] : [],
        )
      : [],
  );
}

/** The lock was made with a bound: an option of its constructor, or a wrapper such as `withTimeout(new Mutex(), 1000)`. */
function isBoundByLock({ made, model }: LockRef): boolean {
  if (!made) return model.made === 'wrapper';
  const { callee, args } = made.op;
  const name =
    callee.v === 'bind' ? made.unit.facts.bindings[callee.id]!.name : callee.v === 'member' ? callee.name : '';
  return BOUNDS.test(name) || options(args, model.waitOptions).length > 0;
}

/** `withTimeout(() => mutex.acquire(), 1000)`. */
function isBoundAround({ unit, fn }: Section): boolean {
  const outer = callTaking(unit, fn);
  return outer !== undefined && BOUNDS.test(unit.slice(outer.callee.span));
}

/** `-1`, `Infinity`. */
function isOff(value: Value): boolean {
  if (value.v === 'global') return value.name === 'Infinity';
  return value.v === 'mix' && value.op === '-' && value.of[0]?.v === 'lit' && value.of[0].value === 1;
}

function isNumber(value: Value): boolean {
  return value.v === 'lit' && typeof value.value === 'number';
}
