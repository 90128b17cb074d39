import type { Value } from '../facts/format.js';
import type { Place } from '../findings.js';
import { callAt } from './call-at.js';
import { speaksOfEnd } from './end.js';
import type { Linked } from './linked.js';
import type { Suspension } from './suspension.js';
import type { Unit } from './unit.js';

/** `axios.post(url, data, options)`. */
const SENDS = /\.(?:post|put|patch)$/;

/**
 * Whether a wait comes down to a request that says all there is to say of it, and no end to the wait: `fetch(url)`,
 * `axios.get(url, { headers })`, here or in a function that is given what it says.
 */
export function isBareRequest(project: Linked, { chain, last }: Suspension): boolean {
  const found = last && callAt(project.program, last);
  if (!found) return false;
  const { unit, fn, op } = found;
  if (project.suspensions.waitKindOf(unit, fn, op) !== 'network' || speaksOfEnd(unit, unit.fn(fn).span)) return false;
  const [address, ...others] = op.args.map((value) => said(project, chain, { unit, fn, value }));
  const options = SENDS.test(unit.slice(op.callee.span)) ? others.slice(1) : others;
  return address !== undefined && saysWhere(address) && options.every(isWritten);
}

interface Said {
  readonly unit: Unit;
  readonly fn: number;
  /** Undefined where a parameter is given nothing. */
  readonly value: Value | undefined;
}

/** What a parameter is given by the calls that lead to its function; any other value is what it is. */
function said(project: Linked, chain: readonly Place[], one: Said): Said {
  const { unit, fn, value } = one;
  const binding = value?.v === 'bind' ? unit.facts.bindings[value.id] : undefined;
  const at = unit
    .fn(fn)
    .params.findIndex((param) => param.binding !== undefined && unit.facts.bindings[param.binding] === binding);
  const call = at < 0 || binding!.writes > 0 || chain.length === 0 ? undefined : callAt(project.program, chain.at(-1)!);
  const target = call && project.suspensions.called(call.unit, call.fn, call.op);
  if (target?.unit !== unit || target.fn !== fn || call!.op.spread || unit.fn(fn).params[at]!.rest) return one;
  const argument = call!.op.args[at];
  if (!argument) return { unit, fn, value: binding!.init };
  return said(project, chain.slice(0, -1), { unit: call!.unit, fn: call!.fn, value: argument });
}

/** An address, and no request that somebody else has put together and may have bounded. */
function saysWhere({ unit, fn, value }: Said): boolean {
  if (!value || value.v === 'object') return value !== undefined && isWritten({ unit, fn, value });
  const text = unit.slice(value.span);
  const isGiven = value.v === 'bind' && unit.facts.bindings[value.id]!.kind === 'param';
  return !/req/i.test(text) && !(isGiven && /conf|opt|init|param|arg/i.test(text));
}

/** Options that are all there to be read: at the call, or in the variable that holds them and is never replaced. */
function isWritten({ unit, fn, value }: Said): boolean {
  if (!value || value.v === 'object') return value?.props.every(({ name }) => name !== undefined) ?? true;
  const binding = value.v === 'bind' ? unit.facts.bindings[value.id]! : undefined;
  return (
    binding?.init?.v === 'object' &&
    binding.writes === 0 &&
    isWritten({ unit, fn, value: binding.init }) &&
    !speaksOfEnd(unit, binding.init.span)
  );
}
