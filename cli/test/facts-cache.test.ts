import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createProject, defaultConfig } from '@lockwise/engine';
import { createNodeHost } from '@lockwise/engine/node';
import { FactsCache } from '../src/analyse/facts-cache.js';
import { disk } from '../src/system/disk.js';
import { Workbench } from './workbench.js';

const TEXT =
  "import { Mutex } from 'async-mutex';\nconst mutex = new Mutex();\nexport async function f(): Promise<void> {\n  const release = await mutex.acquire();\n  await fetch('x');\n  release();\n}\n";

function findings(bench: Workbench, build: string): { found: string; parses: number } {
  const host = createNodeHost({ root: bench.root });
  let parses = 0;
  const counting = { ...host, parse: (path: string, text: string) => (parses++, host.parse(path, text)) };
  const facts = new FactsCache(disk, join(bench.home, 'cache'), build);
  const project = createProject({
    host: counting,
    config: { ...defaultConfig, rules: { 'require-release': 'off' } },
    facts,
  });
  project.set('a.ts', TEXT);
  const found = JSON.stringify(project.check());
  facts.save();
  return { found, parses };
}

test('a second run gives the same without parsing; another build, or broken facts, are found out again', () => {
  const bench = new Workbench({ 'a.ts': TEXT });
  const first = findings(bench, 'one');
  expect(first.parses).toBeGreaterThan(0);
  const second = findings(bench, 'one');
  expect(second.found).toBe(first.found);
  expect(second.parses).toBeLessThan(first.parses);
  expect(findings(bench, 'two')).toEqual(first);
  const facts = join(bench.home, 'cache/facts');
  expect(readdirSync(facts)).toEqual(['two']);
  const file = join(facts, 'two');
  const whole = readFileSync(file);
  for (const broken of [whole.subarray(0, whole.length / 2), Buffer.from('\n\n x\n'), Buffer.alloc(0)]) {
    writeFileSync(file, broken);
    expect(findings(bench, 'two')).toEqual(first);
  }
});
