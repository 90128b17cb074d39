// Bundles the plugin, the engine included: what is published needs nothing unpublished, and no package with a `typescript` peer.
import { build } from 'esbuild';
import { writeFileSync } from 'node:fs';
import { binaries } from '../.ci/binaries.mjs';
import { licencesOf } from '../.ci/licences.mjs';

const { metafile } = await build({
  entryPoints: ['src/index.ts'],
  outfile: 'dist/index.js',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  // Binaries for the sight of other files: loaded when they are there.
  alias: binaries,
  // CommonJS dependencies in the bundle ask for Node's own modules with `require`.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module';\nconst require = __createRequire(import.meta.url);",
  },
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
});

writeFileSync('dist/THIRD-PARTY.txt', licencesOf(metafile));
