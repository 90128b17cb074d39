import * as vscode from 'vscode';
import type { Status } from '../../../cli/src/lsp/protocol.js';

const severities = {
  ready: vscode.LanguageStatusSeverity.Information,
  working: vscode.LanguageStatusSeverity.Information,
  trouble: vscode.LanguageStatusSeverity.Error,
} as const;

/** One language status item: what the server does, or what is wrong with a way to its log. */
export class StatusItem implements vscode.Disposable {
  readonly #item: vscode.LanguageStatusItem;

  constructor() {
    const languages = ['typescript', 'typescriptreact', 'javascript', 'javascriptreact'];
    this.#item = vscode.languages.createLanguageStatusItem('lockwise.status', languages);
    this.#item.name = 'Lockwise';
  }

  show({ state, message }: Status): void {
    this.#item.text = state === 'ready' ? 'Lockwise' : state === 'working' ? 'Lockwise: working' : 'Lockwise: trouble';
    this.#item.detail = message;
    this.#item.busy = state === 'working';
    this.#item.severity = severities[state];
    this.#item.command = { title: 'Show output', command: 'lockwise.showOutput' };
  }

  dispose(): void {
    this.#item.dispose();
  }
}
