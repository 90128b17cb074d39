import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';

const source = fileURLToPath(new URL('../src', import.meta.url));
const entries = [
  ['@lockwise/runtime', 'index.ts'],
  ...['debug', 'diagnostics', 'testing'].map((name) => [`@lockwise/runtime/${name}`, `${name}/index.ts`]),
];

/** The program as one file that any engine runs, with the runtime's sources inside. */
export function bundled(program: string, options: { minify?: boolean } = {}): string {
  const { outputFiles } = buildSync({
    stdin: { contents: program, resolveDir: source, loader: 'ts', sourcefile: 'program.ts' },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    platform: 'neutral',
    minify: options.minify ?? false,
    external: ['node:*'],
    alias: Object.fromEntries(entries.map(([name, file]) => [name, `${source}/${file}`])),
  });
  return outputFiles[0]?.text ?? '';
}

/** What a user's bundle grows by, in bytes, compressed. */
export function gzipped(program: string): number {
  return gzipSync(bundled(program, { minify: true }), { level: 9 }).length;
}
