// Prepares a real VS Code: unpacked from a pinned npm package and cut to its run-time modules. No install script of anyone runs, nothing is compiled.
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { builds, eslintServer, unusedExtensions } from './builds.mjs';

const here = dirname(fileURLToPath(import.meta.url));
/** Raised when the preparation itself changes, so that an older cache is not taken for a new one. */
const LAYOUT = 1;
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'lockwise-vscode');

/** The folder of the prepared build and the Node binary that runs it. Prepared once per version; later calls find it in the cache. */
export function prepare(name) {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(
      `the VS Code tests run on Linux x64 only (here: ${process.platform} ${process.arch}); run them in a Debian 12 container`,
    );
  const build = builds[name];
  const node = build.node === undefined ? process.execPath : join(prepareNode(build.node), 'bin/node');
  const root = once(`${build.name}-${build.version}-${LAYOUT}`, `VS Code ${build.vscode}`, (folder) =>
    unpackVscode(build, folder),
  );
  return { vscode: join(root, 'lib/vscode'), node, version: build.vscode };
}

function prepareNode(pkg) {
  return once(`${pkg.name}-${pkg.version}`, `Node ${pkg.version} to run it`, (folder) =>
    unpack(pkg, folder, ['package/bin/node', 'package/LICENSE']),
  );
}

/** The module of the ESLint extension's own language server. */
export function prepareEslintServer() {
  const { name, version } = eslintServer;
  const root = once(`${name}-${version}`, "the ESLint extension's server", (folder) => {
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: { [name]: version } }));
    npm(['install', '--omit=dev', '--ignore-scripts'], folder);
  });
  return join(root, 'node_modules', name, 'lib/eslint-language-server/eslintServer.js');
}

/** Runs a step into a temporary folder and renames it, so that an interrupted or concurrent run never leaves half a build behind. */
function once(key, what, step) {
  const done = join(cache, key);
  if (existsSync(done)) return done;
  mkdirSync(cache, { recursive: true });
  const began = Date.now();
  console.log(`vscode: preparing ${what} in ${cache}`);
  const folder = mkdtempSync(join(cache, `${key}.part-`));
  try {
    step(folder);
    renameSync(folder, done);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    if (!existsSync(done)) throw error;
  }
  console.log(`vscode: ${what} ready after ${((Date.now() - began) / 1000).toFixed(0)} s`);
  return done;
}

function npm(args, cwd) {
  return execFileSync('npm', [...args, '--loglevel=error', '--no-audit', '--no-fund'], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, npm_config_update_notifier: 'false' },
  });
}

function unpack(pkg, folder, members, exclude = []) {
  const answer = JSON.parse(
    npm(['pack', `${pkg.name}@${pkg.version}`, '--json', '--pack-destination', folder], folder),
  );
  const packed = Array.isArray(answer) ? answer[0] : Object.values(answer)[0];
  if (packed.integrity !== pkg.integrity)
    throw new Error(`${pkg.name}@${pkg.version} has integrity ${packed.integrity}, not the pinned ${pkg.integrity}`);
  const archive = join(folder, packed.filename);
  execFileSync(
    'tar',
    ['xzf', archive, '--strip-components=1', ...exclude.map((path) => `--exclude=${path}`), ...members],
    {
      cwd: folder,
    },
  );
  rmSync(archive);
}

function unpackVscode(build, folder) {
  const unused = unusedExtensions.map((name) => `package/lib/vscode/extensions/${name}`);
  unpack(build, folder, ['package/lib/vscode'], unused);
  const vscode = join(folder, 'lib/vscode');
  const lock = cutManifest(build, vscode);
  npm(['install', '--omit=dev', '--ignore-scripts'], vscode);
  placeLogger(vscode, lock);
  placeRipgrep(vscode);
  npm(['install', '--omit=dev', '--ignore-scripts'], join(vscode, 'extensions')); // TypeScript, for the built-in extension
}

/** Leaves only the modules that are imported at run time, at the versions of the build's own lock. */
function cutManifest(build, vscode) {
  const lock = JSON.parse(readFileSync(join(vscode, 'npm-shrinkwrap.json'), 'utf8'));
  const manifest = JSON.parse(readFileSync(join(vscode, 'package.json'), 'utf8'));
  manifest.dependencies = Object.fromEntries(
    build.modules.map((module) => [module, lock.packages[`node_modules/${module}`].version]),
  );
  delete manifest.overrides;
  lock.packages[''].dependencies = manifest.dependencies;
  renameSync(join(vscode, 'npm-shrinkwrap.json'), join(vscode, 'npm-shrinkwrap.whole.json'));
  writeFileSync(join(vscode, 'package.json'), JSON.stringify(manifest, null, 2));
  writeFileSync(join(vscode, 'package-lock.json'), JSON.stringify(lock, null, 2)); // npm prunes what is no longer reached
  return lock;
}

/** Output channels go through a native logger, which is replaced by a few lines of JavaScript. */
function placeLogger(vscode, lock) {
  const folder = join(vscode, 'node_modules/@vscode/spdlog');
  mkdirSync(folder, { recursive: true });
  cpSync(join(here, 'logger.cjs'), join(folder, 'index.js'));
  const { version } = lock.packages['node_modules/@vscode/spdlog'];
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: '@vscode/spdlog', version, main: 'index.js' }));
}

/** Older builds fetch ripgrep by an install script; theirs is the binary that the current build has as a plain package. */
function placeRipgrep(vscode) {
  const folder = join(vscode, 'node_modules/@vscode/ripgrep');
  if (!existsSync(folder)) return;
  const modules = join(prepare('current').vscode, 'node_modules/@vscode/ripgrep-universal');
  const found = readdirSync(modules, { recursive: true }).find((path) => /linux-x64\/rg$/.test(path));
  if (found === undefined) throw new Error(`no ripgrep for linux-x64 below ${modules}`);
  mkdirSync(join(folder, 'bin'), { recursive: true });
  copyFileSync(join(modules, found), join(folder, 'bin/rg'));
}
