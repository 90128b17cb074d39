// Names the engine and the CLI that a bundle has in it: what another one found is not read from a cache.
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const parts = [
  ['../engine/dist', '.js'],
  ['src', '.ts'],
];

export async function identity() {
  const digest = createHash('sha256');
  for (const [relative, extension] of parts) {
    const folder = fileURLToPath(new URL(relative, import.meta.url));
    const files = await readdir(folder, { recursive: true });
    for (const file of files.filter((name) => name.endsWith(extension)).sort())
      digest.update(file).update(await readFile(join(folder, file)));
  }
  return digest.digest('hex').slice(0, 16);
}
