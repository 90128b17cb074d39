// `npm run package`: bundles, and packs dist/lockwise.vsix. A warning of the packager fails, because a user would meet what it warns of.
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const limit = 3 * 1024 * 1024;

await bundle();
for (const name of readdirSync(join(here, 'dist')).filter((one) => /\.c?js$/.test(one)))
  if (readFileSync(join(here, 'dist', name), 'utf8').includes('sourceMappingURL='))
    throw new Error(`dist/${name} names a source map, which the package does not have`);
const manifest = createRequire(import.meta.url).resolve('@vscode/vsce/package.json');
const args = ['package', '--no-dependencies', '--out', 'dist/lockwise.vsix', '--githubBranch', 'main'];
const { status, stdout, stderr } = spawnSync(process.execPath, [join(dirname(manifest), 'vsce'), ...args], {
  cwd: here,
  encoding: 'utf8',
});
process.stdout.write(stdout);
process.stderr.write(stderr);
const { size } = status === 0 ? statSync(join(here, 'dist/lockwise.vsix')) : { size: 0 };
const warned = /\bWARN/.test(stdout + stderr);
if (status !== 0 || warned) fail(warned ? 'the packager warned; see above' : `the packager ended with ${status}`);
else if (size > limit) fail(`dist/lockwise.vsix has ${size} bytes, more than ${limit}; look with: npx vsce ls --tree`);
else console.log(`extension/dist/lockwise.vsix: ${(size / 1024 / 1024).toFixed(2)} MiB`);

function fail(why) {
  console.error(`package: ${why}`);
  process.exitCode = 1;
}
