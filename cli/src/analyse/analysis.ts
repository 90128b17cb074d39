import { join } from 'node:path';
import { createProject, type Config, type Finding, type Host, type Problem, type Project } from '@lockwise/engine';
import { createNodeHost } from '@lockwise/engine/node';
import type { Discovered } from '../discover/discovery.js';
import type { Ports } from '../ports.js';
import { breathe, type ReadSources, type Rest } from '../read/sources.js';
import type { Progress } from '../report/progress.js';
import type { MakeProject } from './project.js';
import { partOfProject, wholeOf } from './whole.js';

/** The project under analysis, with the texts as they now stand: those on the disk, or those that the fixes have made of them. */
export class Analysis {
  readonly project: Project;
  readonly host: Host;
  readonly #checked: () => void;
  readonly #consulted = new Set<string>();
  readonly #bytes: (path: string) => Buffer;
  /** Those that have to do with locks, sorted. */
  readonly paths: readonly string[];
  readonly #texts = new Map<string, string>();
  readonly #originals = new Map<string, string>();

  /** @param part what the run is about, where that is not all that is below its root. */
  constructor(
    ports: Ports,
    discovered: Discovered,
    config: Config,
    { sources, rest }: Pick<ReadSources, 'sources'> & { readonly rest: Rest },
    part: string | undefined,
    make: MakeProject = createProject,
    checked: () => void = () => undefined,
  ) {
    this.#checked = checked;
    const { root } = discovered;
    const disk = createNodeHost({ root, readBytes: (file) => ports.files.read(file) });
    const read = (path: string): string | undefined => {
      this.#consulted.add(path);
      return disk.read(path);
    };
    const whole = part === undefined ? wholeOf(ports.files, discovered, { ...disk, read }) : partOfProject(part);
    this.host = { ...disk, read, whole };
    this.#bytes = (path) => ports.files.read(join(root, path));
    this.project = make({ host: this.host, config });
    for (const { path, text } of sources.values()) {
      this.#texts.set(path, text);
      this.project.set(path, text);
    }
    const helped = this.project.helped(rest.imports, part === undefined, rest.speaking).filter((path) => {
      const text = this.text(path);
      if (text !== undefined) this.project.set(path, text);
      return text !== undefined;
    });
    this.paths = [...sources.keys(), ...helped].sort();
  }

  /** The text of a file of the tree, or undefined when there is none. */
  text(path: string): string | undefined {
    if (!this.#texts.has(path)) {
      const text = this.host.read(path);
      if (text === undefined) return undefined;
      this.#texts.set(path, text);
    }
    return this.#texts.get(path);
  }

  /** Whether a file that was led to, rather than discovered, begins with a byte-order mark. */
  hasMark(path: string): boolean {
    const bytes = this.#bytes(path);
    return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  }

  /** The text of a file as it was before the first change. */
  original(path: string): string | undefined {
    return this.#originals.get(path) ?? this.text(path);
  }

  set(path: string, text: string): void {
    const before = this.text(path);
    if (before !== undefined && !this.#originals.has(path)) this.#originals.set(path, before);
    this.#texts.set(path, text);
    this.project.set(path, text);
  }

  /** Takes all changes back. */
  restore(): void {
    for (const [path, text] of this.#originals) if (this.#texts.get(path) !== text) this.set(path, text);
  }

  /** The findings of all files, a few files at a time. */
  async check(ports: Ports, progress: Progress): Promise<{ findings: Finding[]; problems: Problem[] }> {
    const findings: Finding[] = [];
    const problems: Problem[] = [];
    for (const [index, path] of this.paths.entries()) {
      if (index % 16 === 0) {
        progress.at('checking', index, this.paths.length);
        await breathe();
        if (ports.interrupted()) break;
      }
      const analysis = this.project.check([path]);
      findings.push(...analysis.findings);
      problems.push(...analysis.problems);
    }
    this.#checked();
    return { findings, problems };
  }

  /** Files that the analysis asked for by itself: those that calls lead to. */
  get consulted(): readonly string[] {
    return [...this.#consulted];
  }
}
