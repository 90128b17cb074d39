/* eslint-disable @typescript-eslint/no-require-imports -- VS Code loads this file as CommonJS */
// What the ESLint extension for VS Code does, reduced to its diagnostics: its own server, asked with its default settings.
'use strict';
const vscode = require('vscode');
const { LanguageClient, TransportKind } = require('vscode-languageclient/node');

const settings = (folder) => ({
  validate: 'on',
  packageManager: 'npm',
  useESLintClass: true,
  experimental: { useFlatConfig: false },
  codeAction: {
    disableRuleComment: { enable: true, location: 'separateLine', commentStyle: 'line' },
    showDocumentation: { enable: true },
  },
  codeActionOnSave: { mode: 'all' },
  format: false,
  quiet: false,
  onIgnoredFiles: 'off',
  options: {},
  rulesCustomizations: [],
  run: 'onType',
  problems: { shortenToSingleLine: false },
  nodePath: null,
  workingDirectory: { mode: 'location' },
  workspaceFolder: { name: folder.name, uri: folder.uri.toString() },
});

exports.activate = async () => {
  const [folder] = vscode.workspace.workspaceFolders;
  const module = process.env.LOCKWISE_TEST_ESLINT_SERVER;
  const client = new LanguageClient(
    'eslint',
    'ESLint',
    { module, transport: TransportKind.ipc },
    {
      documentSelector: [{ scheme: 'file', language: 'typescript' }],
      middleware: { workspace: { configuration: ({ items }) => items.map(() => settings(folder)) } },
    },
  );
  await client.start();
  return { client };
};
