import * as vscode from 'vscode';
import {
  locksRequest,
  type LockNode,
  type SectionNode,
  type Spot,
  type SuspensionNode,
} from '../../../cli/src/lsp/protocol.js';
import type { Server } from './server.js';

type Node =
  | { readonly level: 'lock'; readonly lock: LockNode }
  | { readonly level: 'section'; readonly section: SectionNode }
  | { readonly level: 'suspension'; readonly suspension: SuspensionNode };

/** The tree of all locks: lock → its sections → what each is held across. */
export class LocksView implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly #server: Server;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #view: vscode.TreeView<Node>;
  readonly #listener: vscode.Disposable;

  readonly onDidChangeTreeData = this.#changed.event;

  constructor(server: Server) {
    this.#server = server;
    this.#view = vscode.window.createTreeView('lockwise.locks', { treeDataProvider: this, showCollapseAll: true });
    this.#listener = server.onLocksChanged(() => {
      this.refresh();
    });
  }

  refresh(): void {
    this.#changed.fire();
  }

  dispose(): void {
    this.#view.dispose();
    this.#listener.dispose();
    this.#changed.dispose();
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (node === undefined) return this.#locks();
    if (node.level === 'lock') return node.lock.sections.map((section) => ({ level: 'section', section }));
    if (node.level === 'section')
      return node.section.suspensions.map((suspension) => ({ level: 'suspension', suspension }));
    return [];
  }

  getTreeItem(node: Node): vscode.TreeItem {
    if (node.level === 'lock') return lockItem(node.lock);
    return node.level === 'section' ? sectionItem(node.section) : suspensionItem(node.suspension);
  }

  async #locks(): Promise<Node[]> {
    await this.#server.started;
    const locks = await this.#server.request<LockNode[] | null>(locksRequest);
    const held = locks?.filter((lock) => lock.sections.some((section) => section.suspensions.length > 0)).length ?? 0;
    this.#view.message = locks === null ? 'The analysis has not finished yet.' : '';
    // The badge counts what waiters may have to pay for.
    this.#view.badge = held === 0 ? undefined : { value: held, tooltip: `${held} locks are held across a suspension` };
    return (locks ?? []).map((lock) => ({ level: 'lock', lock }));
  }
}

function lockItem(lock: LockNode): vscode.TreeItem {
  const item = new vscode.TreeItem(lock.name, vscode.TreeItemCollapsibleState.Collapsed);
  item.id = lock.id;
  item.description = lock.measured ?? `${lock.kind} · ${count(lock.sections.length, 'section')}`;
  item.tooltip = lock.guards.length === 0 ? lock.kind : `${lock.kind}, guards ${lock.guards.join(', ')}`;
  item.iconPath = new vscode.ThemeIcon('lock');
  item.command = open(lock);
  return item;
}

function sectionItem(section: SectionNode): vscode.TreeItem {
  const { length } = section.suspensions;
  const state = length === 0 ? vscode.TreeItemCollapsibleState.None : vscode.TreeItemCollapsibleState.Collapsed;
  const item = new vscode.TreeItem(section.symbol === '' ? 'top of the module' : section.symbol, state);
  item.description = section.measured ?? (length === 0 ? 'never suspends' : count(length, 'suspension'));
  item.iconPath = new vscode.ThemeIcon(length === 0 ? 'symbol-method' : 'watch');
  item.command = open(section);
  return item;
}

function suspensionItem(suspension: SuspensionNode): vscode.TreeItem {
  const item = new vscode.TreeItem(suspension.what);
  item.description = `line ${suspension.range.start.line + 1}`;
  item.iconPath = new vscode.ThemeIcon('debug-pause');
  item.command = open(suspension);
  return item;
}

function open({ uri, range }: Spot): vscode.Command {
  return { title: 'Go to', command: 'lockwise.goTo', arguments: [uri, range.start.line, range.start.character] };
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
