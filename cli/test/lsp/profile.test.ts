import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { diskSurroundings } from '../../src/lsp/disk.js';
import { locksRequest, profileRequest, type LockNode } from '../../src/lsp/protocol.js';
import { histogram, profile, site } from '../trace/profiles.js';
import { Workbench } from '../workbench.js';
import { Editor, pulling, until } from './editor.js';

const STORE = `import { Mutex } from 'async-mutex';

export class Store {
  private readonly idle = new Mutex();
  private readonly mutex = new Mutex();
  private text = '';

  async rest(): Promise<void> {
    await this.idle.runExclusive(async () => fetch('/'));
  }

  async load(): Promise<void> {
    const release = await this.mutex.acquire();
    try {
      this.text = await (await fetch('/')).text();
    } finally {
      release();
    }
  }

  async read(): Promise<string> {
    return this.mutex.runExclusive(() => this.text);
  }
}
`;

const RECORDED = JSON.stringify(
  profile([
    site(1, 'const release = await this.mutex.acquire();', {
      path: 'store.ts',
      line: 13,
      symbol: 'Store.load',
      hold: histogram(410),
    }),
    site(2, 'return this.mutex.runExclusive(() => this.text);', {
      path: 'store.ts',
      line: 22,
      symbol: 'Store.read',
      blockedBy: [{ site: 1, waits: 37, waitMs: 2100 }],
    }),
  ]),
);

async function editorWith(files: Record<string, string>, settings: object) {
  const bench = new Workbench({ 'store.ts': STORE, ...files });
  const editor = new Editor(diskSurroundings());
  onTestFinished(() => {
    editor.close();
  });
  editor.settings = { codeLens: true, ...settings };
  await editor.initialize({ roots: [bench.root], capabilities: pulling });
  const uri = pathToFileURL(join(bench.root, 'store.ts')).href;
  await editor.open(uri, STORE);
  return { bench, editor, uri };
}

describe('with a profile, the editor', () => {
  test('shows what was measured above a section, in the tree and in the diagnostics', async () => {
    const { editor, uri } = await editorWith({ 'run.json': RECORDED }, { profile: 'run.json' });
    await editor.connection.sendRequest(profileRequest);
    const lenses: { command: { title: string } }[] = await editor.connection.sendRequest('textDocument/codeLens', {
      textDocument: { uri },
    });
    expect(lenses.map(({ command }) => command.title)).toContain('held p95 410 ms · waited 2.10 s · 37 waiters');
    const locks: LockNode[] = await editor.connection.sendRequest(locksRequest);
    expect(locks.map(({ name, measured }) => [name, measured])).toEqual([
      ['Store.mutex', 'held p95 410 ms · waited 2.10 s · 37 waiters'],
      ['Store.idle', undefined],
    ]);
    const messages = (await editor.diagnostics(uri)).map(({ message }) => message).join('\n');
    expect(messages).toContain('measured, it was held 410 ms (p95), and 37 requests waited 2.10 s behind it');
  });

  test('counts the places that are there, and says in one line what is stale', async () => {
    const { editor, bench } = await editorWith({ 'run.json': RECORDED }, { profile: 'run.json' });
    expect(await editor.connection.sendRequest(profileRequest)).toEqual({ notices: [], places: 2 });
    bench.write('run.json', RECORDED.replace('=> this.text);', '=> this.texts);'));
    expect(await editor.connection.sendRequest(profileRequest)).toEqual({
      notices: [
        'run.json: stale: one place is no longer in the code, of 2, the first store.ts:22 `return this.mutex.runExclusive(() => this.texts);`; record it again with lockwise trace',
      ],
      places: 1,
    });
  });

  test('says what is wrong with a profile that cannot be used, and goes on without it', async () => {
    const { editor, uri } = await editorWith({ 'run.json': '{}' }, { profile: 'run.json' });
    const trouble =
      'run.json: not a lockwise profile (no "format": "lockwise-profile"); write one with: lockwise trace -o FILE -- node app.js';
    await until('the trouble', () => editor.logged.includes(trouble));
    expect(await editor.connection.sendRequest(profileRequest)).toEqual({ notices: [trouble], places: 0 });
    expect((await editor.diagnostics(uri)).map(({ code }) => code)).toContain('no-long-held-lock');
  });
});
