// How the recorder gets between the program and its modules. Three maintained ways are combined, because none does both
// jobs on every supported Node:
//   - import-in-the-middle and require-in-the-middle replace what the lock libraries export, for `import` and `require`;
//   - `module.registerHooks` rewrites the program's own files where Node has it in a usable form; where not,
//     `module.register` does it for ES modules, on Node's loader thread, and pirates for CommonJS.
import * as nodeModule from 'node:module';
import { fileURLToPath } from 'node:url';
import { MessageChannel, receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import { Hook as ImportHook } from 'import-in-the-middle';
import { register as registerImportHook, supportsSyncHooks } from 'import-in-the-middle/register-hooks.mjs';
import { addHook as addRequireHook } from 'pirates';
import { Hook as RequireHook } from 'require-in-the-middle';
import type { Exports, Library, Recording } from '../libraries/library.js';
import { SiteNumbers, type SourceKind } from './rewrite.js';
import { isProgramFile, loadSource, type LoadedFile } from './source-files.js';

/** Instruments the libraries wherever the program loads them from now on. */
export function hookLibraries(libraries: readonly Library[], recording: Recording): void {
  const byModule = new Map(libraries.flatMap((library) => library.modules.map((name) => [name, library] as const)));
  const modules = [...byModule.keys()];
  if (supportsSyncHooks()) registerImportHook({ include: modules });
  else nodeModule.register('import-in-the-middle/hook.mjs', import.meta.url, { data: { include: modules } });
  const instrument = (exports: unknown, name: string) =>
    byModule.get(name.replaceAll('\\', '/'))?.instrument(exports as Exports, recording, name);
  new ImportHook(modules, (exported, name) => {
    instrument(exported, name);
  });
  new RequireHook(modules, <T>(exported: T, name: string) => (instrument(exported, name) ?? exported) as T);
}

/** Marks the calls in the files that the program loads from now on. `found` gets what was marked, before it can run. */
export function hookSources(found: (loaded: LoadedFile) => void): PendingSources {
  if (supportsSyncHooks()) {
    hookInThread(found);
    return { collect: () => undefined };
  }
  const ids = new SiteNumbers(2, 2);
  addRequireHook((source, file) => loadSource(source, file, 'commonjs', ids, found), {
    exts: ['.js', '.cjs'],
    matcher: isProgramFile,
    ignoreNodeModules: false,
  });
  return hookLoaderThread(found);
}

/** What the loader's thread has sent and nobody has looked at. */
export interface PendingSources {
  readonly collect: () => void;
}

/** Node's synchronous hooks, which the types for its oldest supported version do not have. */
interface SynchronousHooks {
  registerHooks(hooks: { load(url: string, context: object, next: NextLoad): nodeModule.LoadFnOutput }): void;
}

type NextLoad = (url: string, context: object) => nodeModule.LoadFnOutput;

function hookInThread(found: (loaded: LoadedFile) => void): void {
  const ids = new SiteNumbers(1, 1);
  (nodeModule as unknown as SynchronousHooks).registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      const kind = kindOf(loaded.format);
      if (kind === undefined || loaded.source == null || !url.startsWith('file:')) return loaded;
      const text = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source);
      return { ...loaded, source: loadSource(text, fileURLToPath(url), kind, ids, found) };
    },
  });
}

/** Formats such as `module-typescript` are those of files whose types Node strips after this. */
function kindOf(format: string | null | undefined): SourceKind | undefined {
  if (format?.startsWith('module') === true) return 'module';
  return format?.startsWith('commonjs') === true ? 'commonjs' : undefined;
}

function hookLoaderThread(found: (loaded: LoadedFile) => void): PendingSources {
  const { port1, port2 } = new MessageChannel();
  nodeModule.register('./loader-thread.js', import.meta.url, { data: { port: port2 }, transferList: [port2] });
  port1.unref();
  return { collect: () => receiveAll(port1, found) };
}

/** Without the event loop: also as the process exits. */
function receiveAll(port: MessagePort, found: (loaded: LoadedFile) => void): void {
  for (let received; (received = receiveMessageOnPort(port)) !== undefined;) found(received.message as LoadedFile);
}
