import * as vscode from 'vscode';
import { WorkDoneProgress } from 'vscode-languageclient/node';
import { docsUrlOf } from '@lockwise/engine';
import {
  planRequest,
  suppressRequest,
  type Plan,
  type PlanParams,
  type SuppressParams,
} from '../../../cli/src/lsp/protocol.js';
import type { GraphPanel } from './graph-panel.js';
import { loadProfile } from './load-profile.js';
import type { LocksView } from './locks-view.js';
import type { Server } from './server.js';

export interface Parts {
  readonly server: Server;
  readonly log: vscode.LogOutputChannel;
  readonly locks: LocksView;
  readonly graph: GraphPanel;
}

export function registerCommands(context: vscode.ExtensionContext, { server, log, locks, graph }: Parts): void {
  const commands: Record<string, (...args: never[]) => unknown> = {
    'lockwise.restart': () => server.restart(),
    'lockwise.showOutput': () => {
      log.show();
    },
    'lockwise.fixWorkspace': (tier?: PlanParams['tier']) => fixWorkspace(server, tier),
    'lockwise.fixFile': () =>
      vscode.commands.executeCommand('editor.action.codeAction', { kind: 'source.fixAll.lockwise', apply: 'first' }),
    'lockwise.suppress': (finding: Omit<SuppressParams, 'reason'> & { rule: string }) => suppress(server, finding),
    'lockwise.openRule': (rule: string) => openRule(context, rule),
    'lockwise.loadProfile': (profile?: vscode.Uri) => loadProfile(server, profile),
    'lockwise.showGraph': () => graph.show(),
    'lockwise.refreshLocks': () => {
      locks.refresh();
    },
    'lockwise.goTo': (uri: string, line: number, character: number) => goTo(uri, line, character),
  };
  for (const [name, run] of Object.entries(commands))
    context.subscriptions.push(vscode.commands.registerCommand(name, run as (...args: unknown[]) => unknown));
}

const tiers: readonly (vscode.QuickPickItem & { readonly tier: PlanParams['tier'] })[] = [
  { label: 'Safe fixes', description: 'the program does the same as before', tier: 'safe' },
  { label: 'Safe and unsafe fixes', description: 'each shows the assumption it makes', tier: 'unsafe' },
];

/** Plans the fixes of the whole workspace and hands them to the Refactor Preview; nothing changes before it is confirmed. */
async function fixWorkspace(server: Server, tier?: PlanParams['tier']): Promise<void> {
  const title = 'Fix the whole workspace';
  const chosen = tier ?? (await vscode.window.showQuickPick(tiers, { title, placeHolder: 'Which fixes?' }))?.tier;
  if (chosen === undefined) return;
  const plan = await planned(server, chosen);
  if (plan === undefined) return;
  if (plan.fixed === 0) {
    const left = plan.left === 0 ? 'There are no findings.' : `${plan.left} findings have no fix of this kind.`;
    void vscode.window.showInformationMessage(`Lockwise: nothing to fix. ${left}`);
    return;
  }
  await vscode.workspace.applyEdit(await server.toEdit(plan.edit), { isRefactoring: true });
}

async function planned(server: Server, tier: PlanParams['tier']): Promise<Plan | undefined> {
  const location = vscode.ProgressLocation.Notification;
  const options = { location, title: 'Lockwise: planning the fixes', cancellable: true };
  return vscode.window.withProgress(options, async (progress, token) => {
    const workDoneToken = `lockwise-plan-${Date.now()}`;
    let done = 0;
    const listener = server.client?.onProgress(WorkDoneProgress.type, workDoneToken, (value) => {
      if (value.kind !== 'report' || value.percentage === undefined) return;
      progress.report({ increment: value.percentage - done, message: value.message ?? '' });
      done = value.percentage;
    });
    try {
      return await server.request<Plan>(planRequest, { tier, workDoneToken } satisfies PlanParams, token);
    } catch (error) {
      if (token.isCancellationRequested) return undefined;
      void vscode.window.showErrorMessage(`Lockwise could not plan the fixes: ${(error as Error).message}`);
      return undefined;
    } finally {
      listener?.dispose();
    }
  });
}

async function suppress(server: Server, finding: Omit<SuppressParams, 'reason'> & { rule: string }): Promise<void> {
  const reason = await vscode.window.showInputBox({
    title: `Suppress ${finding.rule}`,
    prompt: 'Why is this right as it is? The reason is written beside the suppression.',
    validateInput: (text) => (text.trim() === '' ? 'A suppression needs a reason.' : undefined),
  });
  if (reason === undefined) return;
  const { uri, id } = finding;
  const edit = await server.request<Parameters<Server['toEdit']>[0] | null>(suppressRequest, { uri, id, reason });
  if (edit == null)
    void vscode.window.showWarningMessage('Lockwise: this finding is gone, so there is nothing to suppress.');
  else await vscode.workspace.applyEdit(await server.toEdit(edit));
}

/** The page that came with the extension, so that it can be read offline and is that of this version. */
async function openRule(context: vscode.ExtensionContext, rule: string): Promise<void> {
  const page = vscode.Uri.joinPath(context.extensionUri, 'dist', 'rules', `${rule}.md`);
  try {
    await vscode.workspace.fs.stat(page);
    await vscode.commands.executeCommand('markdown.showPreview', page);
  } catch {
    await vscode.env.openExternal(vscode.Uri.parse(docsUrlOf(rule)));
  }
}

async function goTo(uri: string, line: number, character: number): Promise<void> {
  const position = new vscode.Position(line, character);
  await vscode.window.showTextDocument(vscode.Uri.parse(uri), { selection: new vscode.Range(position, position) });
}
