import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createProject, defaultConfig, type Finding } from '@lockwise/engine';
import { createNodeHost } from '@lockwise/engine/node';
import { diskSurroundings } from '../../src/lsp/disk.js';
import { Folder } from '../../src/lsp/folder.js';
import { defaultSettings } from '../../src/lsp/protocol.js';

const text = `import { Mutex } from 'async-mutex';

export class Session {
  private readonly mutex = new Mutex();
  private token = '';

  async load(url: string): Promise<Response> {
    return await this.mutex.runExclusive(async () => {
      const token = this.token;
      return await fetch(url, { headers: { token } });
    });
  }

  async refresh(token: string): Promise<void> {
    const release = await this.mutex.acquire();
    try {
      this.token = token;
    } finally {
      release();
    }
  }
}
`;

/** What people type, and what only a cat types. */
const pieces = [
  'x',
  ' ',
  '\n',
  '(',
  ')',
  '{',
  '}',
  '`',
  "'",
  'await ',
  'this.',
  '=> ',
  '/* ',
  '*/',
  'mutex',
  ';',
  '\u{1f512}',
  '\r\n',
];

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'lockwise-typing-'));
  writeFileSync(join(root, 'session.ts'), text);
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

/** Numbers that look random and are the same in every run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function collected(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

it('survives 1,000 random edits: no crash, no stale finding, no growing heap', { timeout: 300_000 }, () => {
  const folder = new Folder(root, diskSurroundings(), defaultSettings);
  const pick = numbers(7);
  let now = text;
  let atTheBeginning = 0;
  let broken = 0;
  let whole = 0;
  for (let edit = 0; edit < 1000; edit++) {
    // Every third time the text is mended and only a line is added, as people do in the end; else nothing would ever parse.
    const mends = edit % 3 === 0;
    if (mends) now = text;
    const at = mends ? now.indexOf('\n', pick(now.length - 2)) : pick(now.length);
    const piece = mends ? `\n// line ${edit}` : pieces[pick(pieces.length)]!;
    now = now.slice(0, at) + piece + now.slice(mends ? at : at + pick(3));
    folder.edit('session.ts', now);
    const { findings, carried } = folder.report('session.ts');
    for (const { span, related } of findings)
      for (const [start, end] of [span, ...related.map((place) => place.span)])
        expect(start >= 0 && start <= end && end <= now.length, `edit ${edit}`).toBe(true);
    if (carried) broken++;
    else {
      whole++;
      if (edit % 7 === 0) expect(shape(findings), `edit ${edit}`).toEqual(shape(fresh(now)));
    }
    if (edit === 300) atTheBeginning = collected();
  }
  expect(broken).toBeGreaterThan(100);
  expect(whole).toBeGreaterThan(100);
  folder.edit('session.ts', text);
  expect(shape(folder.report('session.ts').findings)).toEqual(shape(fresh(text)));
  expect(shape(fresh(text)).length).toBeGreaterThan(0);
  expect((collected() - atTheBeginning) / 1024 / 1024).toBeLessThan(20);
});

const asking = text
  .replace("'async-mutex';", "'async-mutex';\nimport { ask } from './ask';")
  .replace('await fetch(url, { headers: { token } })', 'await ask(url, token)');
/** A file without any word of a lock, and texts that make a helper of it, one that waits, one that does not, or nothing. */
const several: Readonly<Record<string, readonly string[]>> = {
  'asking.ts': [asking, `// again\n${asking}`, asking.replace('await ask', 'await serially'), `${asking}\nconst = ;\n`],
  'ask.ts': [
    'export async function ask(url: string, token: string) { return fetch(url, { headers: { token } }); }\n',
    'export async function ask(url: string, token: string) { return new Response(url + token); }\n',
    'export { asked as ask } from "./asked";\n',
  ],
  'asked.ts': [
    'export async function asked(url: string, token: string) { return fetch(url + token); }\n',
    `import { Mutex } from 'async-mutex';\nconst lock = new Mutex();\nexport const asked = (url: string) => lock.runExclusive(() => fetch(url));\n`,
    'export const asked = 1;\n',
  ],
};

it('tells the same as a fresh server, whatever was opened, typed, closed, written and removed before', () => {
  const settings = { ...defaultSettings, preset: 'strict' } as const;
  const folder = new Folder(root, diskSurroundings(), settings);
  const pick = numbers(23);
  const paths = Object.keys(several);
  const open = new Map<string, string>();
  for (const path of paths) folder.look(path);
  let told = 0;
  for (let step = 0; step < 300; step++) {
    const path = paths[pick(paths.length)]!;
    const next = several[path]![pick(several[path]!.length)]!;
    const what = pick(4);
    if (what < 2) {
      open.set(path, next);
      folder.edit(path, next);
    } else if (what === 2 && open.delete(path)) folder.close(path);
    else {
      const before = existsSync(join(root, path));
      if (pick(8) === 0) rmSync(join(root, path), { force: true });
      else writeFileSync(join(root, path), next);
      if (before !== existsSync(join(root, path))) folder.forgetResolutions();
      folder.refresh(path);
    }
    if (pick(3) === 0) continue;
    const another = new Folder(root, diskSurroundings(), settings);
    for (const other of paths) another.look(other);
    for (const [other, text] of open) another.edit(other, text);
    for (const other of paths) {
      const { findings, carried } = folder.report(other);
      if (carried) continue;
      told += findings.length;
      expect(shape(findings), `step ${step}, ${other}`).toEqual(shape(another.report(other).findings));
    }
  }
  expect(told).toBeGreaterThan(50);
});

/** What an analysis finds that has never seen another text. */
function fresh(now: string): readonly Finding[] {
  const project = createProject({ host: createNodeHost({ root }), config: defaultConfig });
  project.set('session.ts', now);
  return project.check(['session.ts']).findings;
}

function shape(findings: readonly Finding[]): unknown[] {
  return findings.map(({ id, rule, span, message }) => ({ id, rule, span, message }));
}
