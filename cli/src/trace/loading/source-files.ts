// Which files are rewritten, and what is kept of them to find the original lines at the end of the run.
import { extname } from 'node:path';
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
