// Bundles what the package ships: client, language server, the graph's page, the parser, the rules' pages, the schema of the configuration.
import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { identity } from '../cli/identity.mjs';
import { configurationSchema } from './schema.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, 'dist');
const require = createRequire(import.meta.url);

/** Native modules are replaced by what runs on every platform, see the two files. */
const portable = {
  name: 'portable',
  setup(builder) {
    builder.onResolve({ filter: /^oxc-parser$/ }, () => ({ path: join(here, 'src/server/parser.ts') }));
    builder.onResolve({ filter: /^oxc-resolver$/ }, () => ({ path: join(here, 'src/server/resolver.ts') }));
  },
};

const shared = { bundle: true, minify: true, legalComments: 'none', logLevel: 'warning', absWorkingDir: here };
const node = {
  ...shared,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  mainFields: ['module', 'main'],
  // Modules that ask where they are: CommonJS has no `import.meta`.
  define: { 'import.meta.url': 'bundleUrl', 'process.env.LOCKWISE_BUILD': JSON.stringify(await identity()) },
  banner: { js: "const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
};

export async function bundle() {
  mkdirSync(join(dist, 'rules'), { recursive: true });
  await Promise.all([
    build({ ...node, entryPoints: ['src/client/main.ts'], outfile: 'dist/client.cjs', external: ['vscode'] }),
    build({ ...node, entryPoints: ['src/server/main.ts'], outfile: 'dist/server.cjs', plugins: [portable] }),
    build({
      ...shared,
      platform: 'browser',
      format: 'iife',
      target: 'chrome128',
      entryPoints: ['src/webview/graph.ts'],
      outfile: 'dist/graph.js',
    }),
  ]);
  copyFileSync(join(here, 'src/webview/graph.css'), join(dist, 'graph.css'));
  const parser = join(dirname(require.resolve('oxc-parser/package.json')), 'parser.wasm32-wasip1.wasm');
  copyFileSync(parser, join(dist, 'parser.wasm'));
  const pages = join(here, '../docs/rules');
  if (existsSync(pages))
    for (const page of readdirSync(pages)) copyFileSync(join(pages, page), join(dist, 'rules', page));
  writeFileSync(join(dist, 'lockwise.config.schema.json'), JSON.stringify(configurationSchema(), null, 2));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle();
