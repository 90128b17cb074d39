import type { CallOp, Value } from '../../facts/format.js';
import { everyValue, type Unit } from '../unit.js';
import type { ReleaserArgument } from '../action.js';
import type { Hold } from '../state.js';

const RELEASING = /^(release|unlock|dispose|free|\[?Symbol\.(asyncD|d)ispose\]?)$/;

/** What gives a lock back, as a member of a guard or of a pair. */
export function isReleaser(name: string, hold?: Hold): boolean {
  return RELEASING.test(name) || (/^[01]$/.test(name) && (hold === undefined || name === String(hold.releaserAt)));
}

/** The variables and fields that hold a releaser somewhere in the function, by name. */
export class Handles {
  private readonly unit: Unit;
  private readonly known = new Set<string>();
  private readonly owners = new Map<string, Hold>();

  constructor(unit: Unit) {
    this.unit = unit;
  }

  add(name: string, hold?: Hold): void {
    this.known.add(name);
    if (hold) this.owners.set(name, hold);
  }

  /** The hold that a handle was last given. */
  lastGiven(name: string): Hold | undefined {
    return this.owners.get(name);
  }

  /** The name of the handle that a call releases: `release()`, `guard.release()`, `result[1]()`. */
  releasedBy(op: CallOp): string | undefined {
    const direct = handleName(op.callee);
    if (direct && this.known.has(direct)) return direct;
    const guard = op.callee.v === 'member' ? handleName(op.callee.of) : undefined;
    if (op.callee.v !== 'member' || guard === undefined || !this.known.has(guard)) return undefined;
    return isReleaser(op.callee.name, this.owners.get(guard)) ? guard : undefined;
  }

  /** The name of the handle that a callback's parameter, or a part of it, is. */
  parameter(fn: number, { argument, names }: ReleaserArgument): string | undefined {
    const param = this.unit.fn(fn).params[argument];
    if (!param) return undefined;
    const root = param.binding === undefined ? `p${param.span[0]}` : `b${param.binding}`;
    return [root, ...names].join('.');
  }
}

/** The name under which a variable or a field may hold a releaser. */
export function handleName(value: Value): string | undefined {
  if (value.v === 'bind') return `b${value.id}`;
  if (value.v !== 'member') return undefined;
  if (value.of.v === 'this') return `this.${value.name}`;
  if (value.of.v === 'bind') return `b${value.of.id}.${value.name}`;
  // A part of a parameter that is a pattern.
  return value.of.v === 'mix' && value.of.op === 'parameter' ? `p${value.of.span[0]}.${value.name}` : undefined;
}

/** The variable that a handle is; undefined for a field, which outlives the function. */
export function handleVariable(name: string): number | undefined {
  return name.startsWith('b') && !name.includes('.') ? Number(name.slice(1)) : undefined;
}

/** The parts of a value that it carries along: of `guard.value` the data goes, the guard stays. */
export function* handedOver(value: Value): Generator<Value> {
  switch (value.v) {
    case 'member':
      if (isReleaser(value.name)) yield* everyValue(value);
      else yield value;
      break;
    case 'choice':
    case 'mix':
    case 'array':
    case 'object':
      yield value;
      for (const part of partsOf(value)) yield* handedOver(part);
      break;
    case 'await':
      yield value;
      yield* handedOver(value.of);
      break;
    default:
      yield* everyValue(value);
  }
}

function partsOf(value: Extract<Value, { v: 'choice' | 'mix' | 'array' | 'object' }>): readonly Value[] {
  if (value.v === 'array') return value.items;
  return value.v === 'object' ? value.props.map((part) => part.value) : value.of;
}
