import type { Unit } from './unit.js';

/**
 * What is known of the parts of files. It goes with the unit: when a file changes, or one that it leads to, it becomes
 * another unit, and what was known of the older one is out of reach.
 */
export class ByUnit<K, V> {
  private readonly known = new WeakMap<Unit, Map<K, V>>();

  has(unit: Unit, key: K): boolean {
    return this.known.get(unit)?.has(key) ?? false;
  }

  get(unit: Unit, key: K): V | undefined {
    return this.known.get(unit)?.get(key);
  }

  set(unit: Unit, key: K, value: V): void {
    const ofUnit = this.known.get(unit);
    if (ofUnit) ofUnit.set(key, value);
    else this.known.set(unit, new Map([[key, value]]));
  }

  delete(unit: Unit, key: K): void {
    this.known.get(unit)?.delete(key);
  }
}
