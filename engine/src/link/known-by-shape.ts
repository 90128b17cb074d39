import type { Linked } from './linked.js';
import type { Unit } from './unit.js';

/**
 * Who may use a member of a class without a word of it in any file, as the subject of a sentence: code of others that the class is handed to as what it
 * extends or implements, or a framework that reads its decorators.
 */
export function knownByShape(project: Linked, unit: Unit, cls: number, name: string): string | undefined {
  const fact = unit.classOf(cls);
  if (fact.implements.length > 0 || hasForeignBase(project, unit, cls))
    return `code that knows \`${fact.name}\` by what it extends or implements`;
  const { text } = unit;
  const isDecorated = fact.members.some(
    (member) => member.name === name && DECORATOR.test(text.slice(member.span[0], member.nameSpan[0])),
  );
  return isDecorated || endsInDecorator(text.slice(0, fact.span[0]))
    ? `the framework that reads the decorators of \`${fact.name}\``
    : undefined;
}

/** Whether a class extends one that is not of the project, at whatever distance. */
function hasForeignBase(project: Linked, unit: Unit, cls: number, hops = 0): boolean {
  const { superClass } = unit.classOf(cls);
  if (!superClass) return false;
  const base = hops > MAX_HOPS ? undefined : project.entities.wide.of(unit, 0, superClass);
  return base?.k !== 'class' || hasForeignBase(project, base.unit, base.cls, hops + 1);
}

const MAX_HOPS = 8;
const DECORATOR = /(?:^|\s)@[\w$]/;

/** Whether what stands before a class ends in a decorator. */
function endsInDecorator(before: string): boolean {
  const end = before
    .slice(-1000)
    .replace(/(?:\b(?:export|default|abstract)\s*)*$/, '')
    .trimEnd();
  return /@[\w$.]+$/.test(end) || (end.endsWith(')') && DECORATOR.test(end));
}
