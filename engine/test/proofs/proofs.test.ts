import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { rules } from '@lockwise/engine';
import { filesBelow, root } from '../../../test/meta/sources.js';
import { judge, type Judgement } from './judge.js';
import type { RuleProofs } from './proof.js';
import { fixesPage } from './table.js';

const names = filesBelow('engine/test/proofs/cases', /\.ts$/).map((path) => path.replace(/^.*\/|\.ts$/g, ''));
const proven = await Promise.all(
  names.map(async (name) => ((await import(`./cases/${name}.ts`)) as { readonly default: RuleProofs }).default),
);
const judged = new Map<string, Judgement[]>();

describe.each(proven)('$rule', ({ rule, proofs }) => {
  judged.set(rule, []);

  it('is a rule that its file is named after', () => {
    expect(rules.map(({ name }) => name)).toContain(rule);
    expect(names).toContain(rule);
  });

  for (const proof of proofs)
    it(proof.violates === undefined ? proof.title : `${proof.violates}; broken: ${proof.title}`, async () => {
      const judgement = await judge(rule, proof);
      judged.get(rule)!.push(judgement);
      if (judgement.change !== undefined) expect(judgement.change).toMatchSnapshot();
    });
});

it('every rule that offers a fix has proofs', () => {
  const fixing = filesBelow('engine/src/checks', /\.ts$/)
    .filter((path) => /from '[./]+\/fixes\/(?!outcome)/.test(readFileSync(join(root, path), 'utf8')))
    .map((path) => path.replace(/^.*\/|\.ts$/g, ''));
  expect(fixing.filter((name) => !names.includes(name))).toEqual([]);
});

it('the page that tells them is up to date: `npm run proofs`', async () => {
  await expect(fixesPage(judged)).toMatchFileSnapshot('../../../docs/fixes.md');
});

afterAll(() => {
  const runs = [...judged.values()].flat().flatMap(({ comparison }) => comparison.schedules);
  console.log(`${runs.reduce((sum, count) => sum + count, 0)} schedules explored`);
});
