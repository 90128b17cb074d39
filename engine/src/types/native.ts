import { originOf, type MemberOrigin, type TypeOracle } from './oracle.js';
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
  };
}

interface NativeSymbol {
  readonly declarations: readonly { readonly path: string }[];
  getParent(): { readonly name: string } | undefined;
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

  membersAt(path: string, offsets: readonly number[]): readonly (MemberOrigin | undefined)[] {
    const file = join(this.#root, path);
    const project = this.#snapshot.getDefaultProjectForFile(file) ?? this.#snapshot.getProjects()[0];
    const symbols = project?.checker.getSymbolAtPosition(file, offsets) ?? [];
    return offsets.map((_, index) => {
      const symbol = symbols[index];
      const [declaration] = symbol?.declarations ?? [];
      const container = symbol?.getParent()?.name;
      return declaration && container ? originOf(container, declaration.path, this.#root) : undefined;
    });
  }

  close(): void {
    this.#api.close();
  }
}
