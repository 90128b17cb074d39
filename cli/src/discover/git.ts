import { join } from 'node:path';
import type { Processes } from '../ports.js';

/** Asks git about a folder. Nothing that the repository configures is run: no monitor, no pager, no hook. */
export class Git {
  readonly #processes: Processes;
  readonly folder: string;

  constructor(processes: Processes, folder: string) {
    this.#processes = processes;
    this.folder = folder;
  }

  async #run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    return this.#processes.run('git', ['-c', 'core.fsmonitor=false', ...args], {
      cwd: this.folder,
      env: { GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' },
    });
  }

  async #list(...args: string[]): Promise<string[]> {
    const { code, stdout, stderr } = await this.#run(...args);
    if (code !== 0) throw new GitTrouble(stderr.trim().split('\n')[0] ?? `git ${args[0]} failed`);
    return stdout.split('\0').filter(Boolean);
  }

  /** The root of the work tree that the folder is in, or undefined where there is none, or no git. */
  async top(): Promise<string | undefined> {
    const { code, stdout } = await this.#run('rev-parse', '--show-toplevel');
    return code === 0 && stdout.trim() !== '' ? stdout.replace(/\r?\n$/, '') : undefined;
  }

  /** Tracked files, and untracked ones that are not ignored, relative to the folder; submodules and nested repositories apart. */
  async files(): Promise<{ files: string[]; nested: string[] }> {
    const tracked = await this.#list('ls-files', '-z', '--stage', '--', '.');
    const others = await this.#list('ls-files', '-z', '--others', '--exclude-standard', '--', '.');
    const files = new Set<string>();
    const nested = new Set<string>();
    for (const entry of tracked)
      (entry.startsWith('160000 ') ? nested : files).add(entry.slice(entry.indexOf('\t') + 1));
    for (const entry of others) {
      if (entry.endsWith('/')) nested.add(entry.slice(0, -1));
      else files.add(entry);
    }
    return { files: [...files], nested: [...nested] };
  }

  /** Untracked files that are ignored, folders as a whole. */
  async ignored(): Promise<string[]> {
    return this.#list('ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory', '--', '.');
  }

  /** Files that differ from the last commit, untracked ones included. */
  async changed(): Promise<string[]> {
    const base = (await this.#run('rev-parse', '--verify', '--quiet', 'HEAD')).code === 0 ? 'HEAD' : undefined;
    const tracked = base
      ? await this.#list('diff', '--relative', '--name-only', '-z', '--diff-filter=d', base)
      : await this.#list('ls-files', '-z');
    return [...tracked, ...(await this.#untracked())];
  }

  /** Files that changed since this branch left the commit, untracked ones included. */
  async since(ref: string): Promise<string[]> {
    if (ref.startsWith('-')) throw new GitTrouble(`${ref} is not a commit or branch`);
    const base = await this.#run('merge-base', ref, 'HEAD');
    if (base.code !== 0) throw new GitTrouble(`${ref} is not a commit or branch that this one shares history with`);
    const tracked = await this.#list('diff', '--relative', '--name-only', '-z', '--diff-filter=d', base.stdout.trim());
    return [...tracked, ...(await this.#untracked())];
  }

  async staged(): Promise<string[]> {
    return this.#list('diff', '--relative', '--cached', '--name-only', '-z', '--diff-filter=d');
  }

  #untracked(): Promise<string[]> {
    return this.#list('ls-files', '-z', '--others', '--exclude-standard');
  }

  /** Those of the files, absolute, that git could not bring back as they are: changed, staged, or not tracked. */
  async unsaved(): Promise<Map<string, string>> {
    const prefix = (await this.#run('rev-parse', '--show-cdup')).stdout.trim();
    const top = join(this.folder, prefix);
    const found = new Map<string, string>();
    const entries = await this.#list(
      'status',
      '--porcelain=v1',
      '-z',
      '--no-renames',
      '--ignored=traditional',
      '--untracked-files=all',
    );
    for (const entry of entries) found.set(join(top, entry.slice(3)), stateOf(entry.slice(0, 2)));
    return found;
  }
}

function stateOf(code: string): string {
  if (code === '??') return 'is not tracked';
  if (code === '!!') return 'is ignored by git';
  return code[0] === ' ' ? 'has uncommitted changes' : 'has staged changes';
}

export class GitTrouble extends Error {
  override readonly name = 'GitTrouble';
}
