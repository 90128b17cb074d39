// What only a real terminal shows: questions, keys, colours, the progress bar, an interruption.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, existsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { fileURLToPath, pathToFileURL } from 'node:url';
import pty from '@lydell/node-pty';

export const minutes = 4;

const bin = join(dirname(fileURLToPath(import.meta.url)), '../../cli/bin/lockwise.js');
const [CTRL_C, CTRL_D, ENTER] = ['\x03', '\x04', '\r'];
const STORE = `import { Mutex } from 'async-mutex';
const mutex = new Mutex();
export async function load(url) {
  const release = await mutex.acquire();
  await fetch(url);
  release();
}
`;
const FIX = ['fix', '-i', '--write', '--unsafe', '--allow-no-vcs', '--rule', 'require-release'];
const QUESTION = '[y,n,a,A,s,d,q,?] ';

const folders = [];
function folder(files) {
  const place = realpathSync(mkdtempSync(join(tmpdir(), 'lockwise-terminal-')));
  folders.push(place);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(place, path)), { recursive: true });
    writeFileSync(join(place, path), text);
  }
  return place;
}

/** Runs the CLI on a terminal, and types the next keys each time that its output shows the words once more. */
function run(cwd, args, { words = QUESTION, keys = [], env = {} } = {}) {
  const child = pty.spawn(process.execPath, [bin, ...args], {
    cwd,
    cols: 100,
    rows: 40,
    env: { ...process.env, TERM: 'xterm-256color', CI: '', HOME: cwd, XDG_CACHE_HOME: join(cwd, '.cache'), ...env },
  });
  let output = '';
  let seen = 0;
  child.onData((data) => {
    output += data;
    for (const left = output.split(words).length - 1; seen < left && seen < keys.length; seen++)
      child.write(keys[seen]);
  });
  return new Promise((done, fail) => {
    const patience = setTimeout(() => {
      child.kill('SIGKILL');
      fail(new Error(`it did not end; so far:\n${output}`));
    }, 60_000);
    child.onExit(({ exitCode }) => {
      clearTimeout(patience);
      done({ code: exitCode, raw: output, out: stripVTControlCharacters(output).replaceAll('\r\n', '\n') });
    });
  });
}

const three = { 'a.js': STORE, 'b.js': STORE, 'c.js': STORE };
const changed = (place) => Object.keys(three).filter((name) => readFileSync(join(place, name), 'utf8') !== STORE);
const many = Object.fromEntries(
  Array.from({ length: 3000 }, (_, index) => [`f${index}.js`, STORE.replace('load', `load${index}`)]),
);

const rows = {
  'each fix is shown with its reason and in colours, and done as it is answered': async () => {
    const place = folder(three);
    const { code, out, raw } = await run(place, FIX, { keys: [`y${ENTER}`, `n${ENTER}`, `y${ENTER}`] });
    assert.match(
      out,
      /a\.js:4:25 {2}require-release\n.*\n {2}Release in `finally` \(unsafe\): a task that used to hang/,
    );
    assert.ok(raw.includes('\x1b[31m-  release();') && raw.includes('\x1b[32m+    release();'), raw);
    assert.deepEqual(changed(place), ['a.js', 'c.js']);
    assert.equal(code, 1);
  },
  'd tells more and asks again, A does the rest of the rule': async () => {
    const place = folder(three);
    const { code, out } = await run(place, FIX, { keys: [`d${ENTER}`, `A${ENTER}`] });
    assert.match(
      out,
      /a\.js:5:9 {2}a throw here leaves the lock held\n.*\n {2}lockwise explain require-release tells more/,
    );
    assert.deepEqual(changed(place), ['a.js', 'b.js', 'c.js']);
    assert.equal(code, 0);
  },
  'Ctrl-D asks no more, and keeps what was said': async () => {
    const place = folder(three);
    const { code } = await run(place, FIX, { keys: [`y${ENTER}`, CTRL_D] });
    assert.deepEqual(changed(place), ['a.js']);
    assert.equal(code, 1);
  },
  'Ctrl-C at a question ends in 130 with nothing written': async () => {
    const place = folder(three);
    const { code } = await run(place, FIX, { keys: [`y${ENTER}`, CTRL_C] });
    assert.deepEqual(changed(place), []);
    assert.equal(code, 130);
  },
  'the progress bar comes when the run exceeds a second, and goes': async () => {
    const { code, out, raw } = await run(folder(many), ['check', '--no-cache', '--reporter', 'json=out.json']);
    assert.match(out, /(reading|checking) [█░]+ \d+\/3000/);
    assert.ok(
      raw.trimEnd().endsWith('\x1b[?7h') || raw.includes('\x1b[2K') || raw.includes('\x1b[0K'),
      'the line of the bar is cleared',
    );
    assert.equal(code, 1);
  },
  'no bar in a short run, nor in CI': async () => {
    assert.doesNotMatch((await run(folder(three), ['check'])).out, /█|░/);
    assert.doesNotMatch(
      (await run(folder(many), ['check', '--reporter', 'json=out.json'], { env: { CI: 'true' } })).out,
      /█|░/,
    );
  },
  'Ctrl-C while files are checked ends in 130': async () => {
    const place = folder(many);
    const { code } = await run(place, ['check', '--no-cache', '--reporter', 'json=out.json'], {
      words: 'checking',
      keys: [CTRL_C],
    });
    assert.equal(code, 130);
    assert.ok(!existsSync(join(place, 'out.json')), 'a report of a part would look like one of the whole');
  },
  'colours, and none where NO_COLOR is set': async () => {
    const place = folder(three);
    assert.ok((await run(place, ['check'])).raw.includes('\x1b[31merror\x1b[39m'));
    assert.ok(!(await run(place, ['check'], { env: { NO_COLOR: '1' } })).raw.includes('\x1b[3'));
  },
  'init shows what it would write, and writes it when it is told to': async () => {
    const place = folder({ 'package.json': '{ "type": "module" }\n' });
    const asked = { words: 'Write it? [y,n] ' };
    const no = await run(place, ['init'], { ...asked, keys: [`n${ENTER}`] });
    assert.match(no.out, /New file: eslint\.config\.js\n[^]*New file: \.vscode\/extensions\.json\n[^]*Write it\?/);
    assert.ok(!existsSync(join(place, 'eslint.config.js')));
    await run(place, ['init'], { ...asked, keys: [`y${ENTER}`] });
    assert.match(readFileSync(join(place, 'eslint.config.js'), 'utf8'), /lockwise\.configs\.recommended/);
    assert.deepEqual(JSON.parse(readFileSync(join(place, '.vscode/extensions.json'), 'utf8')), {
      recommendations: ['lockwise.lockwise-vscode'],
    });
    assert.match((await run(place, ['init'])).out, /There is nothing to write/);
  },
};

export default async function suite() {
  let failed = 0;
  for (const [name, row] of Object.entries(rows)) {
    try {
      await row();
      console.log(`ok    ${name}`);
    } catch (error) {
      failed++;
      console.error(`FAIL  ${name}\n${error.stack}`);
    }
  }
  for (const place of folders) rmSync(place, { recursive: true, force: true });
  if (failed > 0) throw new Error(`${failed} rows failed`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await suite();
