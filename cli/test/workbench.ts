import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { run } from '../src/main.js';
import type { MakeProject } from '../src/analyse/project.js';
import type { Files, Ports, Processes } from '../src/ports.js';
import { disk } from '../src/system/disk.js';
import { processes } from '../src/system/processes.js';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly make?: MakeProject;
  readonly files?: Partial<Files>;
  readonly processes?: Partial<Processes>;
  readonly answers?: readonly string[];
  readonly interrupted?: () => boolean;
  readonly env?: Record<string, string>;
  readonly today?: () => number;
  readonly columns?: number;
  readonly colours?: boolean;
}

/** A folder of a test's own, with the CLI run in it as a user would. */
export class Workbench {
  readonly root: string;
  /** The user's folder, with the user's cache. */
  readonly home: string;

  constructor(files: Record<string, string | Buffer> = {}, { git = true } = {}) {
    this.root = realpathSync(mkdtempSync(join(tmpdir(), 'lockwise-cli-')));
    this.home = mkdtempSync(join(tmpdir(), 'lockwise-home-'));
    onTestFinished(() => {
      for (const folder of [this.root, this.home]) rmSync(folder, { recursive: true, force: true });
    });
    for (const [path, text] of Object.entries(files)) this.write(path, text);
    if (git) this.commit();
  }

  write(path: string, text: string | Buffer): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  read(path: string): string {
    return this.bytes(path).toString('utf8');
  }

  bytes(path: string): Buffer {
    return readFileSync(join(this.root, path));
  }

  git(...args: string[]): string {
    const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', '-c', 'protocol.file.allow=always'];
    return execFileSync('git', [...identity, ...args], {
      cwd: this.root,
      encoding: 'utf8',
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  }

  commit(): void {
    this.git('init', '-q', '.');
    this.git('add', '-A');
    this.git('commit', '-q', '--allow-empty', '-m', 'state');
  }

  async run(
    argv: readonly string[],
    { cwd = '.', make, files, processes: others, answers, interrupted, env, today, columns, colours }: RunOptions = {},
  ): Promise<Ran> {
    let out = '';
    let err = '';
    const left = [...(answers ?? [])];
    const ports: Ports = {
      cwd: join(this.root, cwd),
      env: { HOME: this.home, ...env },
      files: { ...disk, ...files },
      processes: { ...processes, ...others },
      terminal: {
        out: (text) => void (out += text),
        err: (text) => void (err += text),
        colours: colours ?? false,
        columns: columns ?? 100,
        interactive: answers !== undefined,
        progress: false,
        ask: async () => left.shift(),
      },
      now: () => 0,
      today: today ?? Date.now,
      interrupted: interrupted ?? (() => false),
    };
    const code = await run(argv, ports, make);
    return { code, out, err };
  }
}
