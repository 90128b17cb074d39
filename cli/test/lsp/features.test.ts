import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DiagnosticSeverity, DiagnosticTag, type CodeLens, type Hover } from 'vscode-languageserver';
import { docsUrlOf } from '@lockwise/engine';
import { diskSurroundings } from '../../src/lsp/disk.js';
import type { LockNode, LockOrder, Plan } from '../../src/lsp/protocol.js';
import { Editor, pulling, until } from './editor.js';

const session = `import { Mutex } from 'async-mutex';

export class Session {
  private readonly mutex = new Mutex();
  private token = '';

  async load(url: string): Promise<Response> {
    return await this.mutex.runExclusive(async () => {
      const token = this.token;
      return await fetch(url, { headers: { token } });
    });
  }

  async peek(url: string): Promise<Response> {
    return await this.mutex.runExclusive(async () => {
      const token = this.token;
      return await fetch(url, { headers: { token } });
    });
  }

  async refresh(token: string): Promise<void> {
    await this.mutex.runExclusive(() => {
      this.token = token;
    });
  }
}
`;
const modules = join(dirname(fileURLToPath(import.meta.url)), '../../../node_modules');

let root: string;
let editor: Editor;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'lockwise-features-'));
  editor = new Editor(diskSurroundings());
});
afterEach(() => {
  editor.close();
  rmSync(root, { recursive: true, force: true });
});

function write(path: string, text: string): string {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
  return uriOf(path);
}

function uriOf(path: string): string {
  return `file://${root}/${path}`;
}

async function opened(path: string, text: string, options: Parameters<Editor['initialize']>[0] = {}): Promise<string> {
  const uri = write(path, text);
  await editor.initialize({ roots: [root], capabilities: pulling, ...options });
  await editor.open(uri, text);
  return uri;
}

function scanned(times = 1): Promise<unknown> {
  return until('the scan', () => editor.logged.filter((line) => /analysed in/.test(line)).length >= times);
}

const rulesIn = async (uri: string) => (await editor.diagnostics(uri)).map((one) => String(one.code));

describe('a diagnostic', () => {
  it('links to the page of its rule and names every suspension and the waiter', async () => {
    const uri = await opened('session.ts', session);
    const [first] = await editor.diagnostics(uri);
    expect(first).toMatchObject({ code: 'no-long-held-lock', severity: DiagnosticSeverity.Warning });
    expect(first?.codeDescription?.href).toBe(docsUrlOf('no-long-held-lock'));
    expect(first?.relatedInformation?.map(({ location }) => location.range.start.line)).toEqual([9, 14, 21]);
  });

  it('greys out a lock that guards nothing', async () => {
    const text = `import { Mutex } from 'async-mutex';
export class Once {
  readonly #mutex = new Mutex();
  async add(one: number, other: number): Promise<number> {
    return this.#mutex.runExclusive(() => one + other);
  }
}
`;
    editor.settings = { preset: 'strict' };
    const uri = await opened('once.ts', text);
    await until('the settings', () => editor.refreshes > 0);
    const found = await editor.diagnostics(uri);
    expect(found.find((one) => one.code === 'no-redundant-lock')?.tags).toEqual([DiagnosticTag.Unnecessary]);
  });

  it('follows what is typed into a file that it leads to, though that one has no word of a lock', async () => {
    const helper = 'export async function ask(url: string): Promise<string> { return (await fetch(url)).text(); }\n';
    const text = session
      .replace("'async-mutex';", "'async-mutex';\nimport { ask } from './ask';")
      .replaceAll('await fetch(url, { headers: { token } })', 'await ask(url + token)')
      .replaceAll('Response', 'string');
    const ask = write('ask.ts', helper);
    const uri = await opened('session.ts', text);
    expect(await rulesIn(uri)).toEqual(['no-long-held-lock', 'no-long-held-lock']);
    await editor.open(ask, helper);
    const [start, end] = [helper.indexOf('(await'), helper.indexOf(';')];
    await editor.edit(ask, start, end, 'url');
    expect(await rulesIn(uri)).toEqual([]);
    await editor.edit(ask, start, start + 'url'.length, helper.slice(start, end));
    expect(await rulesIn(uri)).toHaveLength(2);
  });

  it('waits for a save where the user wants that, in an editor that is pushed to', async () => {
    const uri = await opened('session.ts', '', {
      capabilities: {},
      options: { settings: { run: 'onSave' } },
    });
    await editor.edit(uri, 0, 0, session);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(editor.published.get(uri)?.diagnostics ?? []).toEqual([]);
    await editor.connection.sendNotification('textDocument/didSave', { textDocument: { uri } });
    await until('the pushed findings', () => editor.published.get(uri)?.diagnostics.length === 2);
  });
});

