/**
 * Reports a chain of promises that serves as a lock and that a rejected job breaks: every job after it is skipped, for
 * ever. Silent where the chain, or the job, catches, and where the chain is a variable of one call: that is a sequence of
 * steps, which is meant to end at the first failure.
 */
import { catchChainFix } from '../../fixes/catch-chain.js';
import type { CallOp, Value } from '../../facts/format.js';
import { isShared } from '../../link/chain.js';
import { accessPath } from '../../link/lock-ref.js';
import { mayThrow } from '../../link/may-throw.js';
import { everyOp } from '../../link/unit.js';
import { shorten } from '../../link/suspension.js';
import { at, type Check, type CheckContext } from '../check.js';

export const noPoisonedChain: Check = {
  name: 'no-poisoned-chain',
  summary: 'A chain of promises that serves as a lock must survive a job that fails.',
  category: 'protocol',
  levels: { recommended: 'warn', strict: 'warn' },
  run(context) {
    const { project, unit, report } = context;
    unit.facts.functions.forEach((fact, fn) => {
      if (fact.kind === 'module' || fact.kind === 'fields') return;
      for (const op of everyOp(fact.body)) {
        if (op.op !== 'assign' || op.how === 'declare' || (op.target.v !== 'member' && op.target.v !== 'bind'))
          continue;
        if (!isShared(project.entities, unit, fn, op.target)) continue;
        const then = selfChain(context, fn, op.target, op.value);
        if (!then || !canReject(context, then)) continue;
        const name = unit.slice(op.target.span);
        report({
          span: op.span,
          message: `when one job of the chain \`${name}\` fails, the chain stays rejected: \`${shorten(unit.slice(then.span))}\` skips every job after it. Catch before the next job is added.`,
          related: [at({ path: unit.path, span: then.span }, 'is skipped once the chain is rejected')],
          fix: () => catchChainFix(project, unit, then.callee.v === 'member' ? then.callee.of.span : then.span),
        });
      }
    });
  },
};

/** The call of `then` in `q = q.then(job)`, written at once or by way of a constant, with no handler for rejections. */
function selfChain({ unit, project }: CheckContext, fn: number, target: Value, value: Value): CallOp | undefined {
  const of = value.v === 'bind' ? unit.facts.bindings[value.id]!.init : value;
  const op = of?.v === 'call' ? unit.call(of.id)?.op : undefined;
  if (op?.callee.v !== 'member' || op.callee.name !== 'then' || op.args.length !== 1) return undefined;
  const chain = accessPath(project.entities, unit, fn, op.callee.of);
  return chain && chain.id === accessPath(project.entities, unit, fn, target)?.id ? op : undefined;
}

function canReject({ unit, project }: CheckContext, then: CallOp): boolean {
  const [job] = then.args;
  if (job?.v !== 'fn') return job !== undefined;
  return mayThrow(project, unit, job.id, unit.fn(job.id).body);
}
