// The least that a check in Node and with this parser may cost: reads every file, finds those with a word of a lock, parses them, and throws the trees away.
import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

// The very parser of the engine.
const { parseSync } = createRequire(new URL('../../../engine/package.json', import.meta.url))('oxc-parser');
const words = new RegExp(process.argv[2]);
const bytes = Buffer.allocUnsafeSlow(2 * 1024 * 1024);

function visit(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) visit(path);
    else if (/\.[cm]?[jt]sx?$/.test(entry.name)) look(path);
  }
}

function look(path) {
  const file = openSync(path, 'r');
  const length = readSync(file, bytes, 0, bytes.length, 0);
  closeSync(file);
  if (!words.test(bytes.latin1Slice(0, length))) return;
  const { program } = parseSync(path, bytes.utf8Slice(0, length), { astType: 'ts', preserveParens: false });
  // The tree is made when it is first asked for.
  void program.body.length;
}

visit('.');
