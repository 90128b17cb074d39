import type { Value } from '../facts/format.js';
import type { Linked } from './linked.js';
import type { Section } from './section.js';
import { callTaking } from './waiting.js';

const BOUND = /^(?:signal|abortSignal|timeout\w*|\w*Timeout|\w*TimeoutMs|maxWait\w*|deadline\w*)$/i;
const BOUNDS = /timeout|deadline|race/i;

/** What ends the wait of a section's request: something, nothing, or a bound that is switched off by its value. */
export function boundOf(project: Linked, section: Section): 'some' | 'none' | 'off' {
  const given = [...positional(project, section), ...options(section.acquire.args)];
  if (given.some(isOff)) return 'off';
  return given.length > 0 || isBoundByLock(section) || isBoundAround(section) ? 'some' : 'none';
}

/** A number that the lock's own method is given, or what a helper of the project is given for a parameter that is named as a bound. */
function positional(project: Linked, { acquire, unit, fn }: Section): Value[] {
  const target = project.summaries.target(unit, fn, acquire);
  if (!target) return acquire.args.filter((argument) => isOff(argument) || isNumber(argument));
  return target.unit.fn(target.fn).params.flatMap(({ binding }, index) => {
    const argument = acquire.args[index];
    const isBound = binding !== undefined && BOUND.test(target.unit.facts.bindings[binding]!.name);
    return argument && isBound ? [argument] : [];
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
function isBoundByLock({ lock }: Section): boolean {
  const { made, model } = lock.ref;
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
