import type { CallOp, Value } from '../facts/format.js';
import type { Linked } from './linked.js';
import { everyOp, everyValue, valuesOf, type Unit } from './unit.js';
import { isWaitedForAtOnce } from './waiting.js';

/** A call of a function of the project. */
export interface Caller {
  readonly unit: Unit;
  readonly fn: number;
  readonly op: CallOp;
}

interface Use {
  readonly callers: Caller[];
  /** Passed on as a value: others may call it. */
  escapes: boolean;
}

const MAX_DEPTH = 6;
const known = new WeakMap<Linked, Map<string, Use>>();

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
  if (fact.kind === 'arrow' && fact.name === '') return 'the code that runs this callback';
  if (!isHidden(unit, fn)) return `code outside that calls ${name}`;
  const use = uses(project).get(`${unit.path}\0${fn}`);
  if (!use || use.callers.length === 0) return `code outside that calls ${name}`;
  if (use.escapes) return `whoever gets ${name} as a value`;
  for (const caller of use.callers) {
    if (!isWaitedForAtOnce(caller.unit, caller.op))
      return `\`${caller.unit.fn(caller.fn).symbol || 'the module'}\`, which calls ${name} and does not wait`;
    // What its arguments wait for comes before the call.
    const seen = whoSeesStart(project, caller.unit, caller.fn, caller.op.span[1] - 1, depth + 1);
    if (seen !== undefined) return seen;
  }
  return undefined;
}

/** The calls of a function that are to be seen. */
export function callersOf(project: Linked, unit: Unit, fn: number): readonly Caller[] {
  return uses(project).get(`${unit.path}\0${fn}`)?.callers ?? [];
}

/** Whether no file but its own can call a function. */
function isHidden(unit: Unit, fn: number): boolean {
  const fact = unit.fn(fn);
  if (fact.kind === 'method')
    return unit.facts.classes.some((cls) => cls.members.some((member) => member.function === fn && member.private));
  const binding = unit.facts.bindings.findIndex((one) => one.init?.v === 'fn' && one.init.id === fn);
  return binding >= 0 && !unit.facts.exports.some((one) => one.binding === binding);
}

function uses(project: Linked): Map<string, Use> {
  let map = known.get(project);
  if (!map) {
    map = new Map();
    for (const unit of project.units) {
      const { calls, escapes } = usesIn(project, unit);
      for (const { target, caller } of calls) useOf(map, target).callers.push(caller);
      for (const target of escapes) useOf(map, target).escapes = true;
    }
    known.set(project, map);
  }
  return map;
}

function useOf(map: Map<string, Use>, target: string): Use {
  let use = map.get(target);
  if (!use) map.set(target, (use = { callers: [], escapes: false }));
  return use;
}

/** The uses that stand in one file. */
interface FileUses {
  readonly calls: readonly { readonly target: string; readonly caller: Caller }[];
  readonly escapes: ReadonlySet<string>;
}

const knownIn = new WeakMap<Unit, FileUses>();

function usesIn(project: Linked, unit: Unit): FileUses {
  let uses = knownIn.get(unit);
  if (!uses) knownIn.set(unit, (uses = collect(project, unit)));
  return uses;
}

function collect(project: Linked, unit: Unit): FileUses {
  const calls: { target: string; caller: Caller }[] = [];
  const escapes = new Set<string>();
  unit.facts.functions.forEach((fact, fn) => {
    for (const op of everyOp(fact.body)) {
      const callee = op.op === 'call' ? op.callee : undefined;
      if (op.op === 'call') {
        const target = project.summaries.target(unit, fn, op);
        if (target) calls.push({ target: `${target.unit.path}\0${target.fn}`, caller: { unit, fn, op } });
      }
      for (const value of valuesOf(op)) {
        if (value === callee || (op.op === 'assign' && op.how === 'declare' && value === op.value)) continue;
        for (const part of everyValue(value)) {
          if (part.v !== 'bind' && part.v !== 'member') continue;
          const target = functionOf(project, unit, fn, part);
          if (target !== undefined) escapes.add(target);
        }
      }
    }
  });
  return { calls, escapes };
}

function functionOf(project: Linked, unit: Unit, fn: number, value: Value): string | undefined {
  const entity = project.entities.of(unit, fn, value);
  return entity?.k === 'function' ? `${entity.unit.path}\0${entity.fn}` : undefined;
}
