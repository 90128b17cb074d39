import { relative, sep } from 'node:path';
import type { Finding, Place } from '@lockwise/engine';
import type { Ports } from '../ports.js';
import type { Outcome } from './outcome.js';

/**
 * The outcome with paths from the top of the checkout, where services that put findings beside the code look for them, also when the run started
 * in a folder below. `GITHUB_WORKSPACE` names the checkout; where nothing does, the run is taken to have started there.
 */
export function seenFromCheckout(outcome: Outcome, { files, env }: Pick<Ports, 'files' | 'env'>): Outcome {
  const named = env['GITHUB_WORKSPACE'];
  const top = named === undefined ? undefined : files.realpath(named);
  const below = top === undefined ? '' : relative(top, outcome.root).split(sep).join('/');
  if (below === '' || below === '..' || below.startsWith('../')) return outcome;
  const moved = <T extends { readonly path: string }>(one: T): T => ({ ...one, path: `${below}/${one.path}` });
  return {
    ...outcome,
    findings: outcome.findings.map((finding) => movedFinding(finding, moved)),
    problems: outcome.problems.map(moved),
    skipped: outcome.skipped.map(moved),
    text: (path) => outcome.text(path.slice(below.length + 1)),
  };
}

function movedFinding(finding: Finding, moved: <T extends Pick<Place, 'path'>>(one: T) => T): Finding {
  return {
    ...moved(finding),
    related: finding.related.map(moved),
    fixes: finding.fixes.map((fix) => ({ ...fix, edits: fix.edits.map(moved) })),
  };
}
