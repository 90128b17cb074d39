import type { CallOp, Value } from '../../facts/format.js';
import type { CellAccess } from '../cell.js';
import type { Entities } from '../entity.js';
import { accessPath } from '../lock-ref.js';
import type { Unit } from '../unit.js';

const READS = /^(?:read|get|load|fetch|find|select|query|download)(?![a-z])/;
const WRITES = /^(?:write|set|put|save|store|update|replace|upsert|upload)(?![a-z])/;

/**
 * What a call reads or writes outside of the program, in a file or a table: the record that its first argument names, in what
 * it is called on, or in the module that the function is of: `fs.read(path)`, `table.put(row, data)`. A function of the
 * project is what its body says.
 */
export function outsideAccess(entities: Entities, unit: Unit, fn: number, op: CallOp): CellAccess | undefined {
  const name = op.callee.v === 'member' ? op.callee.name : op.callee.v === 'bind' ? nameOf(unit, op.callee.id) : '';
  const how = WRITES.test(name) && op.args.length > 1 ? 'write' : READS.test(name) ? 'read' : undefined;
  const [key] = op.args;
  if (op.isNew || !how || !key || key.v === 'fn' || key.v === 'object') return undefined;
  const store = storeOf(entities, unit, fn, op.callee);
  if (store === undefined) return undefined;
  const record = unit.slice(key.span).replace(/^['"`]|['"`]$/g, '');
  return { id: `${store}(${record})`, receiver: '', name: record, how, updates: false, span: op.span, outside: true };
}

function nameOf(unit: Unit, id: number): string {
  const { name } = unit.facts.bindings[id]!;
  return unit.facts.imports.find(({ binding }) => binding === id)?.name ?? name;
}

/** What holds the record: a module of another package, or an object that is none of the project's. */
function storeOf(entities: Entities, unit: Unit, fn: number, callee: Value): string | undefined {
  const called = entities.of(unit, fn, callee);
  if (called?.k === 'external') return `#${called.module}#${called.name.split('.').slice(0, -1).join('.')}`;
  if (called || callee.v !== 'member') return undefined;
  return entities.of(unit, fn, callee.of) ? undefined : accessPath(entities, unit, fn, callee.of)?.id;
}
