import type { Finding, Fix, Problem } from '@lockwise/engine';
import { baselineOf, Sieve, type Preparation } from '../analyse/preparation.js';
import type { Request } from '../arguments.js';
import type { Ports } from '../ports.js';
import type { Change } from '../report/outcome.js';
import { verified, type Verdict } from '../verify/verification.js';
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
  const verdict = await verified(
    ports,
    request,
    prepared,
    () => settle(ports, analysis, sieve.pass, choose, exclusions),
    exclusions,
  );
  const marked = request.fix.mark ? markLeftovers(verdict.settled, analysis) : verdict.settled;
  return {
    prepared,
    sieve,
    verdict,
    settled: marked,
    changes: changesOf(prepared, marked),
    known: sieve.known,
    problems: first.problems,
  };
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
