import type { LockModel, Side } from '../models/model.js';

/** The method that takes the other side of a read/write lock in the same form: `withRead` for `withWrite`. */
export function methodOfSide(model: LockModel, name: string, side: Side): string | undefined {
  const other = side === 'read' ? /write/i : /read/i;
  const found = name.replace(other, (word) => (/^[A-Z]/.test(word) ? side[0]!.toUpperCase() + side.slice(1) : side));
  const method = model.methods[found];
  return found !== name && method && 'side' in method && method.side === side ? found : undefined;
}
