// Makes a checkout ready to run: installs and builds what is out of date, and nothing else.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stamps = join(root, 'node_modules/.cache/lockwise-dev');
const packages = ['runtime', 'engine', 'eslint-plugin', 'cli', 'extension'];

export function run(command, args, options = {}) {
  execFileSync(command, args, { cwd: root, stdio: 'inherit', ...options });
}

/** A stamp names the state that a step was last done for; the step runs again when that state differs. */
export function once(name, state, step) {
  const file = join(stamps, name);
  if (existsSync(file) && readFileSync(file, 'utf8') === state) return false;
  step();
  mkdirSync(stamps, { recursive: true });
  writeFileSync(file, state);
  return true;
}

export function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.name !== 'node_modules' && entry.name !== 'dist')
    .flatMap((entry) => (entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)]))
    .sort();
}

export function digest(files) {
  const hash = createHash('sha256');
  for (const file of files)
    if (statSync(file).isFile())
      hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

/** The progress of installing and building goes to stderr, so that stdout has the output of the job alone. */
const quiet = { stdio: ['ignore', process.stderr.fd, process.stderr.fd] };

export function install() {
  const manifests = [
    join(root, 'package-lock.json'),
    ...['.', ...packages, 'test'].map((p) => join(root, p, 'package.json')),
  ];
  once('install', `${process.version} ${digest(manifests)}`, () => {
    console.error('lockwise: installing the pinned dependencies (npm ci)');
    run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], quiet);
  });
}

export function build({ force = false } = {}) {
  const sources = packages.flatMap((name) => [
    ...filesBelow(join(root, name, 'src')),
    ...['package.json', 'tsconfig.json', 'build.mjs'].map((file) => join(root, name, file)).filter(existsSync),
  ]);
  const state = digest([...sources, join(root, 'package-lock.json'), join(root, '.ci/tsconfig.base.json')]);
  const missing = packages.some((name) => !existsSync(join(root, name, 'dist')));
  once('build', force || missing ? `${state} ${Date.now()}` : state, () => {
    console.error('lockwise: building');
    run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b'], quiet);
    for (const name of packages)
      if (existsSync(join(root, name, 'build.mjs')))
        run(process.execPath, ['build.mjs'], { ...quiet, cwd: join(root, name) });
  });
  if (force || missing) once('build', state, () => {});
}

export function ready(options) {
  install();
  build(options);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  ready({ force: process.argv.includes('--force-build') });
