import type { Span } from '../findings.js';
import type { Linked } from '../link/linked.js';
import type { Unit } from '../link/unit.js';
import { lower, type Outcome } from './outcome.js';

/** Catches before the next job: the failed job's own promise still tells its caller. */
export function catchChainFix(_project: Linked, unit: Unit, chain: Span): Outcome {
  return lower(
    {
      title: 'Catch before the next job is added',
      tier: 'safe',
      edits: [{ path: unit.path, span: [chain[1], chain[1]], text: '.catch(() => undefined)' }],
    },
    'unsafe',
    'jobs after a failed one now run',
  );
}
