/// <reference lib="esnext.disposable" preserve="true" />

/** `Symbol.dispose` where the engine has it; else the registered symbol that `using` is compiled to by the usual down-levelling. */
export const dispose: typeof Symbol.dispose = Symbol.dispose ?? Symbol.for('Symbol.dispose');

/** As {@link dispose}, for `await using`. */
export const asyncDispose: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose');
