import { originOf, type TypeOrigin, type TypeOracle } from './oracle.js';
import { join } from './paths.js';

/** What is used of `typescript/unstable/sync`, the interface of TypeScript 7: the compiler runs in a process of its own. */
export interface NativeApi {
  updateSnapshot(params: { openProjects: readonly string[] }): NativeSnapshot;
  close(): void;
}

interface NativeSnapshot {
  getDefaultProjectForFile(file: string): NativeProject | undefined;
  getProjects(): readonly NativeProject[];
}

interface NativeProject {
  readonly checker: {
    getSymbolAtPosition(file: string, positions: readonly number[]): readonly (NativeSymbol | undefined)[];
    getTypeAtPosition(file: string, positions: readonly number[]): readonly (NativeType | undefined)[];
    getNonNullableType(type: NativeType): NativeType | undefined;
  };
}

interface NativeSymbol {
  readonly name: string;
  readonly declarations: readonly { readonly path: string }[];
  getParent(): { readonly name: string } | undefined;
}

interface NativeType {
  getSymbol(): NativeSymbol | undefined;
  getAliasSymbol(): NativeSymbol | undefined;
}

/** The oracle over the native compiler, one batch of a file at a time. */
export class NativeOracle implements TypeOracle {
  readonly #api: NativeApi;
  readonly #root: string;
  readonly #snapshot: NativeSnapshot;

  /** @param configs the absolute paths of the tsconfig files to open */
  constructor(api: NativeApi, root: string, configs: readonly string[]) {
    this.#api = api;
    this.#root = root;
    this.#snapshot = api.updateSnapshot({ openProjects: configs });
  }

  membersAt(path: string, offsets: readonly number[]): readonly (TypeOrigin | undefined)[] {
    const { file, checker } = this.#at(path);
    const symbols = checker?.getSymbolAtPosition(file, offsets) ?? [];
    return offsets.map((_, index) => this.#named(symbols[index]?.getParent()?.name, symbols[index]));
  }

  typesAt(path: string, offsets: readonly number[]): readonly (TypeOrigin | undefined)[] {
    const { file, checker } = this.#at(path);
    const types = checker?.getTypeAtPosition(file, offsets) ?? [];
    return offsets.map((_, index) => {
      const type = types[index] && checker?.getNonNullableType(types[index]);
      const symbol = type?.getAliasSymbol() ?? type?.getSymbol();
      return this.#named(symbol?.name, symbol);
    });
  }

  #at(path: string): { readonly file: string; readonly checker: NativeProject['checker'] | undefined } {
    const file = join(this.#root, path);
    const project = this.#snapshot.getDefaultProjectForFile(file) ?? this.#snapshot.getProjects()[0];
    return { file, checker: project?.checker };
  }

  #named(name: string | undefined, symbol: NativeSymbol | undefined): TypeOrigin | undefined {
    const [declaration] = symbol?.declarations ?? [];
    return declaration && name ? originOf(name, declaration.path, this.#root) : undefined;
  }

  close(): void {
    this.#api.close();
  }
}
