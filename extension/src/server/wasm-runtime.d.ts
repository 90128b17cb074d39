// The part of the package that is used; it ships no declarations.
declare module '@napi-rs/wasm-runtime' {
  export class WASI {
    constructor(options: { version: 'preview1' });
  }
  export const emnapiAsyncWorkPlugin: unknown;
  export const emnapiTSFNPlugin: unknown;
  export function getDefaultContext(): unknown;
  export function instantiateNapiModuleSync(
    bytes: Uint8Array,
    options: {
      context: unknown;
      asyncWorkPoolSize: number;
      plugins: readonly unknown[];
      wasi: WASI;
      overwriteImports(imports: Record<string, Record<string, unknown>>): Record<string, Record<string, unknown>>;
      beforeInit(loaded: { instance: { exports: Record<string, unknown> } }): void;
    },
  ): { napiModule: { exports: unknown } };
}

declare namespace WebAssembly {
  class Memory {
    constructor(limits: { initial: number; maximum: number });
  }
}
