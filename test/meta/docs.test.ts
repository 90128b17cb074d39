import { createProject, rules } from '@lockwise/engine';
import { parseSource } from '@lockwise/engine/node';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
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

/** The first sample of a kind: fenced as `ts bad`, or standing below a heading of that name. */
function sampleOf(page: string, kind: 'bad' | 'good'): string {
  const fenced = new RegExp(`\`\`\`ts ${kind}\n([^]*?)\`\`\``).exec(page);
  const headed = new RegExp(`^## ${kind}\n+\`\`\`ts\n([^]*?)\`\`\``, 'im').exec(page);
  return (fenced ?? headed)![1]!;
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

  it('shows what is reported', () => {
    expect(reportedIn(sampleOf(page, 'bad'))).toContain(name);
  });

  it('shows what is not', () => {
    expect(reportedIn(sampleOf(page, 'good'))).not.toContain(name);
  });
});
