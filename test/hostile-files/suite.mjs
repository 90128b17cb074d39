// What only a real process can show: another user, a full disk, a kill between two renames, a hundred thousand files.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const minutes = 10;

const bin = join(dirname(fileURLToPath(import.meta.url)), '../../cli/bin/lockwise.js');
const NOBODY = 65534;
const asRoot = process.getuid?.() === 0;

const STORE = `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
export async function load(url) {
  const release = await mutex.acquire();
  await fetch(url);
  release();
}
`;
const FIX = ['fix', '--write', '--unsafe', '--allow-no-vcs', '--verify', 'syntax', '--rule', 'require-release'];

const folders = [];
function folder(files = {}) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'lockwise-hostile-')));
  folders.push(root);
  mkdirSync(join(root, 'home'));
  mkdirSync(join(root, 'work'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, 'work', name), text);
  return { home: join(root, 'home'), work: join(root, 'work') };
}

function environment(home) {
  return { ...process.env, HOME: home, XDG_CACHE_HOME: '', NO_COLOR: '1' };
}

function lockwise({ home, work }, args, options = {}) {
  const ran = spawnSync(process.execPath, [bin, ...args], {
    cwd: work,
    env: environment(home),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    ...options,
  });
  return { code: ran.status, out: ran.stdout, err: ran.stderr };
}

/** Options of a process that file permissions hold for. */
function unprivileged({ home, work }) {
  if (!asRoot) return {};
  chmodSync(dirname(home), 0o755);
  for (const place of [home, work, ...readdirSync(work).map((name) => join(work, name))])
    chownSync(place, NOBODY, NOBODY);
  return { uid: NOBODY, gid: NOBODY };
}

