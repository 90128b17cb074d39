import type { TypeFact } from '../facts/format.js';
import type { Place } from '../findings.js';
import type { Linked } from './linked.js';
import { dataType, declarationAt, declarationOf, type Declaration } from './lock-declaration.js';
import type { AccessStep, Lock } from './section.js';

/** A value that may be absent, with a lock around it. */
export interface OptionalCell {
  /** The field or variable beside the lock; absent when the lock owns the value. */
  readonly cell?: Declaration;
  readonly name: string;
  /** The type of the value when it is there; absent when it is not written. */
  readonly value?: readonly TypeFact[];
  /** What stands for its absence. */
  readonly absent: 'undefined' | 'null' | 'both';
}

/** The optional value that a lock owns: `AsyncMutex<Database | undefined>`. */
export function ownedOptional(project: Linked, lock: Lock): OptionalCell | undefined {
  const own = lock.ref.model.holdsData ? declarationOf(project, lock) : undefined;
  const type = own && dataType(project, own);
  return type && optional(type, lock.name);
}

/** The one optional field that the sections of a lock set, clear or read. What else they read, none of them writes. */
export function guardedOptional(project: Linked, lock: Lock): OptionalCell | undefined {
  // What a called function touches is part of making the value, and has no declaration here.
  const accesses = lock.sections.flatMap((section) =>
    section.accesses.filter((access) => access.op.op !== 'call' || access.cell.declaration !== undefined),
  );
  const written = new Set(accesses.filter((access) => access.cell.how === 'write').map((access) => access.cell.id));
  const candidates = accesses.filter((access) => access.cell.how === 'write' && access.op.op === 'assign');
  for (const { cell } of candidates) {
    const declaration = cell.declaration && declared(project, cell.declaration);
    const found = declaration && ofField(declaration, cell.name);
    if (!found) continue;
    const others = accesses.filter((access) => !belongs(access, cell.id, cell.name));
    if (others.some((access) => written.has(access.cell.id))) return undefined;
    const everywhere = lock.sections.every((section) =>
      section.accesses.some((access) => belongs(access, cell.id, cell.name)),
    );
    return everywhere ? found : undefined;
  }
  return undefined;
}

/** Whether an access is one of the cell or of something in it. */
function belongs({ cell }: AccessStep, id: string, name: string): boolean {
  return (
    cell.id === id || cell.receiver === name || cell.name.startsWith(`${name}.`) || cell.receiver.startsWith(`${name}.`)
  );
}

function declared(project: Linked, place: Place): Declaration | undefined {
  const unit = project.program.unit(place.path);
  return unit && declarationAt(unit, place.span);
}

function ofField(cell: Declaration, name: string): OptionalCell | undefined {
  if (cell.parameter || !cell.type) return undefined;
  const { text } = cell.unit;
  const marked = /^\s*\?/.test(text.slice(cell.nameSpan[1], cell.type.span[0]));
  const found =
    optional(cell.type, name) ?? (marked ? { name, value: [cell.type], absent: 'undefined' as const } : undefined);
  return found && { ...found, cell };
}

function optional(type: TypeFact, name: string): OptionalCell | undefined {
  if (type.t !== 'union') return undefined;
  const is = (part: TypeFact, word: string) => part.t === 'prim' && part.name === word;
  const value = type.of.filter((part) => !is(part, 'undefined') && !is(part, 'null'));
  // A flag or a number that may be unset is no shared value.
  if (value.length === type.of.length || value.length === 0 || value.every((part) => part.t === 'prim'))
    return undefined;
  const undef = type.of.some((part) => is(part, 'undefined'));
  const nil = type.of.some((part) => is(part, 'null') && part.span[1] - part.span[0] === 4);
  return { name, value, absent: undef && nil ? 'both' : nil ? 'null' : 'undefined' };
}
