import { fileURLToPath } from 'node:url';

const stub = (name) => fileURLToPath(new URL(`../engine/src/node/binaries/${name}.ts`, import.meta.url));

/** For esbuild's `alias`: packages with a binary are loaded when they are first used, not when the bundle is. */
export const binaries = { 'oxc-parser': stub('oxc-parser'), 'oxc-resolver': stub('oxc-resolver') };
