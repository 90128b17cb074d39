import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WorkspaceDiagnosticReport } from 'vscode-languageserver';
import { docsUrlOf } from '@lockwise/engine';
import type { Plan } from '../../src/lsp/protocol.js';
import { Editor, pulling, until } from './editor.js';
import { FakeAnalysis } from './fake-analysis.js';

const uri = 'file:///ws/a.ts';
let analysis: FakeAnalysis;
let editor: Editor;

beforeEach(() => {
  analysis = new FakeAnalysis();
  editor = new Editor(analysis.surroundings());
});
afterEach(() => {
  editor.close();
});

async function opened(text: string): Promise<void> {
  await editor.initialize({ roots: ['/ws'], capabilities: pulling });
  await editor.open(uri, text);
}

describe('diagnostics', () => {
  it('are answered with range, severity, code, page and related places', async () => {
    await opened('let a;\nslow(a);\n');
    expect(await editor.diagnostics(uri)).toEqual([
      {
        range: { start: { line: 1, character: 0 }, end: { line: 1, character: 7 } },
        severity: 2,
        source: 'lockwise',
        code: 'no-slow',
        codeDescription: { href: docsUrlOf('no-slow') },
        message: '`slow(a)` is slow.',
        relatedInformation: [
          {
            location: { uri, range: { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } } },
            message: 'the file begins here',
          },
        ],
        data: { id: 'no-slow-0' },
      },
    ]);
  });

  it('are pushed to a client that does not pull, and withdrawn', async () => {
    await editor.initialize({ roots: ['/ws'] });
    await editor.open(uri, 'slow(a);');
    await until('a pushed diagnostic', () => editor.published.get(uri)?.diagnostics.length === 1);
    await editor.edit(uri, 0, 4, 'fine');
    await until('its withdrawal', () => editor.published.get(uri)?.diagnostics.length === 0);
  });

  it('of a text that does not parse are those of the last one that did, moved, without what was touched', async () => {
    await opened('slow(a);\nslow(b);\n');
    expect(await editor.diagnostics(uri)).toHaveLength(2);
    await editor.edit(uri, 0, 0, 'const = ;\n');
    const [first, second, problem] = await editor.diagnostics(uri);
    expect([first?.range.start, second?.range.start]).toEqual([
      { line: 1, character: 0 },
      { line: 2, character: 0 },
    ]);
    expect(problem?.message).toMatch(/does not parse/);
    expect(await editor.actions(uri, first!.range, [first!])).toEqual([]);
    await editor.edit(uri, editor.text(uri).indexOf('slow(b)'), editor.text(uri).indexOf('(b)'), 'fine');
    expect((await editor.diagnostics(uri)).map((one) => one.range.start.line)).toEqual([1, 0]);
  });

  it('cover closed files, and a second answer leaves out what is the same', async () => {
    analysis.files.set('/ws/closed.ts', 'slow(c);');
    await opened('slow(a);');
    await until('the scan', () => editor.logged.some((line) => /analysed in/.test(line)));
    const first = await editor.connection.sendRequest<WorkspaceDiagnosticReport>('workspace/diagnostic', {
      previousResultIds: [],
    });
    expect(first.items.map((item) => item.uri)).toEqual([uri, 'file:///ws/closed.ts']);
    const previousResultIds = first.items.map((item) => ({ uri: item.uri, value: item.resultId! }));
    const second = await editor.connection.sendRequest<WorkspaceDiagnosticReport>('workspace/diagnostic', {
      previousResultIds,
    });
    expect(second.items).toEqual([]);
  });

  it('follow the settings of the client', async () => {
    editor.settings = { rules: { 'no-slow': 'error' }, run: 'sometimes' };
    await opened('slow(a);');
    await until('the configuration', () => editor.refreshes > 0);
    expect((await editor.diagnostics(uri))[0]?.severity).toBe(1);
    editor.settings = { rules: { 'no-slow': 'off' } };
    const before = editor.refreshes;
    await editor.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
    await until('a refresh', () => editor.refreshes > before);
    expect(await editor.diagnostics(uri)).toEqual([]);
  });

  it('of a file that is opened outside of every folder are given too', async () => {
    await editor.initialize({ capabilities: pulling });
    await editor.open('file:///elsewhere/lone.ts', 'slow(a);');
    expect(await editor.diagnostics('file:///elsewhere/lone.ts')).toHaveLength(1);
  });
});

