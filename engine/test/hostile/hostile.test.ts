import { describe, expect, it } from 'vitest';
import { createProject, defaultConfig, type Analysis } from '@lockwise/engine';
import { createNodeHost } from '@lockwise/engine/node';
import { broad, circles, modern, tooDeep } from './sources.js';

/** Through the parser of the command, with files that are not on the disk. */
function checked(files: Readonly<Record<string, string>>): Analysis {
  const host = createNodeHost({ root: '/' });
  const project = createProject({
    host: {
      ...host,
      read: (path) => files[path],
      resolve: (specifier) => [`${specifier.slice(2)}.ts`].find((path) => path in files),
    },
    config: { ...defaultConfig, preset: 'strict' },
  });
  for (const [path, text] of Object.entries(files)) project.set(path, text);
  project.locks();
  return project.check();
}

describe('too deep for any stack', () => {
  it.each(Object.entries(tooDeep))('%s: read, or one problem of that file', (_name, text) => {
    const { findings, problems } = checked({ 'deep.tsx': text, 'sound.ts': broad['a wrapper that wraps itself']! });
    expect(problems.filter(({ path }) => path !== 'deep.tsx')).toEqual([]);
    expect(problems.length).toBeLessThanOrEqual(1);
    for (const { message } of problems) expect(message).toMatch(/nested too deeply|does not parse/);
    if (problems.length === 0) expect(findings.map(({ path }) => path)).toContain('deep.tsx');
  });
});

describe('much of it', () => {
  it.each(Object.entries(broad))('%s: read to its end', { timeout: 600_000 }, (_name, text) => {
    expect(checked({ 'broad.ts': text }).problems).toEqual([]);
  });
});

describe('syntax', () => {
  it.each(Object.entries(modern))('%s: read', (_name, [path, text]) => {
    expect(checked({ [path]: text }).problems).toEqual([]);
  });
});

describe('circles of files', () => {
  it('end, and tell the same in any order', () => {
    const one = checked(circles);
    const other = checked(Object.fromEntries(Object.entries(circles).reverse()));
    expect(one.problems).toEqual([]);
    expect(other).toEqual(one);
  });
});
