// `npm run bench:editor`: how soon findings come, over stdio, from the server as the extension ships it. Fails when a budget is missed.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundledServer, connect } from './client.mjs';
import { centralPath, lockingFile, makeWorkspace, pathOf } from './workspace.mjs';

const budgets = { keystroke: 50, firstFindings: 300, memory: 250 };
const files = 2000;
/** A minute of typing. The engine is compiled by what it does: the first strokes after a start are told apart. */
const keystrokes = 300;
const firstKeystrokes = 60;
const openings = 7;

if (!existsSync(bundledServer)) {
  console.error('bench: the server is not bundled; run npm run bundle --workspace extension first');
  process.exit(2);
}
const root = makeWorkspace(files);
const cache = mkdtempSync(join(tmpdir(), 'lockwise-bench-cache-'));
try {
  await measure();
} finally {
  for (const folder of [root, cache]) rmSync(folder, { recursive: true, force: true });
}

async function measure() {
  const [first] = await starts(1);
  const again = await starts(openings);
  const server = await connect(root, { env: { XDG_CACHE_HOME: cache } });
  await server.logs(/analysed in/);
  const opened = [];
  for (let round = 0; round < openings; round++)
    opened.push(await timed(server, () => firstFindings(server, round * 20)));
  const typed = await typing(server);
  const central = await typingInCentre(server);
  const memory = server.memory() / 1024 / 1024;
  await server.close();
  report('diagnostics of the last text, 1,000 lines, one edit', typed, budgets.keystroke);
  report(`the same, the first ${firstKeystrokes} edits after the start`, typed.slice(0, firstKeystrokes));
  report(`of a file after an edit in one that ${files / 20} files lead to`, central);
  report(`first findings of an opened file, ${files} files, analysed before`, opened, budgets.firstFindings);
  report('the same right after the start of the server, warm cache', again, budgets.firstFindings);
  report('the same, nothing cached', [first]);
  const missed = memory > budgets.memory;
  console.log(
    `memory of the server there: ${memory.toFixed(0)} MB (at most ${budgets.memory}${missed ? ', MISSED' : ''})`,
  );
  if (missed) process.exitCode = 1;
}

/** A new server on the workspace, and a file that is opened at once; the server then ends its scan, which fills the cache. */
async function starts(rounds) {
  const taken = [];
  for (let round = 0; round < rounds; round++) {
    const fresh = await connect(root, { env: { XDG_CACHE_HOME: cache } });
    taken.push(await timed(fresh, () => firstFindings(fresh, round * 20)));
    await fresh.logs(/analysed in/);
    await fresh.close();
  }
  return taken;
}

/** How long something takes by the clock, and how long the server computes for it. */
async function timed(server, work) {
  const [began, computed] = [performance.now(), server.processorTime()];
  await work();
  return { wall: performance.now() - began, processor: server.processorTime() - computed };
}

/** A file is opened, and its findings are waited for. */
async function firstFindings(server, index) {
  await server.open(pathOf(index));
  const found = await server.diagnostics(pathOf(index));
  if (found.length === 0) throw new Error('the bench measured a file without findings');
}

async function typing(server) {
  const path = 'src/part0/typed.ts';
  const text = lockingFile(0, 90);
  if (text.split('\n').length < 1000) throw new Error('the typed file is too short');
  await server.open(path, text);
  await server.diagnostics(path);
  const line = text.split('\n').findIndex((one) => one.includes('const parts'));
  return keystrokesAt(server, path, { line, character: 6 }, keystrokes);
}

/** What every locking file calls within its sections is typed into, and one of those files is asked for. */
async function typingInCentre(server) {
  await server.open(centralPath);
  await server.diagnostics(pathOf(0));
  return keystrokesAt(server, centralPath, { line: 0, character: 0 }, firstKeystrokes, pathOf(0));
}

async function keystrokesAt(server, path, position, strokes, asked = path) {
  const taken = [];
  for (let stroke = 0; stroke < strokes; stroke++)
    taken.push(
      await timed(server, async () => {
        await server.change(path, [{ range: { start: position, end: position }, text: stroke === 0 ? '//' : 'x' }]);
        const found = await server.diagnostics(asked);
        if (found.length === 0) throw new Error('the findings are gone');
      }),
    );
  return taken;
}

function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

function report(what, taken, budget) {
  const wall = taken.map((one) => one.wall);
  const median = quantile(wall, 0.5);
  const processor = taken.reduce((sum, one) => sum + one.processor, 0) / taken.length;
  const missed = budget !== undefined && median > budget;
  const limit = budget === undefined ? '' : ` (at most ${budget}${missed ? ', MISSED' : ''})`;
  console.log(
    `${what}: ${median.toFixed(1)} ms median${limit}, 95 % within ${quantile(wall, 0.95).toFixed(1)} ms, ${processor.toFixed(1)} ms of processor time`,
  );
  if (missed) process.exitCode = 1;
}
