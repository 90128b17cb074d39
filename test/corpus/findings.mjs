import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cloneOf, treeAt } from './trees.mjs';

const cli = fileURLToPath(new URL('../../cli/bin/lockwise.js', import.meta.url));

/** Findings of public code at commits: of each package that is asked about once, however many rows ask. */
export class CorpusFindings {
  #repos;
  #cache;
  #runs = new Map();

  constructor(repos, cache) {
    this.#repos = repos;
    this.#cache = cache;
  }

  /** The findings of one file, the package that it belongs to being checked as a whole; a sentence when that cannot be. */
  async of({ repo, path }, commit, preset) {
    const clone = cloneOf(this.#repos, repo);
    if (!clone) return `no clone of ${repo}`;
    const tree = await treeAt(this.#cache, clone, repo, commit);
    if (!tree) return `${repo} lacks ${commit.slice(0, 10)}`;
    if (!existsSync(join(tree, path))) return `${repo} has no ${path} at ${commit.slice(0, 10)}`;
    const folder = packageFolder(tree, path);
    const key = `${tree} ${folder} ${preset}`;
    if (!this.#runs.has(key)) this.#runs.set(key, check(tree, folder, preset));
    const findings = await this.#runs.get(key);
    return typeof findings === 'string' ? findings : findings.filter((finding) => finding.path === path);
  }
}

/** The folder of the nearest manifest above a file, relative to the tree. */
function packageFolder(tree, path) {
  let folder = dirname(join(tree, path));
  while (folder !== tree && !existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return relative(tree, folder) || '.';
}

async function check(tree, folder, preset) {
  const scratch = mkdtempSync(join(tmpdir(), 'lockwise-corpus-'));
  try {
    const report = join(scratch, 'report.json');
    const args = [cli, 'check', '--preset', preset, '--no-baseline', '--reporter', `json=${report}`, folder];
    const { code, stderr } = await run(args, tree);
    if (existsSync(report)) return JSON.parse(readFileSync(report, 'utf8')).findings;
    return `lockwise check ended with ${code}: ${stderr.trim().split('\n')[0]}`;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function run(args, cwd) {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (chunk) => (stderr += chunk));
    child.on('error', fail);
    child.on('close', (code) => done({ code, stderr }));
  });
}
