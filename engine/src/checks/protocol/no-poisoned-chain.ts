/**
 * Reports a chain of promises that serves as a lock and that a rejected job breaks: every job after it is skipped, for
 * ever. Silent where the chain, or the job, catches, and where to skip the rest is what is meant: steps of one call or of
 * a builder, a chain that hands a value from job to job, a job that records its failure and throws it on, a chain that is
 * given up when it ends, and in tests.
 * The strict preset also reports jobs of which nothing shows that they fail.
 */
import { catchChainFix } from '../../fixes/catch-chain.js';
import type { AssignOp, CallOp, Op, Value } from '../../facts/format.js';
import { isShared } from '../../link/chain.js';
import { accessPath } from '../../link/lock-ref.js';
import { handlerFailure } from '../../link/failure.js';
import { isTest } from '../../link/test-file.js';
import { isNothing } from '../../link/nothing.js';
import { isLink } from '../../link/walk/settling.js';
import { everyOp, type Unit } from '../../link/unit.js';
import { shorten } from '../../link/suspension.js';
import { at, type Check, type CheckContext } from '../check.js';

export const noPoisonedChain: Check = {
  name: 'no-poisoned-chain',
  summary: 'A chain of promises that serves as a lock must survive a job that fails.',
  category: 'protocol',
  levels: { recommended: 'warn', strict: 'warn' },
  run(context) {
    const { unit, report } = context;
    if (isTest(unit.path)) return;
    for (const [first, ...others] of poisoned(context)) {
      const { op, then } = first!;
      const name = unit.slice(op.target.span);
      const also = others.length > 0 ? ', here and where else jobs are added' : '';
      report({
        span: op.span,
        message: `when one job of the chain \`${name}\` fails, the chain stays rejected: \`${shorten(unit.slice(then.span))}\` skips every job after it. Catch before the next job is added${also}.`,
        related: [first!, ...others].map((link) =>
          at({ path: unit.path, span: link.then.span }, 'is skipped once the chain is rejected'),
        ),
        fix: () =>
          catchChainFix(
            unit,
            [first!, ...others].map(({ then: { callee } }) => callee.of.span),
          ),
      });
    }
  },
};

/** A place that adds a job to a chain: `q = q.then(job)`. */
interface Link {
  readonly op: AssignOp;
  readonly then: ThenCall;
}

type ThenCall = CallOp & { readonly callee: Extract<Value, { v: 'member' }> };

/** The chains of a file that a rejected job breaks: of each the places that add one, in source order. */
function poisoned(context: CheckContext): Iterable<readonly Link[]> {
  const { project, unit } = context;
  const chains = new Map<string, Link[]>();
  unit.facts.functions.forEach((fact, fn) => {
    if (fact.kind === 'module' || fact.kind === 'fields') return;
    for (const op of everyOp(fact.body)) {
      if (op.op !== 'assign' || op.how === 'declare' || (op.target.v !== 'member' && op.target.v !== 'bind')) continue;
      if (!isShared(project.entities, unit, fn, op.target)) continue;
      const then = selfChain(context, fn, op.target, op.value);
      if (!then || !canReject(context, fn, then) || endsAtFailure(context, fn, then)) continue;
      const { id } = accessPath(project.entities, unit, fn, op.target)!;
      if (givenUp(context).has(id)) continue;
      const links = chains.get(id);
      if (links) links.push({ op, then });
      else chains.set(id, [{ op, then }]);
    }
  });
  for (const links of chains.values()) links.sort((one, other) => one.op.span[0] - other.op.span[0]);
  return chains.values();
}

/** The call of `then` in `q = q.then(job)`, written at once or by way of a constant, with no handler for rejections. */
function selfChain({ unit, project }: CheckContext, fn: number, target: Value, value: Value): ThenCall | undefined {
  const of = value.v === 'bind' ? unit.facts.bindings[value.id]!.init : value;
  const op = of?.v === 'call' ? unit.call(of.id)?.op : undefined;
  if (!op || !isThen(op) || op.args.length !== 1) return undefined;
  const chain = accessPath(project.entities, unit, fn, op.callee.of);
  return chain && chain.id === accessPath(project.entities, unit, fn, target)?.id ? op : undefined;
}

function isThen(op: CallOp): op is ThenCall {
  return op.callee.v === 'member' && op.callee.name === 'then';
}

function canReject({ unit, project, preset }: CheckContext, fn: number, then: CallOp): boolean {
  const failure = handlerFailure(project.entities.wide, unit, fn, then.args[0]);
  return failure === 'shown' || (failure === 'perhaps' && preset === 'strict');
}

/** Whether the jobs after a failed one are skipped on purpose. */
function endsAtFailure({ unit }: CheckContext, fn: number, then: CallOp): boolean {
  const [job] = then.args;
  if (returnsThis(unit.fn(fn).body)) return true;
  return job?.v === 'fn' && (usesPrevious(unit, job.id) || recordsFailure(unit, unit.fn(job.id).body));
}

const givenUpIn = new WeakMap<Unit, ReadonlySet<string>>();

/** The chains that a file clears when they end, `work().finally(() => { delete this.queue; })`: whoever comes after the failure begins a new one. */
function givenUp({ unit, project }: CheckContext): ReadonlySet<string> {
  let known = givenUpIn.get(unit);
  if (!known) {
    const cleared = unit.facts.functions.flatMap(({ body }, fn) =>
      isSettling(unit, fn)
        ? everyOp(body).flatMap((op) => {
            const path =
              op.op === 'assign' && isNothing(op.value) ? accessPath(project.entities, unit, fn, op.target) : undefined;
            return path ? [path.id] : [];
          })
        : [],
    );
    givenUpIn.set(unit, (known = new Set(cleared)));
  }
  return known;
}

/** A callback of a promise. */
function isSettling(unit: Unit, fn: number): boolean {
  const taker = unit.callTaking(fn)?.op;
  return taker !== undefined && isLink(taker);
}

/** The steps of a builder: `tester.given(…).when(…)`. */
function returnsThis(ops: readonly Op[]): boolean {
  return [...everyOp(ops)].some((op) => op.op === 'return' && op.value?.v === 'this');
}

/** Without the result of the job before there is nothing to go on with. */
function usesPrevious(unit: Unit, job: number): boolean {
  const [param] = unit.fn(job).params;
  return param !== undefined && (param.binding === undefined || unit.facts.bindings[param.binding]!.refs.length > 0);
}

/** A handler that keeps the failure in a field and throws it on: everyone after it is to find the failure. */
function recordsFailure(unit: Unit, ops: readonly Op[]): boolean {
  return [...everyOp(ops)].some((op) => {
    const handler = op.op === 'try' ? op.handler?.body : op.op === 'call' ? rejectionHandler(unit, op) : undefined;
    const within = handler ? [...everyOp(handler)] : [];
    return (
      within.some((inner) => inner.op === 'throw') &&
      within.some((inner) => inner.op === 'assign' && inner.target.v === 'member')
    );
  });
}

function rejectionHandler(unit: Unit, { callee, args }: CallOp): readonly Op[] | undefined {
  if (callee.v !== 'member') return undefined;
  const handler = callee.name === 'catch' ? args[0] : callee.name === 'then' ? args[1] : undefined;
  return handler?.v === 'fn' ? unit.fn(handler.id).body : undefined;
}
