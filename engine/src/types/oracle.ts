/** A class, interface or alias, and where it is declared. */
export interface TypeOrigin {
  readonly name: string;
  /** The package that it comes from; absent for a file of the tree. */
  readonly module?: string;
  /** The file of the tree, relative to the root of the run; absent for a package. */
  readonly path?: string;
}

/** What a type checker knows. What it cannot tell is undefined. Offsets are those of names in the file's text. */
export interface TypeOracle {
  /**
   * For each name of a member, what declares the member. It is asked for methods rather than for the receivers' types: the type of a receiver
   * inside a private name may come back as `any` where the symbol of its method does not.
   */
  membersAt(path: string, offsets: readonly number[]): readonly (TypeOrigin | undefined)[];
  /** For each variable or member, the type of its value, null and undefined apart. */
  typesAt(path: string, offsets: readonly number[]): readonly (TypeOrigin | undefined)[];
}

/** The origin of what an absolute file declares. */
export function originOf(name: string, file: string, root: string): TypeOrigin | undefined {
  const normal = file.replaceAll('\\', '/');
  const inside = normal.lastIndexOf('/node_modules/');
  if (inside >= 0) return { name, module: packageName(normal.slice(inside + '/node_modules/'.length)) };
  const folder = root.replaceAll('\\', '/').replace(/\/?$/, '/');
  return normal.startsWith(folder) ? { name, path: normal.slice(folder.length) } : undefined;
}

/** `@scope/name` or `name` of a path below `node_modules`; declarations of `@types` are those of the package that they are for. */
function packageName(path: string): string {
  const [first, second] = path.split('/') as [string, string];
  if (first === '@types') return second.includes('__') ? `@${second.replace('__', '/')}` : second;
  return first.startsWith('@') ? `${first}/${second}` : first;
}

/** Answers of an oracle that must never take the analysis down: whatever it throws, the values stay unknown. */
export function forgiving(oracle: TypeOracle): TypeOracle {
  const answered = (ask: 'membersAt' | 'typesAt') => (path: string, offsets: readonly number[]) => {
    try {
      return oracle[ask](path, offsets);
    } catch {
      return offsets.map(() => undefined);
    }
  };
  return { membersAt: answered('membersAt'), typesAt: answered('typesAt') };
}
