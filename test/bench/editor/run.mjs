// `npm run bench:editor`: how soon findings come, over stdio, from the server as the extension ships it. Fails when a budget is missed.
import { existsSync, rmSync } from 'node:fs';
import { bundledServer, connect } from './client.mjs';
import { lockingFile, makeWorkspace, pathOf } from './workspace.mjs';

const budgets = { keystroke: 50, firstFindings: 300, memory: 250 };
const files = 2000;
const keystrokes = 60;
const openings = 7;

if (!existsSync(bundledServer)) {
  console.error('bench: the server is not bundled; run npm run bundle --workspace extension first');
  process.exit(2);
}
const root = makeWorkspace(files);
try {
  await measure();
} finally {
  rmSync(root, { recursive: true, force: true });
}

async function measure() {
  const cold = [];
  for (let round = 0; round < 3; round++) {
    const fresh = await connect(root);
    cold.push(await firstFindings(fresh, round * 20));
    await fresh.close();
  }
  const server = await connect(root);
  await server.logs(/analysed in/);
  const opened = [];
  for (let round = 0; round < openings; round++) opened.push(await firstFindings(server, round * 20));
  const typed = await typing(server);
  const memory = server.memory() / 1024 / 1024;
  await server.close();
  report('diagnostics of the last text, 1,000 lines, one edit', median(typed), 'ms median', budgets.keystroke);
  report('the same, 95th percentile', quantile(typed, 0.95), 'ms');
  report(`first findings of an opened file, ${files} files`, median(opened), 'ms median', budgets.firstFindings);
  report('the same, in the first moment of a server that has read nothing yet', median(cold), 'ms median');
  report('memory of the server there', memory, 'MB', budgets.memory);
}

/** A file is opened, and its findings are waited for. */
async function firstFindings(server, index) {
  const began = performance.now();
  await server.open(pathOf(index));
  const found = await server.diagnostics(pathOf(index));
  const taken = performance.now() - began;
  if (found.length === 0) throw new Error('the bench measured a file without findings');
  return taken;
}

async function typing(server) {
  const path = 'src/part0/typed.ts';
  const text = lockingFile(0, 90);
  if (text.split('\n').length < 1000) throw new Error('the typed file is too short');
  await server.open(path, text);
  await server.diagnostics(path);
  const line = text.split('\n').findIndex((one) => one.includes('const parts'));
  const position = { line, character: 6 };
  const taken = [];
  for (let stroke = 0; stroke < keystrokes; stroke++) {
    const began = performance.now();
    await server.change(path, [{ range: { start: position, end: position }, text: 'x' }]);
    const found = await server.diagnostics(path);
    taken.push(performance.now() - began);
    if (found.length === 0) throw new Error('the findings are gone');
  }
  return taken;
}

function median(values) {
  return quantile(values, 0.5);
}

function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

function report(what, value, unit, budget) {
  const missed = budget !== undefined && value > budget;
  const limit = budget === undefined ? '' : ` (at most ${budget}${missed ? ', MISSED' : ''})`;
  console.log(`${what}: ${value.toFixed(1)} ${unit}${limit}`);
  if (missed) process.exitCode = 1;
}
