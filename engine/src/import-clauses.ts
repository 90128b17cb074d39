/** What a file takes from another: the names that the other exports, `default` and `*` (all of them) included. */
export interface ImportClause {
  readonly specifier: string;
  readonly names: readonly string[];
  /** The file exports them again. */
  readonly again?: true;
}

const CLAUSE =
  /\b(?:import|export)\b\s*(?:type\s)?([^'"`;()=]*?)\bfrom\s*['"]([^'"\n]+)['"]|\b(?:import|require)\s*\(\s*['"]([^'"\n]+)['"]/g;

/**
 * The imports and re-exports of a file by its text alone, for a file that is not worth a parse. What a comment or a string says is taken for one too:
 * that costs a look, never a finding.
 *
 * @param text the text, or its bytes as Latin-1: a name that is not ASCII is then not found.
 */
export function importClausesOf(text: string): ImportClause[] {
  const clauses: ImportClause[] = [];
  for (const [whole, names, from, called] of text.matchAll(CLAUSE)) {
    const again = whole.startsWith('export') ? ({ again: true } as const) : {};
    const taken = names === undefined ? ['*'] : namesIn(names).map(detached);
    clauses.push({ specifier: detached(from ?? called!), names: taken, ...again });
  }
  return clauses;
}

/** A string of its own: a part of a text keeps the whole text in memory, and imports are kept of every file of a tree. */
function detached(part: string): string {
  return JSON.parse(JSON.stringify(part)) as string;
}

function namesIn(clause: string): string[] {
  const names: string[] = [];
  const braces = /\{([^}]*)\}/.exec(clause);
  for (const part of braces?.[1]!.split(',') ?? []) {
    const name = /^\s*(?:type\s+)?([\w$]+)/.exec(part)?.[1];
    if (name !== undefined) names.push(name);
  }
  const outside = clause.replace(/\{[^}]*\}/, '');
  if (outside.includes('*')) names.push('*');
  if (/^\s*[\w$]+/.test(outside)) names.push('default');
  return names;
}
