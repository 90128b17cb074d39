// Bytes, minified and compressed, that an import adds to a bundle: ours, and the peers' beside them.
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';

const imports = {
  AsyncMutex: `export { AsyncMutex } from '@lockwise/runtime'`,
  'everything of @lockwise/runtime': `export * from '@lockwise/runtime'`,
  'async-mutex, Mutex': `export { Mutex } from 'async-mutex'`,
  'es-toolkit, Mutex, Semaphore, retry, withTimeout, limitAsync': `export { Mutex, Semaphore, retry, withTimeout, limitAsync } from 'es-toolkit'`,
  'async-lock': `export { default } from 'async-lock'`,
  'p-queue': `export { default } from 'p-queue'`,
  'p-limit': `export { default } from 'p-limit'`,
  'p-retry': `export { default } from 'p-retry'`,
  dataloader: `export { default } from 'dataloader'`,
  cockatiel: `export * from 'cockatiel'`,
};

/** Bytes by the name of what is imported. */
export function sizes() {
  return Object.fromEntries(Object.entries(imports).map(([name, program]) => [name, gzipped(program)]));
}

function gzipped(program) {
  const { outputFiles } = buildSync({
    stdin: { contents: program, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    platform: 'browser',
    minify: true,
  });
  return gzipSync(outputFiles[0].text, { level: 9 }).length;
}
