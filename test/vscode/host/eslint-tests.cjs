/* eslint-disable @typescript-eslint/no-require-imports -- VS Code loads this file as CommonJS */
// Runs inside the extension host, in a workspace whose ESLint has the plugin and runs in the editor as well.
'use strict';
const assert = require('node:assert/strict');
const vscode = require('vscode');
const { runAll, until } = require('./runner.cjs');

const codeOf = ({ code }) => String(typeof code === 'object' ? code.value : code).replace(/^lockwise\//, '');
const longHolds = (uri) => vscode.languages.getDiagnostics(uri).filter((one) => codeOf(one) === 'no-long-held-lock');
const sources = (uri) => longHolds(uri).map(({ source, range }) => `${source} ${range.start.line}`);

async function settled(what, uri, expected) {
  try {
    await until(what, () => sources(uri).join() === expected.join());
  } catch (error) {
    throw new Error(`${error.message}: ${sources(uri).join()} is not ${expected.join()}`);
  }
  // It stays so: a twin that comes late would be as bad.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  assert.deepEqual(sources(uri), expected, what);
}

let client;
let uri;

runAll(exports, {
  'ESLint and the extension both run': async () => {
    ({ client } = await vscode.extensions.getExtension('lockwise-test.lockwise-host-tests-with-eslint').activate());
    await (await vscode.extensions.getExtension('lockwise.lockwise-vscode').activate()).ready();
  },

  'a finding of an open file shows once, as the one of ESLint': async () => {
    [uri] = await vscode.workspace.findFiles('src/fields.ts');
    await vscode.window.showTextDocument(uri);
    await settled('one report', uri, ['eslint 8']);
  },

  'and once after it has moved': async () => {
    const edit = new vscode.WorkspaceEdit();
    edit.insert(uri, new vscode.Position(0, 0), '// One line more.\n');
    await vscode.workspace.applyEdit(edit);
    await settled('one report, a line below', uri, ['eslint 9']);
  },

  'a closed file, which ESLint does not look at in the editor, has it at the level of the ESLint configuration':
    async () => {
      const [closed] = await vscode.workspace.findFiles('src/owned.ts');
      await until('its finding', () => longHolds(closed).length > 0);
      await until('its level', () => longHolds(closed)[0]?.severity === vscode.DiagnosticSeverity.Error);
      assert.deepEqual(sources(closed), ['lockwise 11']);
    },

  'what ESLint no longer reports is reported again': async () => {
    await client.stop();
    await settled('our own report', uri, ['lockwise 9']);
  },
});
