import type { Span } from '../findings.js';
import type { Unit } from '../link/unit.js';
import { lower, type Outcome } from './outcome.js';

/**
 * Catches before the next job: the failed job's own promise still tells its caller.
 * @param chain - the chain, wherever a job is added to it.
 */
export function catchChainFix({ path }: Unit, chain: readonly Span[]): Outcome {
  return lower(
    {
      title: 'Catch before the next job is added',
      tier: 'safe',
      edits: chain.map(([, end]) => ({ path, span: [end, end], text: '.catch(() => undefined)' })),
    },
    'unsafe',
    'jobs after a failed one now run',
  );
}
