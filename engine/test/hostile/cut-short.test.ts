import { describe, expect, it } from 'vitest';
import { createProject, defaultConfig, type Analysis } from '@lockwise/engine';
import { createNodeHost } from '@lockwise/engine/node';
import { growing, type GrownInput } from '../../../test/hostile/growing.mjs';

function checked(text: string | GrownInput): Analysis {
  const files: Readonly<Record<string, string>> = typeof text === 'string' ? { 'a.ts': text } : text.files;
  const host = { ...createNodeHost({ root: '/' }), read: (path: string) => files[path], resolve: () => undefined };
  const project = createProject({ host, config: { ...defaultConfig, preset: 'strict' } });
  for (const [path, file] of Object.entries(files)) project.set(path, file);
  return project.check();
}

const inFull = (name: keyof typeof growing, count: number) => checked(growing[name]!(count));

describe('a function that is not followed to its end', () => {
  it('is told in one line, with the place and what to do', () => {
    const { problems } = inFull('holds leaked in one function', 200);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ path: 'a.ts' });
    expect(problems[0]!.message).toBe(
      '`all` is too much to follow to its end: what it does there was not checked; exclude the file if it is generated',
    );
  });

  it('has findings in the part that was followed', () => {
    const { findings } = inFull('holds leaked in one function', 200);
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.length).toBeLessThan(40);
  });

  it('is not said to do what only the rest of it would tell', () => {
    expect(inFull('holds of many locks leaked in one function', 200).findings).toEqual([]);
  });

  it('is none that holds as many locks as people do', () => {
    expect(inFull('holds leaked in one function', 12).problems).toEqual([]);
    expect(inFull('sections one after the other in one function', 200).problems).toEqual([]);
  });
});
