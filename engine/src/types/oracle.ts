/** The declaration of a method: what it belongs to, and where that stands. */
export interface MemberOrigin {
  /** The class or interface that declares it. */
  readonly container: string;
  /** The package that the container comes from; absent for a file of the tree. */
  readonly module?: string;
  /** The file of the tree, relative to the root of the run; absent for a package. */
  readonly path?: string;
}

/**
 * What a type checker knows. It is asked for methods rather than for types: the type of a receiver inside a private name may come back
 * as `any` where the symbol of its method does not.
 */
export interface TypeOracle {
  /** For each offset, which is that of a member's name in the file's text: the member's declaration, or undefined where that cannot be told. */
  membersAt(path: string, offsets: readonly number[]): readonly (MemberOrigin | undefined)[];
}

/** The origin of what an absolute file declares. */
export function originOf(container: string, file: string, root: string): MemberOrigin | undefined {
  const normal = file.replaceAll('\\', '/');
  const inside = normal.lastIndexOf('/node_modules/');
  if (inside >= 0) return { container, module: packageName(normal.slice(inside + '/node_modules/'.length)) };
  const folder = root.replaceAll('\\', '/').replace(/\/?$/, '/');
  return normal.startsWith(folder) ? { container, path: normal.slice(folder.length) } : undefined;
}

/** `@scope/name` or `name` of a path below `node_modules`; declarations of `@types` are those of the package that they are for. */
function packageName(path: string): string {
  const [first, second] = path.split('/') as [string, string];
  if (first === '@types') return second.includes('__') ? `@${second.replace('__', '/')}` : second;
  return first.startsWith('@') ? `${first}/${second}` : first;
}

/** Answers of an oracle that must never take the analysis down: whatever it throws, the receiver stays unknown. */
export function forgiving(oracle: TypeOracle): TypeOracle {
  return {
    membersAt(path, offsets) {
      try {
        return oracle.membersAt(path, offsets);
      } catch {
        return offsets.map(() => undefined);
      }
    },
  };
}
