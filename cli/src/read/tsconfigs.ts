import { dirname, join } from 'node:path';
import type { Problem } from '@lockwise/engine';
import { parse, printParseErrorCode, type ParseError } from 'jsonc-parser';
import { FileTrouble, type Files } from '../ports.js';

/** Problems of the tsconfig files that these files are seen through: modules resolve by them, so a broken one hides what calls lead to. */
export function tsconfigProblems(files: Files, root: string, paths: Iterable<string>): Problem[] {
  const problems: Problem[] = [];
  const folders = new Set([...paths].map((path) => dirname(path)));
  const seen = new Set<string>();
  for (const folder of folders)
    for (let above = folder; !seen.has(above); above = dirname(above)) {
      seen.add(above);
      problems.push(...problemOf(files, root, above === '.' ? 'tsconfig.json' : `${above}/tsconfig.json`));
      if (above === '.' || above.startsWith('..')) break;
    }
  return problems.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function problemOf(files: Files, root: string, path: string): Problem[] {
  const file = join(root, path);
  if (files.stat(file)?.kind !== 'file') return [];
  const effect = 'imports are resolved without it';
  try {
    const errors: ParseError[] = [];
    const value: unknown = parse(
      files
        .read(file)
        .toString('utf8')
        .replace(/^\uFEFF/, ''),
      errors,
      { allowTrailingComma: true },
    );
    const [error] = errors;
    if (error) {
      const span = [error.offset, error.offset + error.length] as const;
      return [
        { path, span, message: `is not valid JSON (${printParseErrorCode(error.error)}); ${effect}; correct it` },
      ];
    }
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return [];
    return [{ path, message: `is not a JSON object; ${effect}; correct it` }];
  } catch (error) {
    if (error instanceof FileTrouble) return [{ path, message: `${error.message}; ${effect}` }];
    throw error;
  }
}
