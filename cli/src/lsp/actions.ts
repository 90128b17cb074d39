import { CodeActionKind, type CodeAction, type Diagnostic } from 'vscode-languageserver';
import type { Edit, Finding, Fix } from '@lockwise/engine';
import { source } from './diagnostics.js';
import type { Folder } from './folder.js';
import type { Folders } from './folders.js';
import { within } from './combination.js';
import { reasonToWrite, suppression } from './suppression.js';
import { workspaceEdit } from './workspace-edit.js';

export const fixAllKind = `${CodeActionKind.SourceFixAll}.lockwise`;

export interface ActionContext {
  readonly folders: Folders;
  readonly folder: Folder;
  readonly path: string;
  /** Every finding of the file. */
  readonly findings: readonly Finding[];
  /** Those that the range touches. */
  readonly chosen: readonly Finding[];
  readonly diagnostics: readonly Diagnostic[];
  readonly only: readonly string[] | undefined;
  /** The client has the extension's commands. */
  readonly commands: boolean;
}

export function codeActions(context: ActionContext): CodeAction[] {
  const actions: CodeAction[] = [];
  if (wants(context.only, CodeActionKind.QuickFix)) {
    for (const finding of context.chosen) actions.push(...fixesOf(context, finding));
    for (const rule of new Set(context.chosen.map((finding) => finding.rule))) actions.push(...fixRule(context, rule));
    for (const finding of context.chosen) actions.push(...asides(context, finding));
  }
  // Only on request, as on save: a menu of quick fixes is about one place.
  if (context.only?.some((kind) => isWithin(fixAllKind, kind)) === true) actions.push(...fixFile(context));
  return actions;
}

function wants(only: readonly string[] | undefined, kind: string): boolean {
  return only === undefined || only.some((asked) => isWithin(kind, asked));
}

/** Kinds are hierarchies: asking for `source` means `source.fixAll.lockwise` too. */
function isWithin(kind: string, asked: string): boolean {
  return asked === '' || kind === asked || kind.startsWith(`${asked}.`);
}

function fixesOf(context: ActionContext, finding: Finding): CodeAction[] {
  const order = { safe: 0, unsafe: 1, manual: 2 };
  return [...finding.fixes]
    .sort((a, b) => order[a.tier] - order[b.tier])
    .map((fix, index) => ({
      title: titleOf(fix),
      kind: CodeActionKind.QuickFix,
      ...reported(context, finding),
      // What is preferred is applied by a keystroke, unseen: only what is proven may be.
      ...(index === 0 && fix.tier === 'safe' ? { isPreferred: true } : {}),
      ...(fix.tier === 'manual' || fix.edits.length === 0
        ? { disabled: { reason: fix.reason ?? 'This change is yours to make.' } }
        : { edit: workspaceEdit(context.folders, context.folder, fix.edits) }),
    }));
}

/** The tier and its reason stand in the title, because that is all a light bulb shows before the change is made. */
function titleOf(fix: Fix): string {
  return fix.reason === undefined ? `${fix.title} (${fix.tier})` : `${fix.title} (${fix.tier}: ${fix.reason})`;
}

function fixRule(context: ActionContext, rule: string): CodeAction[] {
  const ofRule = context.findings.filter((finding) => finding.rule === rule);
  const tier = ofRule.some((finding) => finding.fixes.some((fix) => within(fix, 'safe'))) ? 'safe' : 'unsafe';
  const { edits, fixed } = context.folder.combine(ofRule, tier);
  if (fixed.length < 2) return [];
  return [
    {
      title: `Fix all ${fixed.length} of ${rule} in this file (${tier})`,
      kind: CodeActionKind.QuickFix,
      diagnostics: context.diagnostics.filter((diagnostic) => diagnostic.code === rule),
      edit: workspaceEdit(context.folders, context.folder, edits),
    },
  ];
}

function asides(context: ActionContext, finding: Finding): CodeAction[] {
  const actions: CodeAction[] = [];
  const title = `Suppress ${finding.rule} for this line, with a reason`;
  const kind = CodeActionKind.QuickFix;
  const edit = suppression(context.folder, finding, reasonToWrite);
  if (edit !== undefined && context.commands) {
    const uri = context.folders.uri(context.folder, context.path);
    const command = { title, command: 'lockwise.suppress', arguments: [{ uri, id: finding.id, rule: finding.rule }] };
    actions.push({ title, kind, ...reported(context, finding), command });
  } else if (edit !== undefined)
    actions.push({ title, kind, ...reported(context, finding), edit: toWorkspace(context, [edit]) });
  if (context.commands) {
    const open = `Open the page of ${finding.rule}`;
    const command = { title: open, command: 'lockwise.openRule', arguments: [finding.rule] };
    actions.push({ title: open, kind, ...reported(context, finding), command });
  }
  return actions;
}

function fixFile(context: ActionContext): CodeAction[] {
  const { edits, fixed } = context.folder.combine(context.findings, 'safe');
  if (fixed.length === 0) return [];
  const title = `Apply every safe fix of Lockwise (${fixed.length})`;
  return [{ title, kind: fixAllKind, edit: toWorkspace(context, edits) }];
}

function toWorkspace(context: ActionContext, edits: readonly Edit[]) {
  return workspaceEdit(context.folders, context.folder, edits);
}

function reported(context: ActionContext, finding: Finding): { diagnostics?: Diagnostic[] } {
  const own = context.diagnostics.filter(
    (diagnostic) => diagnostic.source === source && (diagnostic.data as { id?: string } | undefined)?.id === finding.id,
  );
  return own.length === 0 ? {} : { diagnostics: own };
}
