// Packs what is published, installs the packs in clean projects and uses them there as a user would.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packAll } from './pack.mjs';
import { commonJsWithEslint9, esmWithEslint10, onlyTypeScript7, withoutBinaries } from './projects.mjs';

export const minutes = 10;

async function main() {
  const folder = mkdtempSync(join(tmpdir(), 'lockwise-packages-'));
  const chosen = process.argv.slice(2);
  try {
    const packs = packAll(folder);
    for (const project of [commonJsWithEslint9, esmWithEslint10, onlyTypeScript7, withoutBinaries]) {
      if (chosen.length > 0 && !chosen.includes(project.name)) continue;
      const began = Date.now();
      await project(join(folder, project.name), packs);
      console.log(`packages: ${project.name} passed in ${((Date.now() - began) / 1000).toFixed(0)} s`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
