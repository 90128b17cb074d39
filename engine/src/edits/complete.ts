import type { Edit, Fix, ImportRequest } from '../findings.js';
import type { Parsed } from '../project.js';
import { applyEdits, inTextOrder, type TextEdit } from './apply.js';
import { importEdits } from './imports.js';
import { unusedImports } from './unused-imports.js';

/** Where the planning of edits reads the files that they change. */
export interface Sources {
  /** The text that spans refer to, byte-order mark removed, or undefined when the file is gone. */
  text(path: string): string | undefined;
  parse(path: string, text: string): Parsed;
}

/** The edits that bring the imports of one file in line with what is done to it: what is asked for comes, what fell out of use goes. */
export function importEditsFor(
  path: string,
  own: readonly TextEdit[],
  requests: readonly ImportRequest[],
  sources: Sources,
): Edit[] {
  const text = sources.text(path);
  if (text === undefined) return [];
  const before = sources.parse(path, text);
  if (before.errors.length > 0) return [];
  const drop = fallenOutOfUse(path, applyEdits(text, own), before, sources, requests);
  const change = { requests: requests.filter((request) => request.path === path), drop };
  return importEdits(text, before.program, change)
    .filter(({ span }) => !own.some((edit) => edit.span[0] < span[1] && span[0] < edit.span[1]))
    .map((edit) => ({ path, ...edit }));
}

function fallenOutOfUse(
  path: string,
  after: string,
  before: Parsed,
  sources: Sources,
  requests: readonly ImportRequest[],
): Set<string> {
  const parsed = sources.parse(path, after);
  if (parsed.errors.length > 0) return new Set();
  const unusedBefore = unusedImports(before.program);
  const wanted = new Set(requests.map(({ name }) => name));
  return new Set([...unusedImports(parsed.program)].filter((name) => !unusedBefore.has(name) && !wanted.has(name)));
}

/** A fix whose imports are still to be worked out. */
export type FixDraft = Omit<Fix, 'importEdits'>;

/** The fix with the edits of its imports, as if it were applied alone. */
export function completeFix(draft: FixDraft, sources: Sources): Fix {
  const paths = new Set([...draft.edits, ...draft.imports].map(({ path }) => path));
  const imports = [...paths].flatMap((path) =>
    importEditsFor(
      path,
      draft.edits.filter((edit) => edit.path === path),
      draft.imports,
      sources,
    ),
  );
  const edits = [...draft.edits, ...imports].sort((a, b) =>
    a.path < b.path ? -1 : a.path > b.path ? 1 : inTextOrder(a, b),
  );
  return { ...draft, edits, importEdits: imports };
}

/** The edits of a fix without those of its imports: what remains when several fixes share their imports. */
export function ownEdits(fix: Fix): Edit[] {
  const imports = fix.importEdits ?? [];
  return fix.edits.filter((edit) => !imports.some((other) => sameEdit(other, edit)));
}

function sameEdit(a: Edit, b: Edit): boolean {
  return a === b || (a.path === b.path && a.span[0] === b.span[0] && a.span[1] === b.span[1] && a.text === b.text);
}
