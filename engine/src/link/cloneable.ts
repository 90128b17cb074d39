import type { TypeFact } from '../facts/format.js';
import type { Linked } from './linked.js';
import type { Unit } from './unit.js';

/** Whether `structuredClone` gives an equal value; `unknown` where a type is not written out as far as we see it. */
export type Cloneable = 'yes' | 'no' | 'unknown';

/** Containers and wrappers that are copied as well as what they hold. */
const TRANSPARENT =
  /^(?:Map|Set|Array|ReadonlyMap|ReadonlySet|ReadonlyArray|Record|Readonly|Partial|Required|NonNullable)$/;
const COPIED =
  /^(?:Date|RegExp|ArrayBuffer|SharedArrayBuffer|DataView|Blob|Error|(?:Big)?(?:Int|Uint)\d+(?:Clamped)?Array|Float\d+Array)$/;
const NEVER = /^(?:WeakMap|WeakSet|WeakRef|Promise|PromiseLike|Function|Generator|AsyncGenerator|Proxy)$/;

/** Whether a value of a written type survives `structuredClone`: plain data do, functions throw, classes lose their methods. */
export function survivesClone(project: Linked, unit: Unit, type: TypeFact | undefined): Cloneable {
  switch (type?.t) {
    case 'prim':
      return type.name === 'symbol' ? 'no' : /^(?:any|unknown|object)$/.test(type.name) ? 'unknown' : 'yes';
    case 'array':
      return survivesClone(project, unit, type.of);
    case 'union':
      return worst(type.of.map((part) => survivesClone(project, unit, part)));
    case 'function':
      return 'no';
    case 'ref':
      if (NEVER.test(type.name)) return 'no';
      if (COPIED.test(type.name)) return 'yes';
      if (TRANSPARENT.test(type.name) && type.args.length > 0)
        return worst(type.args.map((part) => survivesClone(project, unit, part)));
      return project.entities.typed(unit, type)?.k === 'instance' ? 'no' : 'unknown';
    default:
      return 'unknown';
  }
}

function worst(all: readonly Cloneable[]): Cloneable {
  return all.find((one) => one === 'no') ?? all.find((one) => one === 'unknown') ?? 'yes';
}