describe('code actions', () => {
  it('mend one place or all of the rule in the file, each with one import', async () => {
    const uri = await opened('session.ts', session);
    const [first] = await editor.diagnostics(uri);
    const actions = await editor.actions(uri, first!.range, [first!]);
    expect(actions[0]?.title).toMatch(/quickRead.*\((safe|unsafe: .+)\)$/s);
    const all = actions.find((action) => action.title.startsWith('Fix all 2 of no-long-held-lock in this file'));
    for (const [action, sections] of [
      [actions[0], 1],
      [all, 2],
    ] as const) {
      const text = editor.applied(uri, action);
      expect(text.match(/await quickRead\(/g)).toHaveLength(sections);
      expect(text.match(/@lockwise\/runtime/g)).toHaveLength(1);
    }
  });

  it('suppress with the reason that was given, and open the page, in our own extension', async () => {
    const uri = await opened('session.ts', session, { options: { commands: true } });
    const [first, second] = await editor.diagnostics(uri);
    const actions = await editor.actions(uri, first!.range, [first!]);
    const [, argument] = ['Suppress', 'Open the page'].map(
      (title) => actions.find((action) => action.title.startsWith(title))?.command?.arguments?.[0] as unknown,
    );
    expect(argument).toBe('no-long-held-lock');
    const { id } = first!.data as { id: string };
    const edit = await editor.connection.sendRequest('lockwise/suppress', { uri, id, reason: 'the\nserver orders' });
    const text = editor.applied(uri, { title: '', edit: edit as object });
    expect(text).toContain('    // lockwise-disable-next-line no-long-held-lock -- the server orders\n    return');
    await editor.edit(uri, 0, session.length, text);
    expect((await editor.diagnostics(uri)).map((one) => one.message)).toEqual([second!.message]);
  });
});

describe('the ESLint configuration of the project', () => {
  const config = (rules: string) => `import { writeFileSync } from 'node:fs';
const rule = { create: () => ({}) };
const plugin = { rules: { 'no-long-held-lock': rule, 'require-release': rule } };
export default [
  { files: ['**/*.ts'], plugins: { lockwise: plugin }, rules: ${rules} },
  { files: ['quiet/**'], rules: { 'lockwise/no-long-held-lock': 'off' } },
  { ignores: ['ignored/**'] },
];
`;

  beforeEach(() => {
    mkdirSync(join(root, 'node_modules'), { recursive: true });
    symlinkSync(join(modules, 'eslint'), join(root, 'node_modules/eslint'));
    write('package.json', '{ "type": "module" }');
    write('eslint.config.js', config("{ 'lockwise/no-long-held-lock': 'error' }"));
    write('quiet/session.ts', session);
    write('ignored/session.ts', session);
  });

  it('gives the levels of each file once the workspace is trusted, and the settings of the user win', async () => {
    const uri = await opened('session.ts', session, { options: { trusted: true } });
    await until('its levels', async () => (await editor.diagnostics(uri))[0]?.severity === DiagnosticSeverity.Error);
    expect(await rulesIn(uri)).toEqual(['no-long-held-lock', 'no-long-held-lock']);
    await scanned();
    expect(await editor.diagnostics(uriOf('quiet/session.ts'))).toEqual([]);
    expect((await editor.diagnostics(uriOf('ignored/session.ts')))[0]?.severity).toBe(DiagnosticSeverity.Warning);
    editor.settings = { rules: { 'no-long-held-lock': 'warn' } };
    await editor.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
    await until(
      'the own level',
      async () => (await editor.diagnostics(uri))[0]?.severity === DiagnosticSeverity.Warning,
    );
  });

  it('silences the rules that it does not name', async () => {
    write('eslint.config.js', config("{ 'lockwise/require-release': 'error' }"));
    const uri = await opened('session.ts', session, { options: { trusted: true } });
    await until('its levels', async () => (await editor.diagnostics(uri)).length === 0);
  });

  it('tells of locks and decorators that no library has', async () => {
    const settings = `{ locks: [{ module: '#gate', export: 'Gate', style: 'releaser' }], decorators: [{ name: 'Serial' }] }`;
    const text = config("{ 'lockwise/no-reentrant-acquire': 'error' }").replace(
      'plugins: {',
      `settings: { lockwise: ${settings} }, plugins: {`,
    );
    write(
      'eslint.config.js',
      text.replace('const plugin = { rules: {', "const plugin = { rules: { 'no-reentrant-acquire': rule,"),
    );
    const serial = `declare const Serial: any;\nexport class Store {\n  @Serial() async add() {\n    await this.flush();\n  }\n  @Serial() async flush() {}\n}\n`;
    const uri = await opened('serial.ts', serial, { options: { trusted: true } });
    await until('the deadlock', async () => (await rulesIn(uri)).join() === 'no-reentrant-acquire');
    const gate = `import { Gate } from '#gate';\nconst gate = new Gate();\nexport async function f() {\n  await gate.acquire();\n  await gate.acquire();\n}\n`;
    const other = write('gate.ts', gate);
    await editor.open(other, gate);
    await until('the other', async () => (await rulesIn(other)).join() === 'no-reentrant-acquire');
  });

  it('is not executed before that, nor where the user does not want it', async () => {
    const uri = await opened('session.ts', session);
    await until('the word on it', () =>
      editor.logged.some((line) => /not read before the workspace is trusted/.test(line)),
    );
    expect((await editor.diagnostics(uri))[0]?.severity).toBe(DiagnosticSeverity.Warning);
    editor.settings = { eslint: 'off' };
    await editor.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
    const before = editor.logged.length;
    await editor.connection.sendNotification('lockwise/trusted');
    await until('a scan', () => editor.logged.slice(before).some((line) => /analysed in/.test(line)));
    expect((await editor.diagnostics(uri))[0]?.severity).toBe(DiagnosticSeverity.Warning);
  });

  it('that cannot be loaded is told in one line, and the own rules run', async () => {
    write('eslint.config.js', 'throw new Error("broken on purpose");\n');
    const uri = await opened('session.ts', session, { options: { trusted: true } });
    await scanned();
    expect(editor.logged).toContainEqual(
      expect.stringMatching(/^eslint\.config\.js: its rule levels could not be read.*broken on purpose$/),
    );
    expect(await rulesIn(uri)).toHaveLength(2);
  });
});

describe('a workspace', () => {
  it('may have several folders, each with its own configuration, and more that come and go', async () => {
    write('one/session.ts', session);
    write('two/session.ts', session);
    write('two/lockwise.config.jsonc', '{ "rules": { "no-long-held-lock": "error" } }');
    await editor.initialize({ roots: [join(root, 'one')], capabilities: pulling });
    await scanned();
    expect((await editor.diagnostics(uriOf('one/session.ts')))[0]?.severity).toBe(DiagnosticSeverity.Warning);
    const two = { uri: uriOf('two'), name: 'two' };
    await editor.connection.sendNotification('workspace/didChangeWorkspaceFolders', {
      event: { added: [two], removed: [] },
    });
    await scanned(3);
    expect((await editor.diagnostics(uriOf('two/session.ts')))[0]?.severity).toBe(DiagnosticSeverity.Error);
    const locks = () => editor.connection.sendRequest<LockNode[]>('lockwise/locks');
    expect((await locks()).map((lock) => lock.uri).sort()).toEqual([uriOf('one/session.ts'), uriOf('two/session.ts')]);
    await editor.connection.sendNotification('workspace/didChangeWorkspaceFolders', {
      event: { added: [], removed: [two] },
    });
    expect(await locks()).toHaveLength(1);
  });

  it('is analysed no longer than the time budget allows, and says so', async () => {
    for (let index = 0; index < 40; index++) write(`session${index}.ts`, session);
    editor.settings = { timeBudget: 0.001 };
    const uri = await opened('session.ts', session);
    await until('the word on it', () => editor.logged.some((line) => /beyond the time budget of 0\.001 s/.test(line)));
    expect(await rulesIn(uri)).toHaveLength(2);
  });
});

describe('what people look at', () => {
  it('is the lock on hover, the section as a lens, all locks as a tree and their order', async () => {
    editor.settings = { codeLens: true };
    const uri = await opened('session.ts', session);
    await until('the settings', () => editor.refreshes > 0);
    const at = (line: number, character: number) => ({ textDocument: { uri }, position: { line, character } });
    for (const place of [at(3, 22), at(7, 20)]) {
      const hover = await editor.connection.sendRequest<Hover>('textDocument/hover', place);
      const { value } = hover.contents as { value: string };
      expect(value).toContain('async-mutex Mutex');
      expect(value).toContain('Guards `this.token`');
      expect(value).toContain('Taken in 3 sections');
      expect(value).toContain(`(${uri}#L8)`);
    }
    expect(await editor.connection.sendRequest('textDocument/hover', at(4, 12))).toBeNull();
    const lenses = await editor.connection.sendRequest<CodeLens[]>('textDocument/codeLens', { textDocument: { uri } });
    expect(lenses.map(({ range, command }) => [range.start.line, command?.title.split('·')[1]?.trim()])).toEqual([
      [7, '1 suspension in this one'],
      [14, '1 suspension in this one'],
      [21, '0 suspensions in this one'],
    ]);
    const [lock] = await editor.connection.sendRequest<LockNode[]>('lockwise/locks');
    expect(lock?.sections.map((section) => section.symbol)).toEqual([
      'Session.load',
      'Session.peek',
      'Session.refresh',
    ]);
    const order = await editor.connection.sendRequest<LockOrder>('lockwise/order');
    expect(order.locks.map(({ name }) => name)).toEqual(['Session.mutex']);
    expect(order.edges).toEqual([]);
  });

  it('is the whole plan for the workspace: closed files too, annotated by rule and tier, nothing on the disk changed', async () => {
    write('closed.ts', session);
    await opened('session.ts', session);
    await scanned();
    const plan = await editor.connection.sendRequest<Plan>('lockwise/plan', { tier: 'unsafe' });
    expect(plan).toMatchObject({ fixed: 4, left: 0 });
    const labels = Object.values(plan.edit.changeAnnotations ?? {}).map(({ label }) => label);
    expect(labels.some((label) => /^no-long-held-lock · (safe|unsafe)$/.test(label))).toBe(true);
    expect(plan.edit.documentChanges).toHaveLength(2);
  });
});
