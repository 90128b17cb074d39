import type { ClassFact, MemberFact } from '../facts/format.js';
import type { Linked } from './linked.js';
import { everyNaming, type Nameable } from './namings.js';
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
  const framework = called.member && calledByOthers(unit, unit.classOf(called.cls), called.member);
  if (framework) return framework;
  const calls: CallSite[] = [];
  for (const { unit: where, fn: within, op, value } of namings) {
    if (op.op !== 'call' || op.callee !== value) return `whoever gets \`${called.name}\` as a value`;
    calls.push({ unit: where, fn: within, op });
  }
  return calls.length > 0 ? calls : outside;
}

function methodOf(
  unit: Unit,
  fn: number,
): (Nameable & { readonly cls: number; readonly member: MemberFact }) | undefined {
  for (const [cls, { members }] of unit.facts.classes.entries()) {
    const member = members.find((one) => one.function === fn && one.kind === 'method');
    if (member) return { unit, name: member.name, cls, member };
  }
  return undefined;
}

function functionOf(unit: Unit, fn: number): (Nameable & { readonly member?: undefined }) | undefined {
  const binding = unit.facts.bindings.findIndex(({ init, owner }) => owner === 0 && init?.v === 'fn' && init.id === fn);
  return binding < 0 ? undefined : { unit, name: unit.facts.bindings[binding]!.name, binding };
}

/** Methods that the language or the platform calls. */
const BY_PROTOCOL = /^(?:then|catch|finally|next|return|throw|toString|toJSON|valueOf|handleEvent)$|^\[|^@@/;

/** Who calls a method without a word of it in any file: the language, a base class or a framework of others. */
function calledByOthers(
  { text }: Unit,
  { name, span, superClass, implements: faces }: ClassFact,
  member: MemberFact,
): string | undefined {
  if (BY_PROTOCOL.test(member.name)) return `the platform, which calls \`${member.name}\` by itself,`;
  if (superClass || faces.length > 0) return `code that knows \`${name}\` by what it extends or implements`;
  return isDecorated(text.slice(0, span[0])) || DECORATOR.test(text.slice(member.span[0], member.nameSpan[0]))
    ? `the framework that reads the decorators of \`${name}\``
    : undefined;
}

const DECORATOR = /(?:^|\s)@[\w$]/;

/** Whether what stands before a class ends in a decorator. */
function isDecorated(before: string): boolean {
  const end = before
    .slice(-1000)
    .replace(/(?:\b(?:export|default|abstract)\s*)*$/, '')
    .trimEnd();
  return /@[\w$.]+$/.test(end) || (end.endsWith(')') && DECORATOR.test(end));
}
