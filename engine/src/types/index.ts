export { NativeOracle, type NativeApi } from './native.js';
export { forgiving, type MemberOrigin, type TypeOracle } from './oracle.js';
export { programOracle, type TypedProgram } from './program.js';