/** Starts a write of many files, and sends the signal once the first of them has changed. */
async function signalled(signal, count) {
  const names = Array.from({ length: count }, (_, index) => `f${String(index).padStart(4, '0')}.js`);
  const place = folder(Object.fromEntries(names.map((name) => [name, STORE])));
  const child = spawn(process.execPath, [bin, ...FIX], {
    cwd: place.work,
    env: environment(place.home),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let err = '';
  child.stderr.on('data', (chunk) => (err += chunk));
  const ended = new Promise((done) => child.once('close', (code, by) => done({ code, by })));
  const isNew = (name) => readFileSync(join(place.work, name), 'utf8') !== STORE;
  let over = false;
  void ended.then(() => (over = true));
  while (!over && !isNew(names[0])) await new Promise((resolve) => setTimeout(resolve, 2));
  child.kill(signal);
  return { ...place, ...(await ended), err, changed: names.filter(isNew).length, names };
}

/** As `signalled`, with more files until the signal comes in the middle. */
async function signalledInTheMiddle(signal) {
  for (let count = 100; count <= 1600; count *= 2) {
    const run = await signalled(signal, count);
    if (run.changed > 0 && run.changed < count) return run;
  }
  throw new Error(`no run was still writing when ${signal} came`);
}

const rows = {
  'unreadable file, as an unprivileged user': () => {
    const place = folder({ 'secret.js': STORE, 'store.js': STORE });
    chmodSync(join(place.work, 'secret.js'), 0o000);
    const { code, out } = lockwise(place, ['check'], unprivileged(place));
    assert.match(out, /problem secret\.js is not accessible to this user; check its permissions/);
    assert.match(out, /store\.js:4:\d+ {2}error {2}require-release/);
    assert.equal(code, 2);
  },
  'read-only file, as an unprivileged user': () => {
    const place = folder({ 'fixed.js': STORE, 'store.js': STORE });
    chmodSync(join(place.work, 'fixed.js'), 0o444);
    const { code, out } = lockwise(place, FIX, unprivileged(place));
    assert.match(out, /not written fixed\.js is not writable/);
    assert.equal(readFileSync(join(place.work, 'fixed.js'), 'utf8'), STORE);
    assert.notEqual(readFileSync(join(place.work, 'store.js'), 'utf8'), STORE);
    assert.equal(code, 2);
  },
  'a folder that nothing may be written in, as an unprivileged user': () => {
    const place = folder({ 'store.js': STORE });
    const options = unprivileged(place);
    chmodSync(place.work, 0o555);
    const { code, out } = lockwise(place, FIX, options);
    assert.match(out, /not written store\.js is not accessible to this user/);
    assert.equal(readFileSync(join(place.work, 'store.js'), 'utf8'), STORE);
    assert.equal(code, 2);
  },
  'no git': () => {
    const place = folder({ 'store.js': STORE });
    const env = { ...environment(place.home), PATH: place.home };
    const guarded = FIX.filter((word) => word !== '--allow-no-vcs');
    const refused = lockwise(place, guarded, { env });
    assert.match(refused.err, /^lockwise: nothing was written\. The files are not in a git repository.*--allow-no-vcs/);
    assert.equal(refused.code, 2);
    assert.equal(lockwise(place, FIX, { env }).code, 0);
    assert.notEqual(readFileSync(join(place.work, 'store.js'), 'utf8'), STORE);
    assert.match(
      lockwise(place, ['check', '--changed'], { env }).err,
      /^lockwise: --changed, --since and --staged need a git repository/,
    );
  },
  'killed between two renames: --resume goes on, undo restores every byte': async () => {
    const run = await signalledInTheMiddle('SIGKILL');
    assert.equal(run.by, 'SIGKILL');
    const texts = run.names.map((name) => readFileSync(join(run.work, name), 'utf8'));
    const fixed = texts.find((text) => text !== STORE);
    assert.ok(
      texts.every((text) => text === STORE || text === fixed),
      'no file is half written',
    );
    assert.equal(lockwise(run, ['fix', '--resume']).code, 0);
    for (const name of run.names) assert.equal(readFileSync(join(run.work, name), 'utf8'), fixed);
    assert.equal(lockwise(run, ['undo']).code, 0);
    for (const name of run.names) assert.equal(readFileSync(join(run.work, name), 'utf8'), STORE);
  },
  'interrupted by the user: the current file is finished, what is done is told': async () => {
    const run = await signalledInTheMiddle('SIGINT');
    assert.equal(run.code, 130);
    assert.match(
      run.err,
      new RegExp(`stopped after ${run.changed} of ${run.names.length} files; go on with lockwise fix --resume`),
    );
    assert.equal(lockwise(run, ['undo']).code, 0);
    for (const name of run.names) assert.equal(readFileSync(join(run.work, name), 'utf8'), STORE);
  },
  'disk full': () => {
    const place = folder();
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', place.work]).status === 0;
    if (!mounted) return 'not run: this user may not mount a small file system (the file port has the same row)';
    try {
      const text = `${STORE}${'// padding\n'.repeat(12_000)}`;
      writeFileSync(join(place.work, 'store.js'), text);
      writeFileSync(join(place.work, 'filler.bin'), Buffer.alloc(320 * 1024));
      const { code, err } = lockwise(place, FIX);
      assert.match(err, /the disk is full after 0 of 1 files/);
      assert.equal(code, 2);
      assert.equal(readFileSync(join(place.work, 'store.js'), 'utf8'), text);
      assert.deepEqual(readdirSync(place.work).sort(), ['filler.bin', 'store.js'], 'no temporary file is left');
      rmSync(join(place.work, 'filler.bin'));
      assert.equal(lockwise(place, ['fix', '--resume']).code, 0);
      assert.notEqual(readFileSync(join(place.work, 'store.js'), 'utf8'), text);
    } finally {
      spawnSync('umount', [place.work]);
    }
  },
  '100,000 files': () => {
    const place = folder();
    for (let group = 0; group < 100; group++) {
      mkdirSync(join(place.work, `g${group}`));
      for (let index = 0; index < 1000; index++)
        writeFileSync(join(place.work, `g${group}/f${index}.js`), 'export const x = 1;\n');
    }
    writeFileSync(join(place.work, 'g50/store.js'), STORE);
    const { code, out } = lockwise(place, ['check', '--reporter', 'json']);
    const report = JSON.parse(out);
    assert.equal(report.files, 100_001);
    assert.ok(report.findings.every(({ path }) => path === 'g50/store.js') && report.findings.length > 0);
    assert.equal(code, 1);
  },
  'output to a reader that goes away': () => {
    const place = folder({ 'store.js': STORE });
    const { status, stderr } = spawnSync('sh', ['-c', `"${process.execPath}" "${bin}" check | true`], {
      cwd: place.work,
      env: environment(place.home),
      encoding: 'utf8',
    });
    assert.equal(status, 0);
    assert.equal(stderr, '');
  },
};

export default async function suite() {
  let failed = 0;
  for (const [name, row] of Object.entries(rows)) {
    try {
      const note = await row();
      console.log(`ok    ${name}${note ? ` — ${note}` : ''}`);
    } catch (error) {
      failed++;
      console.error(`FAIL  ${name}\n${error.stack}`);
    }
  }
  for (const place of folders) rmSync(place, { recursive: true, force: true });
  if (failed > 0) throw new Error(`${failed} rows failed`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await suite();
