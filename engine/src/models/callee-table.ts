/**
 * Well-known callees, as data. A callee is written `setTimeout` for a global, `console.log` for a member of one, `fs/promises#readFile` for an export of a
 * module (without `node:`; `#default` for a default export that is called), `.forEach` for a method of whatever object, and `this.logger.info` for a path that
 * nothing better is known of. A trailing `*` in a table stands for any rest.
 */
export type Callee = string;

interface Table {
  readonly exact: ReadonlySet<Callee>;
  readonly beginnings: readonly string[];
}

const tables = new WeakMap<readonly Callee[], Table>();

/** Whether a table has a callee. */
export function names(list: readonly Callee[], callee: Callee): boolean {
  let table = tables.get(list);
  if (!table) {
    table = {
      exact: new Set(list.filter((entry) => !entry.endsWith('*'))),
      beginnings: list.filter((entry) => entry.endsWith('*')).map((entry) => entry.slice(0, -1)),
    };
    tables.set(list, table);
  }
  return table.exact.has(callee) || table.beginnings.some((beginning) => callee.startsWith(beginning));
}

/** The function's own name. */
export function lastName(callee: Callee): string {
  return callee.slice(Math.max(callee.lastIndexOf('.'), callee.lastIndexOf('#')) + 1);
}

export function words(text: string): readonly Callee[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** `rmSync`: what an operation is called in the form that is done when it returns, without a promise. */
export function isSynchronousForm(callee: Callee): boolean {
  return /[a-z]Sync$/.test(callee);
}
