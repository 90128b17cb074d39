import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../cli/bin/lockwise.js', import.meta.url));

/** What `lockwise graph` writes for a project of one file, `main.ts`. */
export function graphOf(source: string, format: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'lockwise-graph-'));
  try {
    writeFileSync(join(folder, 'main.ts'), source);
    return graphIn(folder, format);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What `lockwise graph` writes for a folder. */
export function graphIn(folder: string, format: string): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, 'graph', '--no-cache', '--format', format], {
    cwd: folder,
    encoding: 'utf8',
  });
  if (status === 2 || stderr !== '') throw new Error(`lockwise graph ended with ${status}: ${stderr}`);
  return stdout;
}
