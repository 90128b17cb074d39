import { afterAll, describe, expect, it } from 'vitest';
import * as runtime from '@lockwise/runtime';
import { holds, laws } from './laws.js';

/** Schedules are counted, not timed; the limit is for a machine that is busy with other things. */
const LIMIT = 15 * 60_000;

describe('what holds under every schedule', () => {
  const lines: string[] = [];
  afterAll(() => console.log(`explored\n${lines.join('\n')}`));

  for (const law of laws) {
    it(law.name, { timeout: LIMIT }, async () => {
      const { programs, schedules } = await holds(law, runtime);
      lines.push(`  ${law.name}: ${programs} programs, ${schedules} schedules`);
      expect(schedules).toBeGreaterThan(programs);
    });
  }
});
