// Takes the place of `oxc-parser` in the bundle: the same parser, of the same version, as WebAssembly, so that one package
// runs on every platform and finds the same as the native one of the CLI.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  WASI,
  emnapiAsyncWorkPlugin,
  emnapiTSFNPlugin,
  getDefaultContext,
  instantiateNapiModuleSync,
} from '@napi-rs/wasm-runtime';
import type { parseSync as nativeParse } from 'oxc-parser';
// The result's members are taken out once, as in the native build: what stays in the parser's memory is never freed.
// @ts-expect-error -- no declarations
import { wrap } from 'oxc-parser/src-js/wrap.js';

interface Parser {
  parseSync(...args: Parameters<typeof nativeParse>): ReturnType<typeof nativeParse>;
}

/** Pages of 64 KiB that the module asks for at its start; it grows as it needs. */
const initialPages = 1024;
let parser: Parser | undefined;

export const parseSync: typeof nativeParse = (...args) => {
  parser ??= load();
  return (wrap as (result: unknown) => ReturnType<typeof nativeParse>)(parser.parseSync(...args));
};

function load(): Parser {
  const { napiModule } = instantiateNapiModuleSync(readFileSync(join(__dirname, 'parser.wasm')), {
    context: getDefaultContext(),
    asyncWorkPoolSize: 0,
    plugins: [emnapiAsyncWorkPlugin, emnapiTSFNPlugin],
    wasi: new WASI({ version: 'preview1' }),
    overwriteImports(imports) {
      imports['env'] = {
        ...imports['env'],
        ...imports['napi'],
        ...imports['emnapi'],
        memory: new WebAssembly.Memory({ initial: initialPages, maximum: 65_536 }),
      };
      return imports;
    },
    beforeInit({ instance }) {
      for (const [name, value] of Object.entries(instance.exports))
        if (name.startsWith('__napi_register__')) (value as () => void)();
    },
  });
  return napiModule.exports as Parser;
}
