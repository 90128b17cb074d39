/* eslint-disable @typescript-eslint/no-require-imports -- VS Code loads this file as CommonJS */
// Runs inside the extension host; VS Code calls run().
'use strict';
const assert = require('node:assert/strict');
const vscode = require('vscode');
const { runAll, until } = require('./runner.cjs');

const id = 'lockwise.lockwise-vscode';
const ours = (uri) => vscode.languages.getDiagnostics(uri).filter((diagnostic) => diagnostic.source === 'lockwise');

async function opened(path) {
  const [uri] = await vscode.workspace.findFiles(path);
  assert.ok(uri, path);
  await vscode.window.showTextDocument(uri);
  await until('its diagnostics', () => ours(uri).length > 0);
  return uri;
}

async function actions(uri, kind) {
  const document = await vscode.workspace.openTextDocument(uri);
  const whole = new vscode.Range(0, 0, document.lineCount, 0);
  const found = await vscode.commands.executeCommand('vscode.executeCodeActionProvider', uri, whole, kind);
  return found.filter((action) => !/ESLint|TypeScript/.test(action.title));
}

runAll(exports, {
  'the extension is installed from its package and starts': async () => {
    const extension = vscode.extensions.getExtension(id);
    assert.ok(extension);
    const api = await extension.activate();
    await api.ready();
  },

  'every contributed command is registered': async () => {
    const known = new Set(await vscode.commands.getCommands(true));
    for (const { command } of vscode.extensions.getExtension(id).packageJSON.contributes.commands)
      assert.ok(known.has(command), command);
  },

  'a finding has its place, its rule with a link, and every related place': async () => {
    const uri = await opened('src/fields.ts');
    const [finding] = ours(uri);
    assert.equal(finding.code.value, 'no-long-held-lock');
    assert.match(finding.code.target.toString(), /no-long-held-lock/);
    assert.equal(finding.range.start.line, 8);
    assert.equal(finding.range.end.line, 8, 'the squiggle is under the head of the section');
    const related = finding.relatedInformation.map((place) => [place.location.range.start.line, place.message]);
    assert.deepEqual(related, [
      [10, 'waits for the network with `this.mutex` held'],
      [21, 'waits meanwhile, in `FieldSession.refresh`'],
    ]);
  },

  'closed files are in the Problems view too': async () => {
    const [owned] = await vscode.workspace.findFiles('src/owned.ts');
    await until('findings of a file that is not open', () => ours(owned).length > 0);
  },

  'titles of fixes tell the tier, and a suppression is offered': async () => {
    const uri = await opened('src/fields.ts');
    const titles = (await actions(uri, vscode.CodeActionKind.QuickFix.value)).map((action) => action.title);
    assert.ok(
      titles.some((title) => /quickRead.*\((safe|unsafe: .+)\)$/s.test(title)),
      titles.join('\n'),
    );
    assert.ok(titles.includes('Suppress no-long-held-lock for this line, with a reason'), titles.join('\n'));
  },

  'hover tells what a lock is and who takes it': async () => {
    const uri = await opened('src/fields.ts');
    const position = new vscode.Position(3, 22);
    const text = await until('the hover', async () => {
      const hovers = await vscode.commands.executeCommand('vscode.executeHoverProvider', uri, position);
      const found = hovers.flatMap((hover) => hover.contents.map((content) => content.value));
      return found.find((value) => value.includes('async-mutex Mutex'));
    });
    assert.match(text, /FieldSession\.load/);
    assert.match(text, /FieldSession\.refresh/);
    assert.match(text, /Guards/);
  },

  'code lenses appear when they are switched on': async () => {
    const uri = await opened('src/fields.ts');
    const lenses = () => vscode.commands.executeCommand('vscode.executeCodeLensProvider', uri, 20);
    const own = async () => (await lenses()).filter((lens) => /section/.test(lens.command?.title ?? ''));
    assert.deepEqual(await own(), []);
    const settings = vscode.workspace.getConfiguration('lockwise');
    await settings.update('codeLens', true, vscode.ConfigurationTarget.Workspace);
    // `rotate` runs what its caller gave it under the lock: it is a wrapper, and its callers are the sections.
    await until('two lenses', async () => (await own()).length === 2);
    await settings.update('codeLens', undefined, vscode.ConfigurationTarget.Workspace);
  },

  'a profile that is loaded stands above its sections and in the findings': async () => {
    const uri = await opened('src/fields.ts');
    const [profile] = await vscode.workspace.findFiles('lockwise-profile.json');
    const settings = vscode.workspace.getConfiguration('lockwise', profile);
    await settings.update('codeLens', true, vscode.ConfigurationTarget.Workspace);
    await vscode.commands.executeCommand('lockwise.loadProfile', profile);
    const measured = 'held p95 64.0 ms · waited 2.10 s · 37 waiters';
    await until('the lens', async () => {
      const lenses = await vscode.commands.executeCommand('vscode.executeCodeLensProvider', uri, 20);
      return lenses.some((lens) => lens.command?.title === measured);
    });
    await until('the evidence', () => ours(uri).some(({ message }) => message.includes('37 requests waited 2.10 s')));
    for (const target of [vscode.ConfigurationTarget.Workspace, vscode.ConfigurationTarget.WorkspaceFolder])
      await settings.update('profile', undefined, target);
    await settings.update('codeLens', undefined, vscode.ConfigurationTarget.Workspace);
    await until('the finding without it', () => ours(uri).some(({ message }) => !message.includes('measured')));
  },

  'levels follow the settings': async () => {
    const uri = await opened('src/fields.ts');
    const settings = vscode.workspace.getConfiguration('lockwise');
    await settings.update('rules', { 'no-long-held-lock': 'error' }, vscode.ConfigurationTarget.Workspace);
    await until('an error', () => ours(uri).some((finding) => finding.severity === vscode.DiagnosticSeverity.Error));
    await settings.update('rules', undefined, vscode.ConfigurationTarget.Workspace);
    await until('a warning', () => ours(uri).some((one) => one.severity === vscode.DiagnosticSeverity.Warning));
  },

  'safe fixes are applied on save, where that is switched on': async () => {
    const [folder] = vscode.workspace.workspaceFolders;
    const uri = vscode.Uri.joinPath(folder.uri, 'src/swap.ts');
    const text = `import { Mutex, withTimeout } from 'async-mutex';

const mutex = withTimeout(new Mutex(), 100);

export async function swap(work: () => Promise<void>): Promise<void> {
  try {
    await mutex.acquire();
    await work();
  } finally {
    mutex.release();
  }
}
`;
    await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
    const settings = vscode.workspace.getConfiguration('editor', uri);
    const onSave = { 'source.fixAll.lockwise': 'explicit' };
    await settings.update('codeActionsOnSave', onSave, vscode.ConfigurationTarget.Workspace);
    await vscode.window.showTextDocument(uri);
    await until('the finding', () => ours(uri).some(({ code }) => code.value === 'acquire-before-try'));
    const edit = new vscode.WorkspaceEdit();
    edit.insert(uri, new vscode.Position(0, 0), '// One line more.\n');
    await vscode.workspace.applyEdit(edit);
    await vscode.workspace.save(uri);
    await settings.update('codeActionsOnSave', undefined, vscode.ConfigurationTarget.Workspace);
    const saved = Buffer.from(await vscode.workspace.fs.readFile(uri)).toString();
    assert.match(saved, /await mutex\.acquire\(\);\n {2}try \{\n {4}await work\(\);/, saved);
  },

  'the settings are titled and each is described': () => {
    const { contributes } = vscode.extensions.getExtension(id).packageJSON;
    for (const { title, properties } of contributes.configuration) {
      assert.ok(title);
      for (const [name, { markdownDescription, enum: choices, enumDescriptions }] of Object.entries(properties)) {
        assert.ok(markdownDescription, name);
        assert.equal(enumDescriptions?.length, choices?.length, name);
      }
    }
  },

  'a restart brings the findings back': async () => {
    const uri = await opened('src/fields.ts');
    await vscode.commands.executeCommand('lockwise.restart');
    await until('findings after the restart', () => ours(uri).length > 0);
  },
});
