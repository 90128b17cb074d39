/**
 * Reports a map of locks that loses an entry which tasks may still hold or wait for: who comes next makes a new lock,
 * and runs beside them. With `neverDeleted`, also a map whose entries are never taken out.
 * Silent where a test decides: the lock is free, a count of users is down to nothing, or the entry is still the own one;
 * and in the tests of a project, which begin anew on purpose.
 */
import type { Op, Value } from '../../facts/format.js';
import type { Place } from '../../findings.js';
import { keyedMutexFix } from '../../fixes/keyed-mutex.js';
import type { Outcome } from '../../fixes/outcome.js';
import { enclosing } from '../../link/enclosing.js';
import type { Entity } from '../../link/entity.js';
import { accessPath } from '../../link/lock-ref.js';
import { isTest } from '../../link/test-file.js';
import { everyOp, everyValue, type Unit } from '../../link/unit.js';
import { at, type Check, type CheckContext } from '../check.js';

export const noLeakyKeyedLock: Check = {
  name: 'no-leaky-keyed-lock',
  summary: 'A lock must stay in its map as long as a task holds it or waits for it.',
  category: 'protocol',
  levels: { recommended: 'warn', strict: 'warn' },
  optionsSchema: {
    type: 'object',
    properties: { neverDeleted: { type: 'boolean', description: 'also report maps whose entries are never deleted' } },
    additionalProperties: false,
  },
  run(context) {
    if (isTest(context.unit.path)) return;
    const maps = lockMaps(context);
    for (const use of maps) {
      const { op, fn, name, how } = use;
      if (how === 'add' || isDecided(context.unit, fn, op)) continue;
      context.report({
        span: op.span,
        message: `\`${context.unit.slice(op.span)}\` takes ${how === 'clear' ? 'locks' : 'a lock'} out of \`${name}\` that a task may hold or wait for: the next task makes a new one for the same key, and the two run at once. Delete only a lock that nobody holds or waits for, or use a keyed mutex, which does.`,
        evidence: 'deleted in use',
        related: maps
          .filter((other) => other.name === name && other.how === 'add')
          .map((other) => at({ path: context.unit.path, span: other.op.span }, 'a new lock is made here')),
        fix: () => fixOf(context, use),
      });
    }
    if (context.options['neverDeleted'] === true) reportGrowing(context, maps);
  },
};

function fixOf({ project, unit }: CheckContext, { declaration, of }: MapUse): Outcome {
  return declaration?.path === unit.path && of.k === 'lock'
    ? keyedMutexFix(project, declaration.span, unit, of.model)
    : { refused: 'the map is declared in another file, or holds locks of the project itself' };
}

interface MapUse {
  readonly op: Op;
  readonly fn: number;
  /** The map as written. */
  readonly name: string;
  readonly id: string;
  readonly declaration?: Place | undefined;
  /** What its entries are. */
  readonly of: Entity;
  readonly how: 'add' | 'remove' | 'clear';
}

function lockMaps({ unit, project }: CheckContext): MapUse[] {
  return unit.facts.functions.flatMap((fact, fn) =>
    [...everyOp(fact.body)].flatMap((op): MapUse[] => {
      const change = changeOf(op);
      const map = change && project.entities.of(unit, fn, change.of);
      if (map?.k !== 'locks' || !isLock(map.of)) return [];
      const path = accessPath(project.entities, unit, fn, change!.of);
      if (!path) return [];
      const { name, id, declaration } = path;
      return [{ op, fn, name, id, declaration, of: map.of, how: change!.how }];
    }),
  );
}

const METHODS: Readonly<Record<string, MapUse['how']>> = { set: 'add', delete: 'remove', clear: 'clear' };

/** What an operation does to the entries of a map, or of an object that is used as one: `delete locks[key]`. */
function changeOf(op: Op): { readonly of: Value; readonly how: MapUse['how'] } | undefined {
  if (op.op === 'assign')
    return op.target.v === 'index' ? { of: op.target.of, how: op.how === 'delete' ? 'remove' : 'add' } : undefined;
  if (op.op !== 'call' || op.callee.v !== 'member') return undefined;
  const how = Object.hasOwn(METHODS, op.callee.name) ? METHODS[op.callee.name] : undefined;
  return how && { of: op.callee.of, how };
}

/** Queues can be emptied before they are dropped, which is another matter. */
function isLock(entry: Entity): boolean {
  return entry.k !== 'lock' || (entry.model.kind !== 'queue' && entry.model.kind !== 'limiter');
}

/** A test around the deletion asks whether the lock is in use. */
function isDecided(unit: Unit, fn: number, deletion: Op): boolean {
  for (let id = fn; id > 0; id = unit.fn(id).parent) {
    const tests = enclosing(unit, id, deletion.span).flatMap((op: Op) => (op.op === 'branch' ? [op.test] : []));
    if (tests.some((test) => asksForUse(unit, test))) return true;
    if (leavesEarlier(unit, id, deletion)) return true;
  }
  return false;
}

/** `if (mutex.isLocked()) return;` before the deletion. */
function leavesEarlier(unit: Unit, fn: number, deletion: Op): boolean {
  for (const op of everyOp(unit.fn(fn).body)) {
    if (op.op !== 'branch' || op.span[1] > deletion.span[0] || !asksForUse(unit, op.test)) continue;
    if (op.then.some((inner) => inner.op === 'return' || inner.op === 'continue' || inner.op === 'break')) return true;
  }
  return false;
}

const IN_USE = /lock(ed|s)?$|busy|count|ref|use|wait|queue|pending|size|length|value/i;

function asksForUse(unit: Unit, test: Value): boolean {
  for (const part of everyValue(test)) {
    if (part.v === 'member' && IN_USE.test(part.name)) return true;
    if (part.v === 'bind' && IN_USE.test(unit.facts.bindings[part.id]!.name) && test !== part) return true;
    const call = part.v === 'call' ? unit.call(part.id)?.op : undefined;
    if (call?.callee.v === 'member' && (IN_USE.test(call.callee.name) || call.callee.name === 'get')) return true;
  }
  return false;
}

function reportGrowing(context: CheckContext, maps: readonly MapUse[]): void {
  const removed = new Set(maps.filter((use) => use.how !== 'add').map((use) => use.id));
  for (const use of maps) {
    const { op, name, id, how } = use;
    if (how !== 'add' || removed.has(id)) continue;
    context.report({
      span: op.span,
      message: `\`${name}\` gets a lock for each key and never loses one: it grows as long as the process lives. Delete a lock when nobody holds or waits for it, or use a keyed mutex, which does.`,
      evidence: 'never deleted',
      fix: () => fixOf(context, use),
    });
  }
}
