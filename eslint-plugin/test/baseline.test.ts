import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Baseline, createProject, defaultConfig } from '@lockwise/engine';
import { createNodeHost } from '@lockwise/engine/node';
import { describe, expect, it } from 'vitest';
import { folderWith, lint } from './linting.js';

const leak = (name: string): string => `import { Mutex } from 'async-mutex';
const lock = new Mutex();
export async function ${name}(load) {
  const release = await lock.acquire();
  await load();
  release();
}
`;

/** The file that `lockwise baseline update` writes for the text. */
function baselineOf(text: string): string {
  const project = createProject({ host: createNodeHost({ root: folderWith({}) }), config: defaultConfig });
  project.set('store.js', text);
  return Baseline.of(project.check().findings).toString();
}

describe('the file of known findings', () => {
  it.each([
    ['in the root', 'lockwise-baseline.txt'],
    ['above it, in the same repository', '../../lockwise-baseline.txt'],
  ])('silences what it knows, and nothing else: %s', (_title, path) => {
    const top = folderWith({ '.git/HEAD': '', 'packages/a/store.js': leak('add') });
    const cwd = join(top, 'packages/a');
    const found = (name: string): number => lint(leak(name), { cwd, filename: join(cwd, 'store.js') }).length;
    expect(found('add')).toBeGreaterThan(0);
    writeFileSync(join(cwd, path), baselineOf(leak('add')));
    expect(found('add')).toBe(0);
    expect(found('put')).toBeGreaterThan(0);
  });

  it('counts nothing where the settings say so, and must be there when it is named', () => {
    const cwd = folderWith({ 'lockwise-baseline.txt': baselineOf(leak('add')) });
    const lintWith = (baseline: unknown) =>
      lint(leak('add'), { cwd, filename: join(cwd, 'store.js'), settings: { lockwise: { baseline } } as never });
    expect(lintWith(false).length).toBeGreaterThan(0);
    expect(() => lintWith('other.txt')).toThrow('settings.lockwise.baseline names other.txt, which does not exist');
    expect(() => lintWith(1)).toThrow(
      'settings.lockwise.baseline must be the path of a file of known findings, or false',
    );
  });
});
