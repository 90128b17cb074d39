import { describe, expect, it } from 'vitest';
import { createProject, defaultConfig, type Analysis } from '@lockwise/engine';
import { createNodeHost } from '@lockwise/engine/node';
import { inputs } from '../../../test/hostile/inputs.mjs';

const sound = `import { Mutex } from 'async-mutex'; const mutex = new Mutex();
export async function f() { const release = await mutex.acquire(); await fetch('/'); release(); }`;

/** Through the parser of the command, with files that are not on the disk. */
function checked(files: Readonly<Record<string, string>>, paths: readonly string[]): Analysis {
  const host = createNodeHost({ root: '/' });
  const project = createProject({
    host: {
      ...host,
      read: (path) => files[path],
      resolve: (specifier) => [`${specifier.slice(2)}.ts`].find((path) => path in files),
    },
    config: { ...defaultConfig, preset: 'strict' },
  });
  for (const path of paths) project.set(path, files[path]!);
  project.locks();
  return project.check();
}

describe('hostile input', () => {
  it.each(inputs)('$name: read, or one line of what could not be', { timeout: 600_000 }, ({ files, ...input }) => {
    const paths = input.main === undefined ? Object.keys(files) : [input.main];
    const all = { ...files, 'sound.ts': sound };
    const { findings, problems } = checked(all, [...paths, 'sound.ts']);
    expect(problems.length).toBeLessThanOrEqual(input.mayBeRefused ? 1 : 0);
    for (const { message } of problems) expect(message).toMatch(/nested too deeply|does not parse/);
    expect(findings.map(({ path }) => path)).toContain('sound.ts');
    if (input.mayBeRefused && problems.length === 0) expect(findings.map(({ path }) => path)).toContain(paths[0]);
    expect(checked(all, ['sound.ts', ...paths.toReversed()])).toEqual({ findings, problems });
  });
});
