import type {
  AnnotatedTextEdit,
  ChangeAnnotation,
  TextDocumentEdit,
  TextEdit,
  WorkspaceEdit,
} from 'vscode-languageserver';
import type { Edit } from '@lockwise/engine';
import type { Folder } from './folder.js';
import type { Folders } from './folders.js';
import type { ChosenEdit } from './combination.js';
import { rangeOf } from './texts.js';

/** Edits of the engine as the client applies them. Open documents carry their version, so that a late edit is refused instead of misplaced. */
export function workspaceEdit(folders: Folders, folder: Folder, edits: readonly Edit[]): WorkspaceEdit {
  return { documentChanges: changes(folders, folder, edits, () => undefined) };
}

/** The same with one annotation per rule and tier: a client that knows them shows a preview, and applies nothing before it is confirmed. */
export function annotatedEdit(
  folders: Folders,
  plans: readonly { readonly folder: Folder; readonly edits: readonly ChosenEdit[] }[],
): WorkspaceEdit {
  const changeAnnotations: Record<string, ChangeAnnotation> = {};
  const documentChanges = plans.flatMap(({ folder, edits }) =>
    changes(folders, folder, edits, (edit) => {
      const id = edit.rule === undefined ? 'imports' : `${edit.rule} ${edit.tier}`;
      changeAnnotations[id] = {
        label: edit.rule === undefined ? 'imports that the fixes need' : `${edit.rule} · ${edit.tier}`,
        needsConfirmation: true,
        ...(edit.reason === undefined ? {} : { description: edit.reason }),
      };
      return id;
    }),
  );
  return { documentChanges, changeAnnotations };
}

function changes<E extends Edit>(
  folders: Folders,
  folder: Folder,
  edits: readonly E[],
  annotation: (edit: E) => string | undefined,
): TextDocumentEdit[] {
  const byPath = new Map<string, E[]>();
  for (const edit of edits) byPath.set(edit.path, [...(byPath.get(edit.path) ?? []), edit]);
  return [...byPath].flatMap(([path, ofFile]) => {
    const text = folders.document(folder, path);
    if (text === undefined) return [];
    return [
      {
        textDocument: { uri: text.uri, version: folders.version(text.uri) },
        edits: ofFile.map((edit): TextEdit | AnnotatedTextEdit => {
          const plain = { range: rangeOf(text, edit.span), newText: edit.text };
          const annotationId = annotation(edit);
          return annotationId === undefined ? plain : { ...plain, annotationId };
        }),
      },
    ];
  });
}
