import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** What users install, by folder. */
const published = { plugin: 'eslint-plugin', runtime: 'runtime', cli: 'cli' };

/** Packs every published package, after a look at what is in it; gives the path of each pack. */
export function packAll(folder) {
  const packs = {};
  for (const [name, part] of Object.entries(published)) {
    const output = execFileSync('npm', ['pack', '--json', '--pack-destination', folder, '--workspace', part], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [packed] = Object.values(JSON.parse(output));
    checkContent(
      part,
      packed.files.map((file) => file.path),
    );
    checkManifest(JSON.parse(readFileSync(join(root, part, 'package.json'), 'utf8')));
    packs[name] = join(folder, packed.filename);
  }
  return packs;
}

function checkContent(part, files) {
  for (const wanted of ['package.json', 'README.md', 'LICENSE'])
    assert.ok(files.includes(wanted), `the pack of ${part} has no ${wanted}`);
  const stray = files.filter((file) => /(^|\/)(test|src|node_modules)\/|\.tsbuildinfo$/.test(file));
  assert.deepEqual(stray, [], `the pack of ${part} has files that nobody needs`);
}

/** What a user of any TypeScript must never meet: a `typescript` peer, or a package of ours that is not published. */
function checkManifest({ name, dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} }) {
  for (const [dependency, range] of Object.entries({ ...dependencies, ...peerDependencies })) {
    assert.notEqual(dependency, '@lockwise/engine', `${name} needs the unpublished engine`);
    if (dependency !== 'typescript') continue;
    assert.ok(peerDependenciesMeta[dependency]?.optional, `${name} forces a TypeScript on its users`);
    assert.match(range, /^(\*|>=\s*\d[\d.]*)$/, `${name} bounds TypeScript from above`);
  }
  for (const [dependency, range] of Object.entries(dependencies))
    if (!dependency.startsWith('@lockwise/'))
      assert.match(range, /^\d+\.\d+\.\d+$/, `${name} does not pin ${dependency}`);
}
