// Bundles the CLI with the engine, which is not published, so that what is installed needs nothing but its own dependencies; and the script
// of the contention report with its charting library, to be inlined into each page.
import { cp, copyFile, mkdir, readFile, readdir, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { build } from 'esbuild';
import { binaries } from '../.ci/binaries.mjs';
import { identity } from './identity.mjs';

const { dependencies } = JSON.parse(await readFile('package.json', 'utf8'));

/** The recorder finds its preload beside itself, so it stays as the compiler wrote it. */
const besides = {
  name: 'besides',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.\/(trace|report\/profile)\/command\.js$/ }, ({ path }) => ({ path, external: true }));
  },
};

/** A page reads no profile from a disk. */
const inPage = {
  name: 'in-page',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /\/trace\/profile\.js$/ }, ({ kind, resolveDir }) =>
      resolve('@lockwise/engine/profile', { kind, resolveDir }),
    );
  },
};

await rm('dist/bundle', { recursive: true, force: true });
await build({
  entryPoints: { lockwise: 'src/entry.ts' },
  outdir: 'dist/bundle',
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  define: { 'process.env.LOCKWISE_BUILD': JSON.stringify(await identity()) },
  external: [...Object.keys(dependencies), 'typescript'],
  // jsonc-parser's CommonJS build cannot be bundled.
  mainFields: ['module', 'main'],
  alias: binaries,
  plugins: [besides],
  // Half of the text to read at each start; names stay, for stack traces.
  minifyWhitespace: true,
  minifySyntax: true,
  // CommonJS dependencies in the bundle ask for Node's own modules with `require`.
  banner: {
    js: [
      "import { createRequire as __createRequire } from 'node:module';",
      'const require = __createRequire(import.meta.url);',
    ].join('\n'),
  },
  legalComments: 'linked',
  logLevel: 'warning',
});

// The recorder's one file that knows the engine's part of the profile, with that part in it: the engine is not published.
await build({
  entryPoints: ['src/trace/profile.ts'],
  outfile: 'dist/trace/profile.js',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  logLevel: 'warning',
});

// The declarations of the runtime, for verifying fixes before it is installed.
await mkdir('dist/runtime-types', { recursive: true });
await cp('../runtime/dist', 'dist/runtime-types', {
  recursive: true,
  filter: (source) => !/\.(js|map|tsbuildinfo)$/.test(source),
});
if (existsSync('../docs/rules')) {
  await mkdir('dist/rules', { recursive: true });
  for (const page of await readdir('../docs/rules'))
    if (page.endsWith('.md')) await copyFile(`../docs/rules/${page}`, `dist/rules/${page}`);
}

await build({
  entryPoints: ['src/report/profile/page/report.ts'],
  outfile: 'dist/report/profile/page/report.js',
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  legalComments: 'inline',
  plugins: [inPage],
  logLevel: 'warning',
});
await copyFile('src/report/profile/page/report.css', 'dist/report/profile/page/report.css');
