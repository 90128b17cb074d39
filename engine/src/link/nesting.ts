import type { CallOp } from '../facts/format.js';
import type { Span } from '../findings.js';
import type { Linked } from './linked.js';
import type { Hold } from './state.js';
import { ownAcquire, type Acquire } from './acquires.js';
import { visitOf, type Trace, type Visit } from './walk/trace.js';
import { callTaking, isWaitedFor, waitsOf } from './waiting.js';

/** A lock that is asked for, and waited for, while another one (or the same one) is held. */
export interface Nesting {
  readonly outer: Hold;
  readonly inner: Acquire;
  /** The call in the holding function that asks, directly or through what it calls. */
  readonly site: CallOp;
  /** The outer lock is held on every path that comes here. */
  readonly certain: boolean;
}

const known = new WeakMap<Trace, readonly Nesting[]>();

/** Everything that a function waits to be granted while it holds a lock, in source order. */
export function nestings(project: Linked, trace: Trace): readonly Nesting[] {
  let found = known.get(trace);
  if (!found) known.set(trace, (found = nestingsIn(project, trace)));
  return found;
}

function nestingsIn(project: Linked, trace: Trace): readonly Nesting[] {
  const found: Nesting[] = [];
  const taken = new Map<Span, Hold[]>();
  for (const hold of trace.holds) taken.set(hold.span, [...(taken.get(hold.span) ?? []), hold]);
  for (const visit of trace.visits) {
    const { op } = visit;
    if (op.op !== 'call') continue;
    const outers = visit.holds.filter((hold) => hold.span !== op.span && !visit.handedOver.includes(hold));
    if (outers.length === 0) continue;
    const own = taken.get(op.span)?.map((hold) => ownAcquire(trace.unit, hold));
    for (const inner of own ?? project.summaries.acquiresAt(trace.unit, visit.fn, op)) {
      if (!inner.awaited) continue;
      for (const outer of outers)
        if (isWaitedUnder(trace, visit, op, outer))
          found.push({ outer, inner, site: op, certain: visit.always.includes(outer) });
    }
  }
  for (const { hold, callee, fn, op } of trace.references) {
    const called = project.summaries.acquiresAt(trace.unit, fn, { ...op, callee, args: [] });
    for (const inner of called) if (inner.awaited) found.push({ outer: hold, inner, site: op, certain: true });
  }
  return found.sort((one, other) => one.site.span[0] - other.site.span[0]);
}

/** Whether the holder itself waits for a call before it releases. */
export function isWaitedUnder(trace: Trace, visit: Visit, op: CallOp, outer: Hold): boolean {
  const { unit } = trace;
  if (op.result === 'store' || op.result === 'value') {
    const waits = waitsOf(unit, op);
    if (!waits.some((wait) => visitOf(trace, wait)?.holds.includes(outer))) return false;
  }
  // A promise that the holding function returns is waited for by its caller, after the release.
  if (op.result === 'return' && visit.fn === outer.fn && outer.form !== 'required') return false;
  for (let fn = visit.fn; fn !== outer.fn && fn > 0; fn = unit.fn(fn).parent) {
    const taking = callTaking(unit, fn);
    if (!taking || taking.span === outer.span) continue;
    if (taking.callee.v === 'member' && taking.callee.name === 'forEach') return false;
    if (taking.callee.v !== 'fn' && !isWaitedFor(unit, taking)) return false;
  }
  return true;
}
