// `npm run corpus -- --repos DIR`: which known bugs of public code are reported where they were, and no longer where they were fixed.
// DIR has clones of the repositories, as `owner/name` or `name`. The list has facts alone: repositories, commits, paths, lines and what was wrong.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { protocolCategories, verdictOf } from './fits.mjs';
import { cloneOf, writeTree } from './trees.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const cli = join(here, '../../cli/bin/lockwise.js');

export function rowsOf(name) {
  const lines = readFileSync(join(here, name), 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line));
}

/** The findings of one file at a commit, all the sources of that commit around it. */
function findingsAt(repos, { repo, path }, commit, preset) {
  const clone = cloneOf(repos, repo);
  if (!clone) return `no clone of ${repo}`;
  const tree = mkdtempSync(join(tmpdir(), 'lockwise-corpus-'));
  try {
    if (!writeTree(clone, commit, tree)) return `${repo} lacks ${commit.slice(0, 10)}`;
    if (!existsSync(join(tree, path))) return `${repo} has no ${path} at ${commit.slice(0, 10)}`;
    const report = join(tree, '.lockwise-report.json');
    const args = [cli, 'check', '--preset', preset, '--reporter', `json=${report}`, path];
    const { stderr } = spawnSync(process.execPath, args, { cwd: tree, encoding: 'utf8' });
    if (!existsSync(report)) return `lockwise check wrote no report: ${stderr.split('\n')[0]}`;
    return JSON.parse(readFileSync(report, 'utf8')).findings.filter((finding) => finding.path === path);
  } finally {
    rmSync(tree, { recursive: true, force: true });
  }
}

function runBugs(repos, only) {
  const rows = [];
  for (const bug of rowsOf('known-bugs.jsonl').filter(only)) {
    const before = findingsAt(repos, bug, bug.parent_sha, 'strict');
    const after = findingsAt(repos, bug, bug.fix_sha, 'strict');
    const trouble = [before, after].find((result) => typeof result === 'string');
    const verdict = trouble === undefined ? verdictOf(bug, before, after) : undefined;
    rows.push({ bug, trouble, verdict });
    const told = trouble ?? `${verdict.found ? `found by ${verdict.rules.join(', ')}` : 'MISSED'}${again(verdict)}`;
    console.log(`${bug.id.padEnd(34)} ${bug.category.padEnd(36)} ${bug.static_scope.padEnd(16)} ${told}`);
  }
  return rows;
}

function again(verdict) {
  return verdict.quiet === false ? `; STILL REPORTED after the fix (${verdict.again.join(', ')})` : '';
}

function runClean(repos, only) {
  for (const row of rowsOf('clean.jsonl').filter(only)) {
    const findings = findingsAt(repos, row, row.sha, 'recommended');
    const told =
      typeof findings === 'string'
        ? findings
        : `${findings.length} findings of the recommended preset, to be read by a person`;
    console.log(`${row.id.padEnd(34)} ${told}`);
    if (typeof findings === 'string') continue;
    for (const { rule, severity, start, message } of findings)
      console.log(`    ${row.path}:${start.line} ${rule} (${severity}) ${message}`);
  }
}

function summary(rows) {
  const line = (title, chosen) => {
    const known = chosen.filter(({ verdict }) => verdict);
    const good = known.filter(({ verdict }) => verdict.found && verdict.quiet !== false).length;
    const share = known.length > 0 ? ` (${Math.round((100 * good) / known.length)} %)` : '';
    console.log(`${title.padEnd(58)} ${good} of ${known.length}${share}`);
  };
  console.log('\nreported where it was, and not where it was fixed:');
  for (const scope of ['single-function', 'single-class', 'cross-file']) {
    const inScope = rows.filter(({ bug }) => bug.static_scope === scope);
    line(
      `protocol, ${scope}`,
      inScope.filter(({ bug }) => protocolCategories.includes(bug.category)),
    );
    line(`all categories, ${scope}`, inScope);
  }
}

function main() {
  const { values } = parseArgs({ options: { repos: { type: 'string' }, id: { type: 'string' } } });
  if (values.repos === undefined || !existsSync(values.repos)) {
    console.error('corpus: name the folder with the clones: npm run corpus -- --repos DIR');
    process.exitCode = 2;
    return;
  }
  const repos = resolve(process.env.INIT_CWD ?? '.', values.repos);
  const only = (row) => values.id === undefined || row.id.includes(values.id);
  summary(runBugs(repos, only));
  console.log('\nfiles that are right as they are:');
  runClean(repos, only);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
