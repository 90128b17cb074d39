import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inputs } from '../../../test/hostile/inputs.mjs';
import { diskSurroundings } from '../../src/lsp/disk.js';
import { Editor, pulling } from './editor.js';

const sound = `import { Mutex } from 'async-mutex'; const mutex = new Mutex();
export async function f() { const release = await mutex.acquire(); await fetch('/'); release(); }
`;

let root: string;
let editor: Editor;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'lockwise-hostile-'));
  editor = new Editor(diskSurroundings());
  await editor.initialize({ roots: [root], capabilities: pulling });
});
afterAll(() => {
  editor.close();
  rmSync(root, { recursive: true, force: true });
});

/** One server for all of them: what one input breaks, the next one finds broken. */
describe('hostile input in an editor', () => {
  it.each(inputs.map((input, index) => ({ ...input, folder: `input-${index}` })))(
    '$name',
    { timeout: 600_000 },
    async ({ files, main, mayBeRefused, folder }) => {
      for (const [path, text] of Object.entries({ ...files, 'sound.ts': sound })) {
        mkdirSync(dirname(join(root, folder, path)), { recursive: true });
        writeFileSync(join(root, folder, path), text);
      }
      const opened = main === undefined ? Object.keys(files) : [main];
      for (const path of opened) {
        const uri = `file://${root}/${folder}/${path}`;
        await editor.open(uri, files[path]!);
        const told = await editor.diagnostics(uri);
        const problems = told.filter(({ code }) => code === undefined).map(({ message }) => message);
        expect(problems.length, problems.join('\n')).toBeLessThanOrEqual(mayBeRefused ? 1 : 0);
        for (const message of problems) expect(message).toMatch(/nested too deeply|does not parse/);
        if (main !== undefined || (mayBeRefused && problems.length === 0)) expect(told.length).toBeGreaterThan(0);
        await editor.connection.sendNotification('textDocument/didClose', { textDocument: { uri } });
      }
      const uri = `file://${root}/${folder}/sound.ts`;
      await editor.open(uri, sound);
      expect((await editor.diagnostics(uri)).map(({ code }) => code)).toContain('require-release');
    },
  );
});
