import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
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
  return paths.find((path) => existsSync(path) && isRepository(path));
}

function isRepository(path) {
  try {
    // A folder that is no repository of its own may still lie inside of another one.
    execFileSync('git', ['--git-dir', existsSync(join(path, '.git')) ? join(path, '.git') : path, 'rev-parse'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
}

/**
 * The sources of a commit with the manifests that module resolution reads, written once and kept below `cache`. Undefined when
 * the clone has no such commit; files that it lacks are left out.
 */
export async function treeAt(cache, clone, repository, commit) {
  const folder = join(cache, `${repository.replace('/', '+')}@${commit.slice(0, 12)}`);
  if (existsSync(folder)) return folder;
  const listing = await git(clone, ['ls-tree', '-r', '-z', commit]);
  if (listing === undefined) return undefined;
  const files = listing
    .toString('utf8')
    .split('\0')
    .map((line) => /^100(?:644|755) blob (\w+)\t([^]*)$/.exec(line))
    .filter((match) => match && wanted.test(match[2]) && !unwanted.test(match[2]))
    .map(([, hash, path]) => ({ hash, path }));
  const contents = await git(clone, ['cat-file', '--batch'], `${files.map(({ hash }) => hash).join('\n')}\n`);
  if (contents === undefined) return undefined;
  mkdirSync(cache, { recursive: true });
  // A tree that is not whole never has the name of one that is.
  const part = mkdtempSync(join(cache, 'part-'));
  try {
    writeBlobs(part, files, contents);
    renameSync(part, folder);
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
  return folder;
}

/** Writes what `git cat-file --batch` gave: a line `hash type size`, then that many bytes and a line feed. */
function writeBlobs(folder, files, contents) {
  let at = 0;
  for (const { path } of files) {
    const end = contents.indexOf(10, at);
    const [, type, size] = contents.toString('latin1', at, end).split(' ');
    at = end + 1;
    if (type === 'missing') continue;
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), contents.subarray(at, at + Number(size)));
    at += Number(size) + 1;
  }
}

/** What git says, or undefined when it fails. */
function git(clone, args, input) {
  return new Promise((done) => {
    const child = spawn('git', ['-C', clone, ...args], { stdio: ['pipe', 'pipe', 'ignore'] });
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.on('error', () => done(undefined));
    child.on('close', (code) => done(code === 0 ? Buffer.concat(chunks) : undefined));
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}
