// `npm run bench:engine [-- ROUNDS] [-- --whole]`: the check of a whole tree beside ripgrep and ESLint over the same files, interleaved.
// Writes docs/benchmarks/engine.md and its chart. `--whole` runs ESLint over the whole generated tree too, which takes many minutes.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { ready, root } from '../../../.ci/ready.mjs';
import { install, layOut } from '../../real-packages/suite.mjs';
import { chart } from './chart.mjs';
import { page } from './page.mjs';
import { starts, toolsFor } from './tools.mjs';
import { writeTree } from './tree/tree.mjs';
import { usageOf } from './usage.mjs';

const target = join(root, 'docs/benchmarks');
const options = process.argv.slice(2);
const rounds = Number(options.find((option) => /^\d+$/.test(option)) ?? 3);
const whole = options.includes('--whole');

/** ESLint takes minutes where the others take seconds: it has its own, fewer rounds. */
const eslintRounds = Math.max(1, Math.floor(rounds / 3));

function corpora(folder) {
  const trees = [
    ['a tenth of the generated tree', 'tenth', { share: 0.1 }, true],
    ['the generated tree', 'whole', {}, whole],
  ].map(([title, name, shape, withEslint]) => {
    const tree = join(folder, name);
    return { title, tree, size: writeTree(tree, shape), tools: toolsFor(tree, { withEslint }) };
  });
  install();
  const tree = join(folder, 'real');
  layOut(tree);
  writeFileSync(join(tree, 'tsconfig.json'), JSON.stringify(tsconfigOfReal));
  const real = { title: 'the source of 15 published packages', tree, tools: toolsFor(tree, { withEslint: true }) };
  return [real, ...trees];
}

const tsconfigOfReal = {
  compilerOptions: {
    target: 'ES2023',
    module: 'ESNext',
    moduleResolution: 'Bundler',
    noEmit: true,
    skipLibCheck: true,
    types: [],
  },
  include: ['**/*.ts', '**/*.mts', '**/*.tsx'],
};

async function measure(name, tool, cwd, into) {
  tool.prepare?.();
  const usage = await usageOf({ ...tool, cwd });
  (into[name] ??= []).push(usage);
}

async function main() {
  ready();
  const folder = mkdtempSync(join(tmpdir(), 'lockwise-bench-'));
  try {
    const all = corpora(folder);
    const started = {};
    // A file that was written just now is not taken as known from its time alone.
    await setTimeout(2500);
    for (let round = 0; round < rounds; round++) {
      for (const [name, tool] of Object.entries(starts)) await measure(name, tool, folder, started);
      for (const corpus of all) {
        corpus.usages ??= {};
        for (const [name, tool] of Object.entries(corpus.tools)) {
          if (name.startsWith('ESLint') && round >= eslintRounds) continue;
          await measure(name, tool, corpus.tree, corpus.usages);
          const { wall, cpu, megabytes } = corpus.usages[name].at(-1);
          console.log(
            `round ${round + 1}, ${corpus.title}: ${name}: ${Math.round(wall)} ms, ${Math.round(cpu)} ms of CPU, ${Math.round(megabytes ?? 0)} MB`,
          );
        }
      }
    }
    mkdirSync(target, { recursive: true });
    writeFileSync(join(target, 'engine.md'), page({ corpora: all, started, rounds }));
    writeFileSync(join(target, 'engine.svg'), chart(all));
    console.log(`bench: wrote ${existsSync(join(target, 'engine.md')) ? 'docs/benchmarks/engine.md' : 'nothing'}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
