import { everyCall } from './every-call.js';
import type { Linked } from './linked.js';
import { isTestBody } from './test-file.js';
import type { Unit } from './unit.js';
import { useOf, type CallSite } from './use.js';
import { isWaitedForAtOnce } from './waiting.js';

const MAX_DEPTH = 6;

/**
 * Who could tell that what stands at an offset of a function now runs before the first suspension of that function:
 * a caller that goes on without waiting. Undefined when every caller is known and waits at once, all the way up, or when
 * another suspension comes before.
 */
export function whoSeesStart(project: Linked, unit: Unit, fn: number, offset: number, depth = 0): string | undefined {
  const fact = unit.fn(fn);
  if (fact.kind === 'module') return undefined;
  if (fact.body.some((op) => op.op === 'await' && op.span[1] <= offset)) return undefined;
  const name = `\`${fact.name || fact.symbol || 'a callback'}\``;
  if (depth > MAX_DEPTH) return `a caller of ${name}`;
  if (isTestBody(unit, fn)) return undefined;
  if (fact.kind === 'arrow' && fact.name === '') return 'the code that runs this callback';
  const calls = isHidden(unit, fn) ? callsInside(project, unit, fn, name) : everyCall(project, unit, fn);
  if (typeof calls === 'string') return calls;
  for (const caller of calls) {
    if (!isWaitedForAtOnce(caller.unit, caller.op))
      return `\`${caller.unit.fn(caller.fn).symbol || 'the module'}\`, which calls ${name} and does not wait`;
    // What its arguments wait for comes before the call.
    const seen = whoSeesStart(project, caller.unit, caller.fn, caller.op.span[1] - 1, depth + 1);
    if (seen !== undefined) return seen;
  }
  return undefined;
}

/** The calls of a function that only its own file can name. */
function callsInside(project: Linked, unit: Unit, fn: number, name: string): readonly CallSite[] | string {
  const use = useOf(project, unit, fn);
  if (!use || use.calls.length === 0) return `code outside that calls ${name}`;
  return use.escapes ? `whoever gets ${name} as a value` : use.calls;
}

/** Whether no file but its own can call a function. */
function isHidden(unit: Unit, fn: number): boolean {
  const fact = unit.fn(fn);
  if (fact.kind === 'method')
    return unit.facts.classes.some((cls) => cls.members.some((member) => member.function === fn && member.private));
  const binding = unit.facts.bindings.findIndex((one) => one.init?.v === 'fn' && one.init.id === fn);
  return binding >= 0 && !unit.facts.exports.some((one) => one.binding === binding);
}
