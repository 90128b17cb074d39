// A tree of TypeScript with the shape of VS Code's source: 4,500 files, 55 MB, a long tail of large files, imports between files of a
// module and of the layers below, 6 % of files with a word of a lock. The same seed gives the same bytes on every machine.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Random } from './random.mjs';
import { sourceOf, TYPINGS } from './source.mjs';

/** The shape: sizes are logarithmically normal, as they are in real repositories. */
export const SHAPE = { files: 4500, bytes: 55_000_000, deviation: 1.25, largest: 700_000 };

/** What there is of each kind. A `helper` is what files without a word of a lock take their locks through. */
const KINDS = [
  ['locks', 0.02],
  ['mentions', 0.035],
  ['helper', 0.005],
  ['helped', 0.01],
  ['asynchronous', 0.3],
  ['plain', 0.63],
];

const LAYERS = ['base', 'platform', 'editor', 'workbench'];

/** Writes the tree below a folder. `share` makes a smaller one of the same shape. Gives what it wrote. */
export function writeTree(folder, { seed = 20_260_101, share = 1 } = {}) {
  const random = new Random(seed);
  const plans = planned(random, Math.round(SHAPE.files * share), SHAPE.bytes * share);
  let bytes = 0;
  for (const plan of plans) {
    const text = sourceOf(plan, importsOf(plan, plans, random), random);
    bytes += text.length;
    write(join(folder, plan.path), text);
  }
  write(join(folder, 'src/typings/async-mutex.d.ts'), TYPINGS);
  write(join(folder, 'package.json'), `${JSON.stringify({ name: 'generated-tree', private: true, type: 'module' })}\n`);
  write(join(folder, 'tsconfig.json'), `${JSON.stringify(tsconfig, undefined, 2)}\n`);
  return { files: plans.length, bytes };
}

const tsconfig = {
  compilerOptions: { target: 'ES2022', module: 'NodeNext', strict: true, noEmit: true, types: [], skipLibCheck: true },
  include: ['src'],
};

function planned(random, count, bytes) {
  const sizes = Array.from({ length: count }, () => Math.exp(SHAPE.deviation * random.normal()));
  const scale = bytes / sizes.reduce((sum, size) => sum + size, 0);
  return sizes.map((size, index) => {
    const layer = Math.min(LAYERS.length - 1, Math.floor((index / count) * LAYERS.length));
    const module = `module${Math.floor(index / 12)}`;
    const name = `part${index}`;
    return {
      index,
      name,
      path: `src/${LAYERS[layer]}/${module}/${index % 3 === 0 ? 'common' : 'node'}/${name}.ts`,
      bytes: Math.max(400, Math.min(SHAPE.largest, Math.round(size * scale))),
      kind: kindOf(random),
    };
  });
}

function kindOf(random) {
  let at = random.next();
  for (const [kind, share] of KINDS) {
    if (at < share) return kind;
    at -= share;
  }
  return 'plain';
}

/** Files of the same module, and of those written before it: no cycle but a few, as in real code. */
function importsOf(plan, plans, random) {
  const wanted = Math.min(25, 2 + Math.floor(Math.sqrt(plan.bytes) / 8));
  const chosen = new Set();
  for (let nth = 0; nth < wanted; nth++) {
    const near = random.chance(0.4);
    const index = near ? plan.index - 6 + random.below(12) : random.below(Math.max(1, plan.index));
    if (plans[index] && index !== plan.index) chosen.add(index);
  }
  const helper = plans.findLast(({ kind, index }) => kind === 'helper' && index < plan.index);
  if (plan.kind === 'helped' && helper) chosen.add(helper.index);
  return [...chosen].sort((one, other) => one - other).map((index) => plans[index]);
}

function write(file, text) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
