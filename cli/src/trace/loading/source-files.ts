// Which files are rewritten, and what is kept of them to find the original lines at the end of the run.
import { readFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { runtimeObserverName } from '../libraries/runtime.js';
import type { SiteMark } from '../recording/sites.js';
import { rewrite, type SiteNumbers, type SourceKind } from './rewrite.js';

/** What loading a file has found. Plain data: it is also sent from the loader's thread. */
export interface LoadedFile {
  readonly file: string;
  readonly marks: readonly (readonly [id: number, mark: SiteMark])[];
  /** The `sourceMappingURL` of the file, when it has one. */
  readonly sourceMap?: string;
}

const scripts = new Set(['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '.jsx', '.tsx']);

/** The lock libraries themselves are instrumented, not rewritten; neither is the recorder with what it needs. */
const left =
  /[\\/]node_modules[\\/](?:async-mutex|async-lock|@livekit[\\/]mutex|p-limit|p-queue|await-lock|mutexify|async-sema|import-in-the-middle|require-in-the-middle|oxc-parser|magic-string|@jridgewell[\\/]|pirates|signal-exit|typescript|@lockwise[\\/]runtime)[\\/]/;

/** Rewrites one file, and reports what was marked. Gives the text to run. */
export function loadSource(
  source: string,
  file: string,
  kind: SourceKind,
  ids: SiteNumbers,
  found: (loaded: LoadedFile) => void,
): string {
  if (isRuntimeFile(file)) return basename(file) === 'observer.js' ? handingOver(source) : source;
  if (!isProgramFile(file)) return source;
  const rewritten = rewrite(source, file, kind, ids);
  if (rewritten === undefined) return source;
  const sourceMap = /^\/\/[#@] sourceMappingURL=(\S+)\s*$/gm;
  const last = [...source.matchAll(sourceMap)].at(-1)?.[1];
  found({ file, marks: rewritten.marks, ...(last !== undefined && { sourceMap: last }) });
  return rewritten.code;
}

export function isProgramFile(file: string): boolean {
  return scripts.has(extname(file)) && !left.test(file);
}

/** Our runtime's module that keeps its observers, so that it gives itself up to the recorder. */
function handingOver(source: string): string {
  return `${source}\n;globalThis.${runtimeObserverName}?.(observeLocks, import.meta.url);\n`;
}

const runtimeFolders = new Map<string, boolean>();

/** Whether a file is of our runtime, be it installed or in its own repository. */
function isRuntimeFile(file: string): boolean {
  const folder = /^.*[\\/]runtime(?=[\\/]dist[\\/])/.exec(file)?.[0];
  if (folder === undefined) return false;
  let known = runtimeFolders.get(folder);
  if (known === undefined) runtimeFolders.set(folder, (known = packageName(folder) === '@lockwise/runtime'));
  return known;
}

function packageName(folder: string): unknown {
  try {
    return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name?: unknown }).name;
  } catch {
    return undefined;
  }
}
