// Remembering one thing about an object of the program, at the cost of a field: a private name is added to the object
// itself, which neither the program nor a frozen object notices. A WeakMap would do the same, and its entries are most of
// what an acquire of a fast lock costs, for each of them is looked after by the garbage collector.
import type { LockRequest } from './ledger.js';

/** A constructor may return another object, to which the fields of a derived class are then added. */
const Given = function (object: object) {
  return object;
} as unknown as new (object: object) => object;

/** The request that an object of a library stands for. */
export class Stamp extends Given {
  #request: LockRequest | undefined;

  private constructor(object: object, request: LockRequest) {
    super(object);
    this.#request = request;
  }

  static set(object: object, request: LockRequest): void {
    if (#request in object) (object as Stamp).#request = request;
    else new Stamp(object, request);
  }

  static get(object: object): LockRequest | undefined {
    return #request in object ? (object as Stamp).#request : undefined;
  }
}
