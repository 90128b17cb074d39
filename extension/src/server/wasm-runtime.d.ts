// The part of the package that is used; it ships no declarations.
declare module '@napi-rs/wasm-runtime' {
  export const WASI: new (options: { version: 'preview1' }) => object;
  export const emnapiAsyncWorkPlugin: unknown;
  export const emnapiTSFNPlugin: unknown;
  export function getDefaultContext(): unknown;
  export function instantiateNapiModuleSync(
    bytes: Uint8Array,
    options: {
      context: unknown;
      asyncWorkPoolSize: number;
      plugins: readonly unknown[];
      wasi: object;
      overwriteImports(imports: Record<string, Record<string, unknown>>): Record<string, Record<string, unknown>>;
      beforeInit(loaded: { instance: { exports: Record<string, unknown> } }): void;
    },
  ): { napiModule: { exports: unknown } };
}

declare namespace WebAssembly {
  const Memory: new (limits: { initial: number; maximum: number }) => object;
}
