// The runtime in every engine that it is for: Node 20 or whichever runs this, Node 24, Deno, Bun, and a page and a web
// worker of Chromium. What is published is bundled as a user would bundle it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { installedEngines } from '../engines/engines.mjs';
import { inChromium } from './chromium.mjs';

export const minutes = 8;

const here = fileURLToPath(new URL('.', import.meta.url));

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
  const engines = installedEngines();
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
    for (const [name, binary] of Object.entries(engines)) {
      if (binary === undefined) {
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
