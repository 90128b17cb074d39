import type { Preparation } from '../analyse/preparation.js';
import type { Request } from '../arguments.js';
import type { Exclusions, Settled } from '../plan/fixpoint.js';
import type { Ports } from '../ports.js';
import { refusedByRecheck, refusedBySyntax, type Refused } from './soundness.js';
import { refusedByTypes, TypeChecker } from './types.js';

export interface Verdict {
  readonly settled: Settled;
  readonly refused: readonly Refused[];
  /** How the result was verified, in a clause. */
  readonly how: string;
}

/** Settles the fixes again and again, each time without those that the last result showed to be wrong, until it passes. */
export async function verified(
  ports: Ports,
  request: Request,
  { analysis, discovered }: Preparation,
  settleAgain: () => Promise<Settled>,
  exclusions: Exclusions,
): Promise<Verdict> {
  const refused: Refused[] = [];
  const stops: Settled['stops'][number][] = [];
  let types: Types | undefined;
  for (;;) {
    const settled = await settleAgain();
    stops.push(...settled.stops);
    if (settled.texts.size > 0) types ??= typesFor(request, discovered.root, settled);
    const wrong = ports.interrupted() ? [] : firstThatFail(settled, (path) => analysis.original(path) ?? '', types);
    if (wrong.length === 0)
      return { settled: { ...settled, stops }, refused, how: types?.how ?? 'parsed and checked again' };
    refused.push(...wrong);
    for (const { applied } of wrong) exclusions.fixes.add(applied.key);
    analysis.restore();
  }
}

interface Types {
  readonly how: string;
  readonly checker?: TypeChecker;
}

function firstThatFail(settled: Settled, original: (path: string) => string, types: Types | undefined): Refused[] {
  const bySyntax = once(refusedBySyntax(settled, original));
  if (bySyntax.length > 0) return bySyntax;
  const byRecheck = once(refusedByRecheck(settled));
  if (byRecheck.length > 0) return byRecheck;
  return types?.checker && settled.texts.size > 0 ? refusedByTypes(types.checker, settled) : [];
}

function once(refused: readonly Refused[]): Refused[] {
  return [...new Map(refused.map((one) => [one.applied.key, one])).values()];
}

function typesFor({ fix: { verify } }: Request, root: string, { texts }: Settled): Types {
  const plain = 'parsed and checked again';
  if (verify === 'syntax') return { how: `${plain}, types not verified` };
  const checker = TypeChecker.find(root);
  if (!(checker instanceof TypeChecker)) return { how: `${plain}; types not verified: ${checker.unavailable}` };
  if (![...texts.keys()].some((path) => checker.configOf(path) !== undefined))
    return { how: `${plain}; types not verified: there is no tsconfig.json` };
  return { how: `${plain}, types verified by TypeScript ${checker.version}`, checker };
}
