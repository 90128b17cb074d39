import type { Finding, Fix, Problem } from '@lockwise/engine';
import { baselineOf, Sieve, type Preparation } from '../analyse/preparation.js';
import type { Request } from '../arguments.js';
import type { Ports } from '../ports.js';
import type { Change } from '../report/outcome.js';
import { verified, type Verdict } from '../verify/verification.js';
import { refusals, type Refusal } from '../write/writer.js';
import { settle, type Choice, type Exclusions, type Settled } from './fixpoint.js';
import { Questions } from './interactive.js';
import { markLeftovers } from './marks.js';

/** What is to be done to the files, verified, and what it rests on. */
export interface PlannedFixes {
  readonly prepared: Preparation;
  readonly sieve: Sieve;
  readonly verdict: Verdict;
  /** With the marks that are left where a person is needed. */
  readonly settled: Settled;
  readonly changes: readonly Change[];
  /** How many more findings the baseline knows. */
  readonly known: number;
  readonly problems: readonly Problem[];
  /** Files that cannot be written: no fix touches any of them. */
  readonly refused: readonly Refusal[];
}

/** analyse → plan → verify: nothing is written yet. */
export async function planFixes(request: Request, ports: Ports, prepared: Preparation): Promise<PlannedFixes> {
  const { analysis, discovered, progress } = prepared;
  const { root } = discovered;
  const installs = request.fix.install !== undefined && request.fix.mode === 'write';
  const sieve = new Sieve(root, baselineOf(ports, request, root), installs);
  const first = await analysis.check(ports, progress);
  progress.end();

  const questions = request.fix.interactive ? Questions.on(ports.terminal, (path) => analysis.text(path)) : undefined;
  const choose = (finding: Finding, round: number): Choice | Promise<Choice> => {
    const fix = permitted(finding, request);
    return fix && questions ? questions.ask(finding, fix, round) : fix;
  };
  const exclusions: Exclusions = { fixes: new Set(), paths: new Set() };
  const plan = (): Promise<Verdict> =>
    verified(ports, request, prepared, () => settle(ports, analysis, sieve.pass, choose, exclusions), exclusions);
  const unwritable = (verdict: Verdict): Refusal[] =>
    request.fix.mode === 'write' ? refusals(ports.files, root, changesOf(prepared, verdict.settled)) : [];
  const { verdict, refused } = await withoutUnwritable(plan, unwritable, exclusions, () => analysis.restore());
  const settled = request.fix.mark ? markLeftovers(verdict.settled, analysis) : verdict.settled;
  const changes = changesOf(prepared, settled);
  return { prepared, sieve, verdict, settled, changes, known: sieve.known, problems: first.problems, refused };
}

/** Plans anew without the files that cannot be written: a fix over several files is applied to all of them, or to none. */
async function withoutUnwritable(
  plan: () => Promise<Verdict>,
  unwritable: (verdict: Verdict) => readonly Refusal[],
  exclusions: Exclusions,
  restore: () => void,
): Promise<{ verdict: Verdict; refused: readonly Refusal[] }> {
  const refused: Refusal[] = [];
  const earlier: Verdict['refused'][number][] = [];
  const stops: Settled['stops'][number][] = [];
  for (;;) {
    const verdict = await plan();
    const found = unwritable(verdict);
    if (found.length === 0) {
      const settled = { ...verdict.settled, stops: [...stops, ...verdict.settled.stops] };
      return { verdict: { ...verdict, settled, refused: [...earlier, ...verdict.refused] }, refused };
    }
    refused.push(...found);
    earlier.push(...verdict.refused);
    stops.push(...verdict.settled.stops);
    for (const { path } of found) exclusions.paths.add(path);
    restore();
  }
}

/** The fix that the request allows: safe ones always, unsafe ones where they are asked for. */
function permitted(finding: Finding, { fix: { unsafe } }: Request): Fix | undefined {
  const tiers = unsafe === 'all' || unsafe.includes(finding.rule) ? ['safe', 'unsafe'] : ['safe'];
  return finding.fixes.find(({ tier, edits }) => tiers.includes(tier) && edits.length > 0);
}

function changesOf({ analysis, read }: Preparation, { texts }: Settled): Change[] {
  return [...texts]
    .map(([path, after]) => ({
      path,
      before: analysis.original(path)!,
      after,
      byteOrderMark: read.sources.get(path)?.byteOrderMark ?? analysis.hasMark(path),
    }))
    .filter(({ before, after }) => before !== after)
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}
