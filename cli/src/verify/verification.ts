import type { Preparation } from '../analyse/preparation.js';
import { UsageEnd, type Request } from '../arguments.js';
import type { Exclusions, Settled } from '../plan/fixpoint.js';
import type { Ports } from '../ports.js';
import { refusedByRecheck, refusedBySyntax, type Refused } from './soundness.js';
import { TypeVerification } from './types.js';

export interface Verdict {
  readonly settled: Settled;
  readonly refused: readonly Refused[];
  /** How the result was verified, in a clause. */
  readonly how: string;
}

/**
 * Settles the fixes again and again, each time without those that the last result showed to be wrong, until it passes.
 * @throws UsageEnd when `--verify=types` was asked for and cannot be done
 */
export async function verified(
  ports: Ports,
  request: Request,
  { analysis, discovered }: Preparation,
  settleAgain: () => Promise<Settled>,
  exclusions: Exclusions,
): Promise<Verdict> {
  const { verify } = request.fix;
  const types = verify === 'syntax' ? undefined : new TypeVerification(ports, discovered.root);
  const refused: Refused[] = [];
  const stops: Settled['stops'][number][] = [];
  try {
    for (;;) {
      const settled = await settleAgain();
      stops.push(...settled.stops);
      const wrong = ports.interrupted() ? [] : await firstThatFail(settled, (path) => analysis.original(path)!, types);
      const reason = verify === 'types' && !ports.interrupted() ? types?.reasons[0] : undefined;
      if (reason !== undefined) throw new UsageEnd(`--verify types cannot be done: ${reason}; nothing was written`);
      if (wrong.length === 0) return { settled: { ...settled, stops }, refused, how: told(types) };
      refused.push(...wrong);
      for (const { applied } of wrong) exclusions.fixes.add(applied.key);
      analysis.restore();
    }
  } finally {
    types?.close();
  }
}

/** The fixes that fail the first test which any fails. */
async function firstThatFail(
  settled: Settled,
  original: (path: string) => string,
  types: TypeVerification | undefined,
): Promise<Refused[]> {
  if (settled.texts.size === 0) return [];
  const bySyntax = once(refusedBySyntax(settled, original));
  if (bySyntax.length > 0) return bySyntax;
  const byRecheck = once(refusedByRecheck(settled));
  if (byRecheck.length > 0) return byRecheck;
  return (await types?.refused(settled)) ?? [];
}

function once(refused: readonly Refused[]): Refused[] {
  return [...new Map(refused.map((one) => [one.applied.key, one])).values()];
}

function told(types: TypeVerification | undefined): string {
  const clauses = ['parsed and checked again', types === undefined ? 'types not verified' : types.how];
  return clauses.filter((clause) => clause !== '').join(', ');
}
