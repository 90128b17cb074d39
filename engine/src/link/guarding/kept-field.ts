import type { MemberFact } from '../../facts/format.js';
import { membersAt } from '../by-offset.js';
import type { CellAccess } from '../cell.js';
import type { Linked } from '../linked.js';
import { everyOp, type Unit } from '../unit.js';
import { wholeCell } from './places.js';

/**
 * The identity of a field that keeps what it was made with for the life of its object; undefined for any other state. A field that is made
 * with the same as one of the super class is that one: `constructor(private tx: Tx) { super(tx); }`.
 */
export function keptField(project: Linked, unit: Unit, cell: CellAccess): string | undefined {
  const id = wholeCell(cell.id);
  const { declaration } = cell;
  if (cell.id !== id || declaration === undefined) return undefined;
  const declaring = project.program.unit(declaration.path);
  const [found] = declaring ? membersAt(declaring, declaration.span[0]) : [];
  if (!declaring || !found) return undefined;
  const { cls, member } = found;
  const isKept = declaring.fieldWrites(cls, member.name).every(({ fn }) => declaring.fn(fn).kind === 'constructor');
  return isKept ? (inherited(project, declaring, cls, member) ?? id) : undefined;
}

/** The field of the super class that is given the same as a field. */
function inherited(project: Linked, unit: Unit, cls: number, member: MemberFact): string | undefined {
  const { superClass } = unit.classOf(cls);
  const given = parameterOf(unit, cls, member);
  const parent = superClass && given !== undefined ? project.entities.of(unit, 0, superClass) : undefined;
  const constructor = unit.member(cls, 'constructor', ['constructor'])?.function;
  if (parent?.k !== 'class' || given === undefined || constructor === undefined) return undefined;
  const ops = [...everyOp(unit.fn(constructor).body)];
  const passed = ops.find((op) => op.op === 'call' && op.callee.v === 'super');
  const at =
    passed?.op === 'call' ? passed.args.findIndex((argument) => argument.v === 'bind' && argument.id === given) : -1;
  const wanted = parent.unit.member(parent.cls, 'constructor', ['constructor'])?.function;
  const binding = wanted === undefined ? undefined : parent.unit.fn(wanted).params[at]?.binding;
  const { name, members } = parent.unit.classOf(parent.cls);
  const same = members.find((one) => binding !== undefined && parameterOf(parent.unit, parent.cls, one) === binding);
  return same && (inherited(project, parent.unit, parent.cls, same) ?? `${parent.unit.path}#${name}.${same.name}`);
}

/** The parameter of the constructor that a field is made with. */
function parameterOf(unit: Unit, cls: number, member: MemberFact): number | undefined {
  const constructor = unit.member(cls, 'constructor', ['constructor'])?.function;
  if (constructor === undefined || member.kind !== 'field') return undefined;
  const { params } = unit.fn(constructor);
  if (member.parameter !== undefined) return params[member.parameter]?.binding;
  const [write] = unit.fieldWrites(cls, member.name);
  const value = write?.fn === constructor ? write.op.value : undefined;
  return value?.v === 'bind' && params.some(({ binding }) => binding === value.id) ? value.id : undefined;
}
