import { describe, expect, it } from 'vitest';
import { holds, laws } from './laws.js';
import { load, mutants } from './mutants.js';

const LIMIT = 15 * 60_000;

describe('the laws find', () => {
  mutants.forEach((mutant, number) => {
    it(`${mutant.file}: ${mutant.defect}`, { timeout: LIMIT }, async () => {
      const library = await load(mutant, number);
      let found: Error | undefined;
      for (const law of laws.filter(({ name }) => name.startsWith(mutant.law))) {
        found = await holds(law, library).then(
          () => undefined,
          (error: Error) => error,
        );
        if (found !== undefined) break;
      }
      expect(found?.message, 'no law found the defect').toContain('under this schedule');
    });
  });
});
