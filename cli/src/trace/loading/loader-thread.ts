// The loader hooks for Node versions without usable synchronous hooks: ES modules are loaded on a thread of their own,
// which rewrites them and sends what it marked to the thread that runs the program.
import type { LoadFnOutput, LoadHookContext } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { MessagePort } from 'node:worker_threads';
import { SiteNumbers } from './rewrite.js';
import { loadSource } from './source-files.js';

/** What the program's thread gives the loader's thread. */
export interface LoaderData {
  readonly port: MessagePort;
}

let port: MessagePort | undefined;
const ids = new SiteNumbers(1, 2);

export function initialize(data: LoaderData): void {
  port = data.port;
}

type NextLoad = (url: string, context?: Partial<LoadHookContext>) => LoadFnOutput | Promise<LoadFnOutput>;

export async function load(url: string, context: LoadHookContext, nextLoad: NextLoad): Promise<LoadFnOutput> {
  const loaded = await nextLoad(url, context);
  if (loaded.format !== 'module' || loaded.source == null || !url.startsWith('file:')) return loaded;
  return { ...loaded, source: rewrittenSource(loaded.source, url) };
}

function rewrittenSource(source: NonNullable<LoadFnOutput['source']>, url: string): string {
  const text = typeof source === 'string' ? source : new TextDecoder().decode(source);
  return loadSource(text, fileURLToPath(url), 'module', ids, (file) => port?.postMessage(file));
}
