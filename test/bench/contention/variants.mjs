// Compiles the nodes of the example, with source maps, so that a profile names the lines of the TypeScript.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

export const root = fileURLToPath(new URL('../../..', import.meta.url));
const example = join(root, 'examples/cluster-node');

/** The nodes that there are: which locks they use, before or after, and the module to run. */
export function compiledVariants() {
  const variants = ['runtime', 'async-mutex'].flatMap((locks) =>
    ['before', 'after']
      .filter((side) => existsSync(join(example, locks, side, 'node.ts')))
      .map((side) => ({ locks, side, module: join(example, 'dist', locks, side, 'node.js') })),
  );
  const folders = ['shared', ...variants.map(({ locks, side }) => join(locks, side))];
  buildSync({
    entryPoints: folders.flatMap((folder) =>
      readdirSync(join(example, folder))
        .filter((name) => name.endsWith('.ts'))
        .map((name) => join(example, folder, name)),
    ),
    outbase: example,
    outdir: join(example, 'dist'),
    format: 'esm',
    target: 'node20',
    sourcemap: true,
  });
  return variants;
}
