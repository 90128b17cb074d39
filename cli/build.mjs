// Bundles the script of the contention report with its charting library, to be inlined into each page.
import { copyFile } from 'node:fs/promises';
import { build } from 'esbuild';

await build({
  entryPoints: ['src/report/profile/page/report.ts'],
  outfile: 'dist/report/profile/page/report.js',
  bundle: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  legalComments: 'inline',
  logLevel: 'warning',
});
await copyFile('src/report/profile/page/report.css', 'dist/report/profile/page/report.css');
