import type { AssignOp, CallOp, Value } from '../facts/format.js';
import type { Linked } from './linked.js';
import { everyOp, everyValue, valuesOf, type Unit } from './unit.js';

/** A call of a function of the project, in whichever file. */
export interface CallSite {
  readonly unit: Unit;
  readonly fn: number;
  readonly op: CallOp;
}

/** What all files do with a function. */
export interface Use {
  readonly calls: readonly CallSite[];
  /** Passed on as a value: others may call it. */
  readonly escapes: boolean;
}

/** What is put together while the files are gone through. */
interface Collected extends Use {
  readonly calls: CallSite[];
  escapes: boolean;
}

const known = new WeakMap<Linked, Map<string, Collected>>();

/** The use of a function in all files that were given; undefined where there is none. `callers.ts` tells of its own file alone, and keeps it longer. */
export function useOf(project: Linked, unit: Unit, fn: number): Use | undefined {
  return uses(project).get(`${unit.path}\0${fn}`);
}

/** The calls of a function in all files that were given. */
export function callsOf(project: Linked, unit: Unit, fn: number): readonly CallSite[] {
  return useOf(project, unit, fn)?.calls ?? [];
}

function uses(project: Linked): Map<string, Collected> {
  let map = known.get(project);
  if (!map) {
    map = new Map();
    for (const unit of project.units) {
      const { calls, escapes } = usesIn(project, unit);
      for (const { target, site } of calls) collected(map, target).calls.push(site);
      for (const target of escapes) collected(map, target).escapes = true;
    }
    known.set(project, map);
  }
  return map;
}

function collected(map: Map<string, Collected>, target: string): Collected {
  let use = map.get(target);
  if (!use) map.set(target, (use = { calls: [], escapes: false }));
  return use;
}

/** The uses that stand in one file. */
interface FileUses {
  readonly calls: readonly { readonly target: string; readonly site: CallSite }[];
  readonly escapes: ReadonlySet<string>;
}

const knownIn = new WeakMap<Unit, FileUses>();

function usesIn(project: Linked, unit: Unit): FileUses {
  let uses = knownIn.get(unit);
  if (!uses) knownIn.set(unit, (uses = collect(project, unit)));
  return uses;
}

function collect(project: Linked, unit: Unit): FileUses {
  const calls: { target: string; site: CallSite }[] = [];
  const escapes = new Set<string>();
  unit.facts.functions.forEach((fact, fn) => {
    for (const op of everyOp(fact.body)) {
      const callee = op.op === 'call' ? op.callee : undefined;
      if (op.op === 'call') {
        const target = project.summaries.target(unit, fn, op);
        if (target) calls.push({ target: `${target.unit.path}\0${target.fn}`, site: { unit, fn, op } });
      }
      for (const value of valuesOf(op)) {
        if (value === callee || (op.op === 'assign' && op.how === 'declare' && isNaming(op, value))) continue;
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

/** `const save = () => {…}`, `const other = save`: it has one more name, and nobody else has it. */
function isNaming({ target }: AssignOp, value: Value): boolean {
  return value === target || value.v === 'bind' || value.v === 'member';
}
