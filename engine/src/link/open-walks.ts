/**
 * The walks of functions that are under way, outermost first. Functions that call each other in a circle cannot all have the others' results:
 * whoever comes back to a walk that is still open does without it, and what was found so is short of something until that walk ends.
 */
export class OpenWalks {
  private readonly open = new Set<string>();
  /** By name, what is short of something, open or ended: the outermost walk that it did without. */
  private readonly short = new Map<string, string>();

  get size(): number {
    return this.open.size;
  }

  has(name: string): boolean {
    return this.open.has(name);
  }

  begin(name: string): void {
    this.open.add(name);
  }

  end(name: string): void {
    this.open.delete(name);
  }

  /** Does without a walk that is open: all walks inside that one do. */
  doWithout(name: string): void {
    const names = [...this.open];
    const at = names.indexOf(name);
    if (at < 0) return;
    for (const inner of names.slice(at + 1)) {
      const before = names.indexOf(this.short.get(inner) ?? '');
      if (before < 0 || before > at) this.short.set(inner, name);
    }
  }

  /** Uses what an ended walk has found: whatever that did without, the walks that use it do without too. */
  use(name: string): void {
    const missing = this.short.get(name);
    if (missing !== undefined) this.doWithout(missing);
  }

  /** The ended walks that are short of something, told once all have ended. */
  takeShort(): string[] {
    if (this.open.size > 0) return [];
    const names = [...this.short.keys()];
    this.short.clear();
    return names;
  }
}
