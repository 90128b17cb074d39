import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';

export const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** An import of a source file: the specifier, and for one of our own files its path from the root. */
export interface Import {
  readonly from: string;
  readonly specifier: string;
  readonly target: string | undefined;
}

/** The files below a folder of the repository, as paths from its root. */
export function filesBelow(folder: string, pattern: RegExp): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => pattern.test(path) && !/(^|\/)(node_modules|dist)\//.test(path))
    .sort();
}

/** Everything that the sources of a folder import, export from, or load by `import()` or `require()` of a constant; types included. */
export function importsOf(folder: string): Import[] {
  return filesBelow(folder, /\.[cm]?[jt]s$/).flatMap((from) =>
    specifiersIn(from).map((specifier) => ({
      from,
      specifier,
      target: specifier.startsWith('.') ? relative(root, join(root, dirname(from), specifier)) : undefined,
    })),
  );
}

function specifiersIn(path: string): string[] {
  const text = readFileSync(join(root, path), 'utf8');
  const { module, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0]!.message}`);
  const dynamic = [...text.matchAll(/(?<![.\w])(?:import|require|load\w*)(?:<\w+>)?\(\s*'([^']+)'/g)].map(
    (match) => match[1]!,
  );
  return [
    ...module.staticImports.map((each) => each.moduleRequest.value),
    ...module.staticExports.flatMap((each) => each.entries.flatMap((entry) => entry.moduleRequest?.value ?? [])),
    ...dynamic,
  ];
}
