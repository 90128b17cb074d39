import type { TypeFact } from '../facts/format.js';

/** `Promise<T>`, `PromiseLike<T>`. */
export function isPromiseType(type: TypeFact | undefined): type is Extract<TypeFact, { t: 'ref' }> {
  return type?.t === 'ref' && /^Promise(Like)?$/.test(type.name);
}
