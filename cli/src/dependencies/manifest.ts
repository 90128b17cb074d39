import detectIndent from 'detect-indent';
import { applyEdits, modify, parse, type ParseError } from 'jsonc-parser';
import { FileTrouble } from '../ports.js';

/**
 * A `package.json` with one more dependency: in its alphabetical place where the others are sorted, else behind them. Nothing else changes.
 * @throws FileTrouble when it is not a JSON object
 */
export function withDependency(manifest: string, name: string, specifier: string): string {
  const indent = detectIndent(manifest);
  const formattingOptions = {
    tabSize: indent.amount || 2,
    insertSpaces: indent.type !== 'tab',
    eol: manifest.includes('\r\n') ? '\r\n' : '\n',
  };
  const names = Object.keys(dependenciesOf(manifest));
  const isSorted = names.every((each, index) => index === 0 || names[index - 1]! <= each);
  const edits = modify(manifest, ['dependencies', name], specifier, {
    formattingOptions,
    getInsertionIndex: (existing) =>
      names.length > 0 && isSorted ? existing.filter((each) => each < name).length : existing.length,
  });
  return applyEdits(manifest, edits);
}

function dependenciesOf(manifest: string): Readonly<Record<string, string>> {
  const errors: ParseError[] = [];
  const value: unknown = parse(manifest.replace(/^\uFEFF/, ''), errors);
  if (errors.length > 0 || typeof value !== 'object' || value === null)
    throw new FileTrouble('BADJSON', 'is not valid JSON; correct it first');
  return (value as { dependencies?: Record<string, string> }).dependencies ?? {};
}
