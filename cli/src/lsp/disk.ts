import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { glob } from 'tinyglobby';
import { createProject, defaultConfig } from '@lockwise/engine';
import { createNodeHost } from '@lockwise/engine/node';
import type { Surroundings } from './surroundings.js';

/** The server's surroundings on a real disk. */
export function diskSurroundings(): Surroundings {
  return {
    createProject,
    createHost: (root) => createNodeHost({ root }),
    discover,
    loadConfig: (_root, settings) => ({
      config: { ...defaultConfig, preset: settings.preset },
      problems: [],
      sources: ['lockwise.config.jsonc'],
    }),
  };
}

const patterns = '**/*.{js,cjs,mjs,jsx,ts,cts,mts,tsx}';

async function discover(root: string): Promise<readonly string[]> {
  try {
    // A repository's own configuration may name a program as file-system monitor; nothing of an untrusted folder is executed.
    const args = [
      '-c',
      'core.fsmonitor=false',
      'ls-files',
      '-z',
      '--cached',
      '--others',
      '--exclude-standard',
      '--',
      '.',
    ];
    const { stdout } = await promisify(execFile)('git', args, { cwd: root, maxBuffer: 256 * 1024 * 1024 });
    return stdout.split('\0').filter((path) => path !== '' && !path.split('/').includes('node_modules'));
  } catch {
    return glob(patterns, { cwd: root, ignore: ['**/node_modules/**', '**/.git/**'] });
  }
}
