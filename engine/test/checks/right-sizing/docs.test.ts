import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rightSizingChecks } from '../../../src/checks/right-sizing/index.js';
import { findings } from '../check-rule.js';
import { newTypeErrors } from '../type-errors.js';

const HEADINGS = [
  'What it reports',
  'Why here',
  'Bad and good',
  'Two tasks',
  'Options',
  'The fix and its safety',
  'When not to use it',
  'Known limits',
];

/** `prefer-quick-read` shares its page with the rules of hold time. */
const rules = rightSizingChecks.map((check) => check.name).filter((name) => name !== 'prefer-quick-read');

describe.each(rules)('the page of %s', (rule) => {
  const page = readFileSync(new URL(`../../../../docs/rules/${rule}.md`, import.meta.url), 'utf8');
  const sample = (kind: string) => new RegExp(`\`\`\`ts ${kind}\\n([^]*?)\`\`\``).exec(page)![1]!;

  it('has the fixed headings', () => {
    expect([...page.matchAll(/^## (.*)$/gm)].map((match) => match[1])).toEqual(HEADINGS);
  });

  it('has a bad sample that is reported and a good one that is not', () => {
    expect(findings(rule, sample('bad')).length).toBeGreaterThan(0);
    expect(findings(rule, sample('good'))).toEqual([]);
  });

  it('has a good sample that type-checks', () => {
    expect(newTypeErrors({ 'sample.ts': '' }, { 'sample.ts': sample('good') })).toEqual([]);
  });
});
