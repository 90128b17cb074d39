import { expect, test } from 'vitest';
import { inputs } from '../../test/hostile/inputs.mjs';
import { Workbench } from './workbench.js';

const sound = `import { Mutex } from 'async-mutex'; const mutex = new Mutex();
export async function f() { const release = await mutex.acquire(); await fetch('/'); release(); }
`;

interface Report {
  readonly findings: readonly { readonly path: string; readonly rule: string }[];
  readonly errors: readonly { readonly path: string; readonly message: string }[];
}

test(
  'a repository of nothing but hostile input is checked to its end, and what could not be read is told',
  { timeout: 600_000 },
  async () => {
    const at = (index: number, path: string) => `input-${index}/${path}`;
    const files = inputs.flatMap((input, index) =>
      Object.entries({ ...input.files, 'sound.ts': sound }).map(([path, text]) => [at(index, path), text] as const),
    );
    const bench = new Workbench(Object.fromEntries(files));
    const { code, out } = await bench.run(['check', '.', '--preset', 'strict', '--reporter', 'json']);
    const { findings, errors } = JSON.parse(out) as Report;
    expect(code).toBe(2);
    for (const { message } of errors) expect(message).toMatch(/nested too deeply|does not parse|NUL/);
    const leaks = new Set(findings.filter(({ rule }) => rule === 'require-release').map(({ path }) => path));
    inputs.forEach((input, index) => {
      const own = errors.filter(({ path }) => path.startsWith(at(index, '')));
      const broken = input.name.startsWith('unreadable') ? 1 : 0;
      expect(own.length, input.name).toBeLessThanOrEqual(input.mayBeRefused ? 1 : broken);
      expect(own.map(({ path }) => path)).not.toContain(at(index, input.main ?? ''));
      expect(leaks, input.name).toContain(at(index, 'sound.ts'));
      if (input.main !== undefined) expect(leaks, input.name).toContain(at(index, input.main));
    });
  },
);
