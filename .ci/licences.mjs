import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** The licences of the packages that went into a bundle, as their authors ask for them to be kept. `metafile` is esbuild's. */
export function licencesOf(metafile) {
  const folders = new Set();
  for (const input of Object.keys(metafile.inputs)) {
    const match = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(resolve(input).replaceAll('\\', '/'));
    if (match) folders.add(match[1]);
  }
  const parts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return `${name} ${version}, ${license}\n\n${licenceText(folder)}`;
  });
  return `This bundle contains:\n\n${parts.join('\n----\n\n')}`;
}

function licenceText(folder) {
  const file = readdirSync(folder).find((name) => /^licen[cs]e(\.|$)/i.test(name));
  if (file) return `${readFileSync(join(folder, file), 'utf8').trim()}\n`;
  const notice = join(dirname(folder), 'LICENSE');
  return existsSync(notice) ? readFileSync(notice, 'utf8') : '(no licence text is published with it)\n';
}
