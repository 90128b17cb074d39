import { relative, sep } from 'node:path';
import * as vscode from 'vscode';
import { profileRequest, type ProfileAnswer } from '../../../cli/src/lsp/protocol.js';
import type { Server } from './server.js';

/**
 * Takes what `lockwise trace` recorded, remembers it in the settings of its folder, and says what came of it.
 *
 * @param profile - the file; the user chooses one where none is given.
 */
export async function loadProfile(server: Server, profile?: vscode.Uri): Promise<void> {
  const uri = profile ?? (await chosen());
  if (uri === undefined) return;
  const folder = vscode.workspace.getWorkspaceFolder(uri) ?? vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined) {
    void vscode.window.showWarningMessage('Lockwise: open the folder that the profile is about first.');
    return;
  }
  const inside = vscode.workspace.getWorkspaceFolder(uri) === folder;
  const path = inside ? relative(folder.uri.fsPath, uri.fsPath).split(sep).join('/') : uri.fsPath;
  await vscode.workspace
    .getConfiguration('lockwise', folder)
    .update('profile', path, vscode.ConfigurationTarget.WorkspaceFolder);
  await tell(server, path);
}

async function chosen(): Promise<vscode.Uri | undefined> {
  const files = await vscode.window.showOpenDialog({
    title: 'Load a profile that lockwise trace recorded',
    filters: { Profiles: ['json'] },
    openLabel: 'Load Profile',
  });
  return files?.[0];
}

async function tell(server: Server, path: string): Promise<void> {
  const { notices, places } = await server.request<ProfileAnswer>(profileRequest);
  if (notices.length > 0) void vscode.window.showWarningMessage(`Lockwise: ${notices.join('; ')}`);
  else
    void vscode.window.showInformationMessage(
      `Lockwise: ${path} measured ${places} ${places === 1 ? 'place' : 'places'} that take a lock.`,
    );
}
