import type { CallOp, Value } from '../facts/format.js';
import type { Linked } from './linked.js';
import { calledFunction } from './called-function.js';
import { everyOp, type Unit } from './unit.js';

export type SuppliedCode = 'callback' | 'event' | 'injected';

/** A word of its own: `webhooks` are no hooks. */
const HANDLERS =
  /(?:(?:^|[^a-zA-Z])(?:callback|handler|listener|subscriber|observer|hook)|(?:Callback|Handler|Listener|Subscriber|Observer|Hook))s?$/;
const HANDLER = new RegExp(`^on[A-Z]\\w*$|${HANDLERS.source}`);
/** Registers or looks up a handler, and does not run one. */
const REGISTERS =
  /^(?:add|remove|set|get|register|unregister|has|create|make|clear|delete|fetch|find|list|load|update|use)(?=[A-Z_])/;
const EMITS =
  /^(?:emit|emitAsync|emitSerial|emitAndWait|dispatchEvent|publish|notifyListeners|notifySubscribers|notifyAll|trigger|fire)$/;

/**
 * What code of others a call runs: a callback that is stored or handed in as such, the subscribers of an event, or a function
 * that a field was given when the object was made.
 */
export function runsSuppliedCode(project: Linked, unit: Unit, fn: number, op: CallOp): SuppliedCode | undefined {
  if (op.isNew || calledFunction(project.entities, unit, fn, op)) return undefined;
  const { callee } = op;
  if (callee.v === 'member') {
    if (EMITS.test(callee.name)) return 'event';
    if (HANDLER.test(callee.name) && !REGISTERS.test(callee.name)) return 'callback';
    return isFunctionField(project, unit, fn, callee) ? 'injected' : undefined;
  }
  return callee.v === 'bind' && isHandlerVariable(unit, callee.id) ? 'callback' : undefined;
}

/** A field whose written type is a function type. */
function isFunctionField(project: Linked, unit: Unit, fn: number, callee: Extract<Value, { v: 'member' }>): boolean {
  const holder = project.entities.of(unit, fn, callee.of);
  if (holder?.k !== 'instance') return false;
  const member = project.entities.findMember(holder.unit, holder.cls, callee.name)?.member;
  return (
    member?.kind === 'field' &&
    member.function === undefined &&
    member.type?.t === 'function' &&
    member.init === undefined
  );
}

/** A parameter, or the item of a list of handlers. */
function isHandlerVariable(unit: Unit, id: number): boolean {
  const { kind, init, name, owner } = unit.facts.bindings[id]!;
  if (kind === 'param') return true;
  if (init?.v === 'mix' && init.op === 'item')
    return HANDLERS.test(name) || HANDLERS.test(unit.slice(init.of[0]!.span));
  return (
    kind === 'const' &&
    HANDLER.test(name) &&
    [...everyOp(unit.fn(owner).body)].some(
      (op) => op.op === 'assign' && op.target.v === 'bind' && op.target.id === id && op.value.v === 'member',
    )
  );
}