describe('code actions', () => {
  it('name the tier and its reason, the preferred fix first', async () => {
    await opened('odd(a);\nslow(a);\n');
    const [odd, slow] = await editor.diagnostics(uri);
    const ofSlow = await editor.actions(uri, slow!.range, [slow!]);
    expect(ofSlow.map((action) => action.title)).toEqual([
      'Use `quick` (safe)',
      'Suppress no-slow for this line, with a reason',
    ]);
    expect(ofSlow[0]).toMatchObject({ isPreferred: true, kind: 'quickfix', diagnostics: [{ code: 'no-slow' }] });
    const ofOdd = await editor.actions(uri, odd!.range, [odd!]);
    expect(ofOdd[0]?.title).toBe('Use `quick` (unsafe: `odd` may have effects)');
  });

  it('fix all of a rule in the file with one import', async () => {
    await opened('slow(a);\nslow(b);\n');
    const [first] = await editor.diagnostics(uri);
    const actions = await editor.actions(uri, first!.range, [first!]);
    const all = actions.find((action) => action.title.startsWith('Fix all'));
    expect(all?.title).toBe('Fix all 2 of no-slow in this file (safe)');
    expect(editor.applied(uri, all)).toBe("import { quick } from 'fast';\nquick(a);\nquick(b);\n");
  });

  it('apply only safe fixes on save', async () => {
    await opened('slow(a);\nodd(b);\n');
    const whole = { start: { line: 0, character: 0 }, end: { line: 2, character: 0 } };
    const [action, ...more] = await editor.actions(uri, whole, [], ['source.fixAll']);
    expect(more).toEqual([]);
    expect(action?.kind).toBe('source.fixAll.lockwise');
    expect(editor.applied(uri, action)).toBe("import { quick } from 'fast';\nquick(a);\nodd(b);\n");
  });

  it('suppress with a reason, in the indentation and line breaks of the file', async () => {
    await opened('if (a) {\r\n  slow(a);\r\n}\r\n');
    const [first] = await editor.diagnostics(uri);
    const actions = await editor.actions(uri, first!.range, [first!]);
    expect(editor.applied(uri, actions.at(-1))).toBe(
      'if (a) {\r\n  // lockwise-disable-next-line no-slow -- say why\r\n  slow(a);\r\n}\r\n',
    );
  });

  it('offer no suppression where a line above would not be a comment', async () => {
    await opened('const text = `\n${slow(a)}`;\n');
    const [first] = await editor.diagnostics(uri);
    const actions = await editor.actions(uri, first!.range, [first!]);
    expect(actions.map((action) => action.title)).toEqual(['Use `quick` (safe)']);
  });
});

describe('the plan for the workspace', () => {
  it('annotates each edit with rule and tier, and leaves lower tiers out', async () => {
    analysis.files.set('/ws/b.ts', 'slow(b);\nodd(c);\n');
    await opened('slow(a);\n');
    await until('the scan', () => editor.logged.some((line) => /analysed in/.test(line)));
    const plan = await editor.connection.sendRequest<Plan>('lockwise/plan', { tier: 'safe' });
    expect(plan).toMatchObject({ fixed: 2, left: 1 });
    expect(plan.edit.changeAnnotations).toEqual({
      imports: { label: 'imports that the fixes need', needsConfirmation: true },
      'no-slow safe': { label: 'no-slow · safe', needsConfirmation: true },
    });
    const unsafe = await editor.connection.sendRequest<Plan>('lockwise/plan', { tier: 'unsafe' });
    expect(unsafe).toMatchObject({ fixed: 3, left: 0 });
    expect(unsafe.edit.changeAnnotations?.['no-odd unsafe']?.description).toBe('`odd` may have effects');
  });

  it('stops when the client cancels it', async () => {
    for (let index = 0; index < 400; index++) analysis.files.set(`/ws/f${index}.ts`, 'slow(a);');
    await opened('slow(a);\n');
    const { CancellationTokenSource } = await import('vscode-languageserver');
    const source = new CancellationTokenSource();
    const answer = editor.connection.sendRequest('lockwise/plan', { tier: 'safe' }, source.token);
    source.cancel();
    await expect(answer).rejects.toThrow(/cancelled/);
  });
});
