import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const wanted = /(?:\.(?:[cm]?[jt]s|[jt]sx)|(?:^|\/)(?:package|tsconfig[^/]*|pnpm-workspace|lerna)\.(?:json|yaml))$/;
const unwanted = /(?:^|\/)(?:node_modules|dist|website|docs|fixtures|__snapshots__)\//;

/** The clone of `owner/name` below a folder, under any of the names that people give to clones. */
export function cloneOf(repos, repository) {
  const [owner, name] = repository.split('/');
  const candidates = [`${owner}/${name}`, `${owner}+${name}`, `${owner}-${name}`, name];
  const paths = candidates.flatMap((folder) => [
    join(repos, folder),
    join(repos, folder, 'repo'),
    join(repos, `${folder}.git`),
  ]);
  return paths.find((path) => existsSync(path) && git(path, ['rev-parse', '--git-dir']) !== undefined);
}

/** Writes the sources of a commit, with the manifests that module resolution reads. Files that the clone lacks are left out. */
export function writeTree(clone, commit, folder) {
  const listing = git(clone, ['ls-tree', '-r', '-z', commit]);
  if (listing === undefined) return false;
  const files = listing
    .split('\0')
    .map((line) => /^100(?:644|755) blob (\w+)\t([^]*)$/.exec(line))
    .filter((match) => match && wanted.test(match[2]) && !unwanted.test(match[2]));
  const input = `${files.map((match) => match[1]).join('\n')}\n`;
  const { stdout } = spawnSync('git', ['-C', clone, 'cat-file', '--batch'], { input, maxBuffer: 2 ** 30 });
  let at = 0;
  for (const [, , path] of files) {
    const end = stdout.indexOf(10, at);
    const [, type, size] = stdout.toString('latin1', at, end).split(' ');
    at = end + 1;
    if (type === 'missing') continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), stdout.subarray(at, at + Number(size)));
    at += Number(size) + 1;
  }
  return true;
}

function git(clone, args) {
  try {
    return execFileSync('git', ['-C', clone, ...args], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return undefined;
  }
}
