import type { CallOp, Value } from '../facts/format.js';
import { calleeNames } from './callee.js';
import type { Entities } from './entity.js';
import type { SuspensionKind } from './suspension.js';
import { nested } from './nested.js';
import { everyOp, type Unit } from './unit.js';

/** Methods that are given what is to run when something happens: `.once('ready', …)`, `.onDidClose(…)`. */
const LISTENS = /^\.(?:on|once|addEventListener|addListener|subscribe|signAndSend|on(?:Did|Will)[A-Z]\w*)$/;

const FILE_STREAM = /^(?:fs|fs-extra|graceful-fs)#(?:default\.)?create(?:Read|Write)Stream$/;
const LINES = /^readline#(?:default\.)?createInterface$/;

/**
 * What `new Promise((resolve) => …)` waits for: time, an event or a file, by what resolves it. A timer that can only reject is a
 * limit, and no wait.
 */
export function executorKind(entities: Entities, unit: Unit, fn: number, { args: [executor] }: CallOp): SuspensionKind {
  if (executor?.v !== 'fn') return 'unknown';
  const found = new Set<SuspensionKind>();
  const resolve = unit.fn(executor.id).params[0]?.binding;
  const canFulfil = resolve === undefined || unit.facts.bindings[resolve]!.refs.length > 0;
  for (const inside of [executor.id, ...nested(unit, executor.id)]) {
    for (const op of everyOp(unit.fn(inside).body)) {
      if (op.op !== 'call') continue;
      const names = calleeNames(entities, unit, inside, op);
      if (names.some((name) => /(^|#)(setTimeout|setImmediate)$/.test(name))) {
        if (canFulfil) found.add(isMoment(op) ? 'microtask' : 'timer');
      } else if (names.some((name) => LISTENS.test(name))) {
        const isOfFile = op.callee.v === 'member' && isFile(entities, unit, fn, op.callee.of);
        found.add(isOfFile ? 'storage' : 'event');
      }
    }
  }
  return ORDER.find((kind) => found.has(kind)) ?? 'unknown';
}

/** What settles a promise is the event, if there is one, however long is waited once it has come. */
const ORDER: readonly SuspensionKind[] = ['event', 'storage', 'timer', 'microtask'];

/** `setImmediate(…)`, `setTimeout(…)`, `setTimeout(…, 0)`: what is waiting already runs first, and no time is left to pass. */
function isMoment({ args: [, delay] }: CallOp): boolean {
  return delay === undefined || (delay.v === 'lit' && delay.value === 0);
}

/** A stream of a file, or the lines of one: its end comes as sure as the end of the file. */
function isFile(entities: Entities, unit: Unit, fn: number, value: Value): boolean {
  if (value.v === 'bind') {
    const { init, writes, owner } = unit.facts.bindings[value.id]!;
    return init !== undefined && writes === 0 && isFile(entities, unit, owner, init);
  }
  const op = value.v === 'call' ? unit.call(value.id)?.op : undefined;
  if (!op) return false;
  const names = calleeNames(entities, unit, fn, op);
  if (names.some((name) => FILE_STREAM.test(name))) return true;
  const [options] = op.args;
  return (
    names.some((name) => LINES.test(name)) &&
    options?.v === 'object' &&
    options.props.some(({ name, value: input }) => name === 'input' && isFile(entities, unit, fn, input))
  );
}
