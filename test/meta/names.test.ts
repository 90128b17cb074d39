import { rules } from '@lockwise/engine';
import { describe, expect, it } from 'vitest';
import plugin from '../../eslint-plugin/src/index.js';
import { filesBelow } from './sources.js';

const nameOf = (path: string) => /([a-z-]+)(?:\.test)?\.\w+$/.exec(path)![1]!;
const isRuleName = (name: string) => /^(no|require|prefer|acquire)-/.test(name);

const names = rules.map(({ name }) => name).sort();
const checks = filesBelow('engine/src/checks', /\.ts$/).filter((path) => isRuleName(nameOf(path)));
const tests = filesBelow('engine/test/checks', /\.test\.ts$/).filter((path) => isRuleName(nameOf(path)));
const pages = filesBelow('docs/rules', /\.md$/).filter((path) => isRuleName(nameOf(path)));

describe('a rule has one name in four places', () => {
  it('the key in the plugin', () => {
    expect(Object.keys(plugin.rules).sort()).toEqual(names);
  });

  it('the file of its check, in the folder of its category', () => {
    expect(checks).toEqual(rules.map(({ name, category }) => `engine/src/checks/${category}/${name}.ts`).sort());
  });

  it('the file of its test', () => {
    expect([...new Set(tests.map(nameOf))].sort()).toEqual(names);
  });

  it('the page in the documentation', () => {
    expect(pages.map(nameOf)).toEqual(names);
  });

  it('and a summary of one sentence', () => {
    for (const { name, summary } of rules) expect(summary, name).toMatch(/^[A-Z`].{15,200}[^.\s]\.?$/);
  });
});
