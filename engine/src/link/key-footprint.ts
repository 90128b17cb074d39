import { openTo } from './openness.js';
import type { Linked } from './linked.js';
import type { CellAccess } from './cell.js';
import { cellAccesses, overlap } from './cell.js';
import type { Lock, Section } from './section.js';
import { neverSuspends } from './settled.js';
import { whoSeesStart } from './start-order.js';
import { everyOp, type Unit } from './unit.js';
import { visibleEffect } from './visible-effect.js';

const ENTRY = /^(?:get|set|has|delete)$/;

/** The key of each section, as written there, when every access is to the entry of it and some section waits. */
export function sectionKeys(project: Linked, lock: Lock): ReadonlyMap<Section, string> | undefined {
  const keys = new Map<Section, string>();
  for (const section of lock.sections) {
    const key = keyOf(section);
    if (key === undefined) return undefined;
    keys.set(section, key);
  }
  return lock.sections.some((section) => !neverSuspends(project, section)) ? keys : undefined;
}

function keyOf(section: Section): string | undefined {
  const found = new Set<string>();
  const { unit } = section;
  for (const access of section.accesses) {
    const { op } = access;
    if (op.op === 'read') continue;
    const key = op.op === 'call' && op.callee.v === 'member' && ENTRY.test(op.callee.name) ? op.args[0] : undefined;
    if (key?.v !== 'bind' || unit.facts.bindings[key.id]!.kind !== 'param' || unit.facts.bindings[key.id]!.writes > 0)
      return undefined;
    if (unit.facts.bindings[key.id]!.owner !== section.fn) return undefined;
    found.add(unit.facts.bindings[key.id]!.name);
  }
  // What is read besides must be read alone.
  const written = section.lock.sections.flatMap((other) => writtenIn(other).map(({ id }) => id));
  const whole = section.accesses.some((access) => access.op.op === 'read' && written.includes(access.cell.id));
  return found.size === 1 && !whole ? [...found][0] : undefined;
}

/** Why sections of different keys might notice each other, or others them, once they run at the same time. */
export function whoNoticesOtherKeys(project: Linked, lock: Lock): string | undefined {
  const open = openTo(project, lock);
  if (open) return `${open} may count on its exclusion`;
  const entries = lock.sections.flatMap(({ accesses }) => accesses.map(({ cell }) => cell));
  for (const section of lock.sections) {
    const { unit, callback } = section;
    const fn = callback ?? section.fn;
    const keyed = new Set(section.accesses.map(({ op }) => op));
    const effect = visibleEffect(project, { unit, fn, span: unit.fn(fn).bodySpan }, (op) => keyed.has(op));
    if (effect) return `a section ${effect}, whatever its key`;
    const seen = whoSeesStart(project, unit, section.fn, section.acquire.span[0]);
    if (seen) return `a section of a free key starts at once: ${seen} can notice`;
  }
  const beside = accessBeside(project, lock, entries);
  return beside && `\`${beside}\` is also used outside of the sections`;
}

/** A use of what the sections share that is none of theirs, such as the number of all entries. */
function accessBeside(project: Linked, lock: Lock, entries: readonly CellAccess[]): string | undefined {
  const own = new Set(lock.sections.flatMap(({ steps }) => steps.map(({ op }) => op)));
  for (const unit of project.units as readonly Unit[]) {
    for (const [fn, fact] of unit.facts.functions.entries()) {
      for (const op of everyOp(fact.body)) {
        if (own.has(op)) continue;
        const found = cellAccesses(project.entities, unit, fn, op).find((cell) =>
          entries.some((entry) => overlap(entry.id, cell.id)),
        );
        if (found) return found.name;
      }
    }
  }
  return undefined;
}

function writtenIn(section: Section): readonly CellAccess[] {
  return section.accesses.filter(({ cell }) => cell.how === 'write').map(({ cell }) => cell);
}
