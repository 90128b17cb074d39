/** Evidence from recorded runs: the section was held long, or waited for long, while others wanted the lock. */
import type { Preset } from '../../config.js';
import type { Measured } from '../../findings.js';
import { duration } from '../../profile/durations.js';
import type { Section } from '../../link/section.js';
import type { Linked } from '../../link/linked.js';
import { holdEvidence, type Evidence } from './evidence.js';
import { isExempt } from './exempt.js';

/** From what on a measurement is reported, in milliseconds. One of the two is enough; without any waiter neither is. */
interface Threshold {
  /** The hold that 95 of 100 were shorter than. */
  readonly hold: number;
  /** All the waiting behind the section in the recorded runs together. */
  readonly wait: number;
}

const DEFAULT: Threshold = { hold: 50, wait: 1000 };

const milliseconds = (description: string) => ({ type: 'number', minimum: 0, description });

export const measuredOptions = {
  type: 'object',
  properties: {
    measured: {
      type: 'object',
      description: 'From what on a recorded hold or wait is reported; needs a profile.',
      properties: {
        hold: milliseconds(`The hold, 95th percentile, in ms (default ${DEFAULT.hold}); somebody must have waited.`),
        wait: milliseconds(`All the waiting behind the section in the run, in ms (default ${DEFAULT.wait}).`),
      },
      additionalProperties: false,
    },
  },
  additionalProperties: false,
} as const;

/** The measured evidence of a section, with what the code says besides; undefined below the threshold. */
export function measuredEvidence(
  project: Linked,
  section: Section,
  measured: Measured | undefined,
  options: Readonly<Record<string, unknown>>,
  preset: Preset,
): Evidence | undefined {
  const { hold, wait } = { ...DEFAULT, ...(options['measured'] as Partial<Threshold> | undefined) };
  if (!measured || measured.waiters === 0 || isExempt(section)) return undefined;
  if (measured.heldP95Ms < hold && measured.waitedMs < wait) return undefined;
  const { heldP95Ms, waitedMs, waiters } = measured;
  const seen = holdEvidence(project, section, preset);
  const requests = `${waiters} ${waiters === 1 ? 'request' : 'requests'}`;
  return {
    name: 'measured',
    waits: seen?.waits ?? ((one) => one.waits),
    why: (one, linked) =>
      `measured, it was held ${duration(heldP95Ms)} (p95), and ${requests} waited ${duration(waitedMs)} behind it.${seen ? ` In the code, ${seen.why(one, linked)}` : ''}`,
    remedy: seen?.remedy ?? 'Keep the wait out of the section.',
  };
}
