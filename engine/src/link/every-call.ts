import type { Linked } from './linked.js';
import type { Nameable } from './meaning.js';
import { everyNaming } from './namings.js';
import type { Unit } from './unit.js';
import type { CallSite } from './use.js';

/**
 * Every call of a function that other files can name; or who may call it besides, as the subject of a sentence. Only a host that has
 * the whole project before it makes that known.
 */
export function everyCall(project: Linked, unit: Unit, fn: number): readonly CallSite[] | string {
  const { name, symbol } = unit.fn(fn);
  const outside = `code outside that calls \`${name || symbol}\``;
  const called = methodOf(unit, fn) ?? functionOf(unit, fn);
  if (!called) return outside;
  const namings = everyNaming(project, called, outside);
  if (typeof namings === 'string') return namings;
  if (called.cls !== undefined && BY_PROTOCOL.test(called.name))
    return `the platform, which calls \`${called.name}\` by itself,`;
  const calls: CallSite[] = [];
  for (const { unit: where, fn: within, op, value } of namings) {
    if (op.op !== 'call' || op.callee !== value) return `whoever gets \`${called.name}\` as a value`;
    calls.push({ unit: where, fn: within, op });
  }
  return calls.length > 0 ? calls : outside;
}

function methodOf(unit: Unit, fn: number): Nameable | undefined {
  for (const [cls, { members }] of unit.facts.classes.entries()) {
    const member = members.find((one) => one.function === fn && one.kind === 'method');
    if (member) return { unit, name: member.name, cls };
  }
  return undefined;
}

function functionOf(unit: Unit, fn: number): Nameable | undefined {
  const binding = unit.facts.bindings.findIndex(({ init, owner }) => owner === 0 && init?.v === 'fn' && init.id === fn);
  return binding < 0 ? undefined : { unit, name: unit.facts.bindings[binding]!.name, binding };
}

/** Methods that the language or the platform calls, without a word of it in any file. */
const BY_PROTOCOL = /^(?:then|catch|finally|next|return|throw|toString|toJSON|valueOf|handleEvent)$|^\[|^@@/;
