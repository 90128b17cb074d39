// The monorepo examples with their own task runners: what changed runs again, with what depends on it; the rest comes from the cache.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const minutes = 12;

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
/** No telemetry, no daemon that outlives the test, no cloud. */
const quiet = {
  TURBO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
  TURBO_DAEMON: 'false',
  NX_DAEMON: 'false',
  NX_NO_CLOUD: 'true',
  NX_TUI: 'false',
  NX_SKIP_PROVENANCE_CHECK: 'true',
  CI: 'true',
  NO_COLOR: '1',
};

function run(command, args, cwd) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    env: { ...process.env, FORCE_COLOR: '0', ...quiet },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  assert.equal(status, 0, `${command} ${args.join(' ')} failed:\n${stdout}\n${stderr}`);
  return stdout + stderr;
}

const runners = {
  turbo: {
    once: (cwd) => run('npx', ['--no-install', 'turbo', 'run', 'lockwise', '--no-daemon', '--ui=stream'], cwd),
    ran: (output, name) => new RegExp(`@example/${name}:lockwise: cache (miss|bypass)`).test(output),
    cached: (output, name) => new RegExp(`@example/${name}:lockwise: cache hit`).test(output),
  },
  nx: {
    once: (cwd) => run('npx', ['--no-install', 'nx', 'run-many', '-t', 'lockwise', '--output-style=static'], cwd),
    ran: (output, name) => new RegExp(`nx run @example/${name}:lockwise\\s*$`, 'm').test(output),
    cached: (output, name) =>
      new RegExp(`nx run @example/${name}:lockwise +\\[(local cache|existing outputs match the cache)`).test(output),
  },
};

function prepare(kind, tarball, folder) {
  cpSync(join(root, `examples/monorepo-${kind}`), folder, {
    recursive: true,
    filter: (source) => !/node_modules|\.turbo|\.nx/.test(source.slice(root.length)),
  });
  const manifest = join(folder, 'package.json');
  // The example names the published CLI; the test puts this build in its place.
  const text = readFileSync(manifest, 'utf8');
  writeFileSync(manifest, text.replace(/"lockwise": "\d[^"]*"/, `"lockwise": ${JSON.stringify(`file:${tarball}`)}`));
  run('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], folder);
  for (const args of [
    ['init', '-q'],
    ['add', '-A'],
    ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', 'commit', '-qm', 'start'],
  ])
    run('git', args, folder);
}

function hold(kind, folder) {
  const { once, ran, cached } = runners[kind];
  const expect = (output, state, ...names) => {
    for (const name of names)
      assert.ok(
        state(output, name),
        `${kind}: ${name} should have ${state === ran ? 'run' : 'come from the cache'}:\n${output}`,
      );
  };
  const report = join(folder, 'packages/service/lockwise-report.json');
  const facts = join(folder, 'packages/store/lockwise-facts.json');
  expect(once(folder), ran, 'store', 'service');
  assert.deepEqual(JSON.parse(readFileSync(report, 'utf8')).findings, []);
  const found = readFileSync(facts);
  rmSync(report);
  rmSync(facts);
  expect(once(folder), cached, 'store', 'service');
  assert.ok(existsSync(report), `${kind}: the report comes back from the cache`);
  assert.deepEqual(readFileSync(facts), found, `${kind}: so do the facts that dependants link`);
  appendFileSync(join(folder, 'packages/service/src/index.ts'), '\n// changed\n');
  const downstream = once(folder);
  expect(downstream, ran, 'service');
  expect(downstream, cached, 'store');
  appendFileSync(join(folder, 'packages/store/src/index.ts'), '\n// changed\n');
  expect(once(folder), ran, 'store', 'service');
}

export default async function suite() {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'lockwise-monorepos-')));
  try {
    const [packed] = JSON.parse(
      run('npm', ['pack', '--json', '--ignore-scripts', '--silent', '--pack-destination', base], join(root, 'cli')),
    );
    const chosen = process.argv.slice(2).filter((name) => name in runners);
    for (const kind of chosen.length > 0 ? chosen : Object.keys(runners)) {
      prepare(kind, join(base, packed.filename), join(base, kind));
      hold(kind, join(base, kind));
      console.log(
        `ok    ${kind}: runs per package, from the cache where nothing changed; a change upstream runs its dependants`,
      );
    }
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await suite();
