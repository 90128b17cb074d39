import type { RuleProofs } from '../proof.js';

const load = (fails: string) => `import { readFile } from 'node:fs/promises';

const log: string[] = [];

async function load(paths: readonly string[]): Promise<string[]> {
  return await Promise.all(
    paths.map(async (path) => {
      log.push(path);
      ${fails}
      return await readFile(path, 'utf8');
    }),
  );
}`;

const NINE = "['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']";

export default {
  rule: 'prefer-concurrent-map',
  proofs: [
    {
      title: 'a short list, and no item fails: the results keep their order',
      source: load(''),
      tasks: { a: "return await load(['a', 'b', 'c']);" },
      observe: 'log',
      fix: { tier: 'unsafe', assumes: 'the bound of 8 is a guess' },
      outcomes: 'same',
    },
    {
      title: 'a list that is longer than the bound, and its last item fails the first',
      violates: 'no item fails',
      source: load("if (path === 'a') throw new Error('no');\n      if (path !== 'i') return path;"),
      tasks: {
        a: `const loading = load(${NINE}).catch(() => 'failed');\n    await loading;\n    return log.length;`,
      },
      fix: { tier: 'unsafe', assumes: 'after an error no further item is started' },
      outcomes: { adds: 'a 8' },
    },
  ],
} satisfies RuleProofs;
