export { NativeOracle, type NativeApi } from './native.js';
export { forgiving, type TypeOracle, type TypeOrigin } from './oracle.js';
export { programOracle, type TypedProgram } from './program.js';
