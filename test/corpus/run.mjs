// `npm run corpus -- --repos DIR`: which known bugs of public code are reported where they were, and no longer where they were fixed.
// DIR has clones of the repositories, as `owner/name` or `name`. The list has facts alone: repositories, commits, paths, lines and what was wrong.
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CorpusFindings } from './findings.mjs';
import { protocolCategories, verdictOf } from './fits.mjs';

const usage = `Usage: npm run corpus -- --repos DIR [--id TEXT] [--cache DIR]

  --repos DIR   the folder with the clones
  --id TEXT     only the rows whose id has this text; repeatable
  --cache DIR   where the trees of the commits are kept (default: ~/.cache/lockwise/corpus)`;

async function main() {
  const { values } = parseArgs({
    options: {
      repos: { type: 'string' },
      id: { type: 'string', multiple: true },
      cache: { type: 'string' },
    },
  });
  const from = process.env.INIT_CWD ?? '.';
  const repos = values.repos === undefined ? undefined : resolve(from, values.repos);
  if (repos === undefined || !existsSync(repos)) {
    console.error(`corpus: name the folder with the clones\n${usage}`);
    process.exitCode = 2;
    return;
  }
  const cache = resolve(
    from,
    values.cache ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'lockwise/corpus'),
  );
  const findings = new CorpusFindings(repos, cache);
  const only = (row) => values.id === undefined || values.id.some((text) => row.id.includes(text));
  const bugs = await judgeBugs(findings, rowsOf('known-bugs.jsonl').filter(only));
  printShares(bugs);
  await printClean(findings, rowsOf('clean.jsonl').filter(only));
}

function rowsOf(name) {
  const lines = readFileSync(new URL(name, import.meta.url), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => JSON.parse(line));
}

async function judgeBugs(findings, bugs) {
  const rows = [];
  for (const bug of bugs) {
    const before = await findings.of(bug, bug.parent_sha, 'strict');
    const after = await findings.of(bug, bug.fix_sha, 'strict');
    const trouble = [before, after].find((result) => typeof result === 'string');
    const verdict = trouble === undefined ? verdictOf(bug, before, after) : undefined;
    rows.push({ bug, trouble, verdict });
    console.log(
      [bug.id.padEnd(32), bug.category.padEnd(36), bug.static_scope.padEnd(16), trouble ?? told(verdict)].join(' '),
    );
  }
  return rows;
}

function told({ found, rules, quiet, again }) {
  const before = found ? `found by ${rules.join(', ')}` : 'MISSED';
  return quiet ? before : `${before}; STILL REPORTED after the fix (${again.join(', ')})`;
}

/** Two tables: the categories that the protocol rules serve, and all of them. */
function printShares(rows) {
  const judged = rows.filter(({ verdict }) => verdict);
  for (const [title, served] of [
    ['protocol categories', (bug) => protocolCategories.includes(bug.category)],
    ['all categories', () => true],
  ]) {
    console.log(`\n${title}: reported where it was, and no more where it was fixed`);
    for (const scope of ['single-function', 'single-class', 'cross-file', 'semantic']) {
      const all = judged.filter(({ bug }) => bug.static_scope === scope && served(bug));
      if (all.length === 0) continue;
      const good = all.filter(({ verdict }) => verdict.found && verdict.quiet).length;
      console.log(
        `  ${scope.padEnd(16)} ${`${good} of ${all.length}`.padEnd(9)} ${Math.round((100 * good) / all.length)} %`,
      );
    }
  }
  const unjudged = rows.length - judged.length;
  if (unjudged > 0) console.log(`\n${unjudged} of ${rows.length} could not be judged: see above`);
}

async function printClean(findings, rows) {
  console.log('\nfiles that are right as they are: findings of the recommended preset, to be read by a person');
  for (const row of rows) {
    const found = await findings.of(row, row.sha, 'recommended');
    console.log(`${row.id.padEnd(32)} ${typeof found === 'string' ? found : found.length}`);
    if (typeof found === 'string') continue;
    for (const { rule, severity, start, message } of found)
      console.log(`    ${row.path}:${start.line} ${rule} (${severity}) ${message}`);
  }
}

await main();
