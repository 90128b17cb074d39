import { createProject, rules } from '@lockwise/engine';
import { parseSource } from '@lockwise/engine/node';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newTypeErrors } from '../../engine/test/checks/type-errors.js';
import { filesBelow, root } from './sources.js';

const host = { parse: parseSource, read: () => undefined, resolve: () => undefined };

/** The rules that report something in a sample, under the strict preset. */
function reportedIn(sample: string): string[] {
  const project = createProject({ host, config: { preset: 'strict', rules: {}, locks: [] } });
  project.set('sample.ts', sample);
  const { findings, problems } = project.check();
  expect(problems).toEqual([]);
  return findings.map(({ rule }) => rule);
}

/** Every page tells the same things in the same order. */
const HEADINGS = [
  'What it reports',
  'Why here',
  'Bad',
  'Good',
  'An interleaving of two tasks',
  'Options',
  'The fix and its safety',
  'When not to use it',
  'Known limits',
];

/** The first sample below a heading. */
function sampleOf(page: string, heading: 'Bad' | 'Good'): string {
  return new RegExp(`^## ${heading}\n+\`\`\`ts\n([^]*?)\`\`\``, 'm').exec(page)![1]!;
}

const pages = filesBelow('docs/rules', /\.md$/).map((path) => path.replace(/^.*\/|\.md$/g, ''));

it('every page belongs to a rule', () => {
  expect(pages.filter((name) => !rules.some((rule) => rule.name === name))).toEqual([]);
});

describe.each(pages)('the page of %s', (name) => {
  const page = readFileSync(join(root, `docs/rules/${name}.md`), 'utf8');

  it('bears its name', () => {
    expect(page.split('\n', 1)[0]).toBe(`# ${name}`);
  });

  it('has the fixed headings, each with something below it', () => {
    const parts = page.split(/^## /m).slice(1);
    expect(parts.map((part) => part.split('\n', 1)[0])).toEqual(HEADINGS);
    for (const part of parts) expect(part.split('\n').slice(1).join('').trim(), part).not.toBe('');
  });

  it('shows two tasks, step by step', () => {
    const steps = page.split('## An interleaving of two tasks')[1]!.split('\n## ')[0]!;
    const rows = steps.split('\n').filter((line) => /^(\||[AB]\b|with the lock)/.test(line));
    expect(rows.length).toBeGreaterThanOrEqual(2);
    expect(steps.trim().length).toBeGreaterThan(60);
  });

  it('shows what is reported', () => {
    expect(reportedIn(sampleOf(page, 'Bad'))).toContain(name);
  });

  it('shows what is not', () => {
    expect(reportedIn(sampleOf(page, 'Good'))).not.toContain(name);
  });

  it('shows code that type-checks', () => {
    const errors = newTypeErrors({ 'sample.ts': '' }, { 'sample.ts': sampleOf(page, 'Good') });
    // What a user would install beside: the types of Node, and of libraries that come without.
    expect(errors.filter((error) => !/type definitions|declaration file/.test(error))).toEqual([]);
  });
});
