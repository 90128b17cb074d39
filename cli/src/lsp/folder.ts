import type { FileFacts, Finding, LockMap, Parsed, Problem, ProfileState, Project } from '@lockwise/engine';
import { carry } from './carried.js';
import { combine, type Combination } from './combination.js';
import { atLevelsOf, effectiveConfig } from './configuration.js';
import type { EslintLevels } from './eslint.js';
import type { Loaded, Surroundings } from './surroundings.js';
import type { Settings } from './protocol.js';

/** What is known of one file at one moment. */
export interface FileReport {
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
  /** The text does not parse, so the findings are those of an older one. */
  readonly carried: boolean;
}

interface Shown {
  readonly text: string;
  readonly findings: readonly Finding[];
}

const nothing: FileReport = { findings: [], problems: [], carried: false };

/** One root under analysis. Open texts lie over the disk; whatever is asked is answered for the newest of both. */
export class Folder {
  readonly root: string;
  /** Grows with everything that can change a finding. */
  generation = 0;
  readonly #surroundings: Surroundings;
  readonly #disk: ReturnType<Surroundings['createHost']>;
  /** Only while the folder is looked at as a whole; afterwards the project itself knows. */
  #facts: ReturnType<NonNullable<Surroundings['factsOf']>>;
  readonly #open = new Map<string, string>();
  readonly #known = new Set<string>();
  /** Known files without any word of a lock. */
  readonly #inert = new Set<string>();
  /** The texts that the project was given. */
  readonly #given = new Map<string, string>();
  /** Files whose newest text the project has not seen: a burst of edits is analysed once. */
  readonly #pending = new Set<string>();
  /** What was last answered for each open file, for the texts to come that do not parse. */
  readonly #shown = new Map<string, Shown>();
  readonly #broken = new Map<string, Problem>();
  #reports = new Map<string, FileReport>();
  #reportsOf = 0;
  #map: LockMap | undefined;
  #mappedOf = 0;
  #settings: Settings;
  #loaded: Loaded;
  #eslint: EslintLevels | undefined;
  #project: Project;
  #sieve: (findings: readonly Finding[]) => readonly Finding[];

  constructor(root: string, surroundings: Surroundings, settings: Settings) {
    this.root = root;
    this.#surroundings = surroundings;
    this.#disk = surroundings.createHost(root);
    this.#settings = settings;
    this.#loaded = surroundings.loadConfig(root, settings);
    this.#project = this.#createProject();
    this.#sieve = surroundings.sieve(root);
  }

  get loaded(): Loaded {
    return this.#loaded;
  }

  /** The files that were looked at, in no particular order; before a scan has ended these are not all. */
  get known(): ReadonlySet<string> {
    return this.#known;
  }

  /** Reads the configuration anew; every text is analysed again. */
  reload(settings: Settings): void {
    this.#settings = settings;
    this.#loaded = this.#surroundings.loadConfig(this.root, settings);
    this.#restart();
  }

  get settings(): Settings {
    return this.#settings;
  }

  get eslint(): EslintLevels | undefined {
    return this.#eslint;
  }

  /** Uses the levels that the project's ESLint has, or none of them. */
  honour(eslint: EslintLevels | undefined): void {
    this.#eslint = eslint;
    this.#restart();
  }

  #restart(): void {
    this.#sieve = this.#surroundings.sieve(this.root);
    this.#project = this.#createProject();
    this.#broken.clear();
    this.#shown.clear();
    // Closed files come back with the scan that follows a new configuration.
    this.#known.clear();
    this.#inert.clear();
    this.#given.clear();
    this.#pending.clear();
    for (const path of this.#open.keys()) this.#touch(path);
    this.generation++;
  }

  /** A text as the editor has it, which need not be on the disk. */
  edit(path: string, text: string): void {
    this.#open.set(path, text);
    // A file that is opened says, as a rule, what it said on the disk.
    if (this.#given.get(path) !== text || this.#pending.has(path)) this.#touch(path);
  }

  close(path: string): void {
    this.#open.delete(path);
    this.#shown.delete(path);
    this.#touch(path);
  }

  get openTexts(): ReadonlyMap<string, string> {
    return this.#open;
  }

  isOpen(path: string): boolean {
    return this.#open.has(path);
  }

  /** The disk has changed. What an editor has open is not touched. */
  refresh(path: string): void {
    if (!this.#open.has(path)) this.#touch(path);
  }

  /** Looks at a closed file for the first time. */
  look(path: string): void {
    if (this.#known.has(path)) return;
    this.#known.add(path);
    this.#takeClosed(path);
    if (this.#inert.has(path)) return;
    this.#project.link(path);
    this.generation++;
  }

  /** Files came or went: an import may lead elsewhere now. */
  forgetResolutions(): void {
    this.#disk.clear?.();
    this.#project.resolveAgain();
    this.generation++;
  }

  #touch(path: string): void {
    this.#known.add(path);
    this.#pending.add(path);
    this.generation++;
  }

  text(path: string): string | undefined {
    return this.#open.get(path) ?? this.#disk.read(path);
  }

  /** Where the comments of a text are; none where it does not parse. */
  comments(path: string, text: string): readonly { readonly start: number; readonly end: number }[] {
    const { comments, errors } = this.#disk.parse(path, text);
    return errors.length === 0 ? comments : [];
  }

  report(path: string): FileReport {
    if (this.#reportsOf !== this.generation) {
      this.#reports = new Map();
      this.#reportsOf = this.generation;
    }
    let report = this.#reports.get(path);
    if (report === undefined) this.#reports.set(path, (report = this.#analyse(path)));
    return report;
  }

  /** The fixes of some findings, for applying them at once. */
  combine(findings: readonly Finding[], tier: 'safe' | 'unsafe'): Combination {
    this.#settle();
    return combine(this.#project, findings, tier);
  }

  /** What is known of all locks. */
  lockMap(): LockMap {
    this.#settle();
    if (this.#mappedOf !== this.generation) this.#map = undefined;
    this.#mappedOf = this.generation;
    return (this.#map ??= this.#project.locks());
  }

  /** How much of the profile is about the code as it is now. */
  profileStates(): readonly ProfileState[] {
    this.#settle();
    return this.#project.profileStates();
  }

  #analyse(path: string): FileReport {
    this.#settle();
    if (this.#inert.has(path)) return nothing;
    const problem = this.#broken.get(path);
    if (problem !== undefined) {
      const shown = this.#shown.get(path);
      const text = this.text(path) ?? '';
      const findings = shown === undefined ? [] : carry(shown.findings, shown.text, text);
      this.#shown.set(path, { text, findings });
      return { findings, problems: [problem], carried: true };
    }
    const { findings: found, problems } = this.#project.check([path]);
    const findings = this.#sieve(atLevelsOf(path, found, this.#loaded.config, this.#eslint, this.#settings));
    const text = this.#open.get(path);
    if (text !== undefined) this.#shown.set(path, { text, findings });
    return { findings, problems, carried: false };
  }

  #settle(): void {
    for (const path of this.#pending) {
      this.#pending.delete(path);
      const open = this.#open.get(path);
      if (open === undefined) this.#takeClosed(path);
      else this.#takeOpen(path, open);
    }
  }

  #takeClosed(path: string): void {
    this.#broken.delete(path);
    const text = this.#disk.read(path);
    if (text === undefined) {
      this.#known.delete(path);
      this.#withdraw(path);
    } else if (this.#mayLock(path, text)) this.#give(path, text);
  }

  #give(path: string, text: string, parsed?: Parsed): void {
    this.#given.set(path, text);
    this.#project.set(path, text, parsed);
  }

  #withdraw(path: string): void {
    this.#given.delete(path);
    this.#project.delete(path);
    this.#project.reread(path);
  }

  /** A file without any word of a lock is not worth a parse; where a call leads into it, the analysis reads it by itself. */
  #mayLock(path: string, text: string): boolean {
    if (this.#project.concerns(path, text)) {
      this.#inert.delete(path);
      return true;
    }
    // Where it was led to already, what it says may be new.
    if (this.#given.has(path) || this.#inert.has(path) || this.#open.has(path)) this.#withdraw(path);
    this.#inert.add(path);
    return false;
  }

  #takeOpen(path: string, text: string): void {
    if (!this.#mayLock(path, text)) {
      this.#broken.delete(path);
      return;
    }
    if (this.#given.get(path) === text) {
      this.#broken.delete(path);
      return;
    }
    const parsed = this.#disk.parse(path, text);
    const [error] = parsed.errors;
    if (error === undefined) {
      this.#broken.delete(path);
      this.#give(path, text, parsed);
      return;
    }
    // The project keeps the last text that parsed, for the sake of other files: while one types, most texts do not.
    this.#broken.set(path, {
      path,
      span: [error.offset, error.offset],
      message: `Not analysed, because it does not parse: ${error.message}`,
    });
  }

  #createProject(): Project {
    const disk = this.#disk;
    const facts = (this.#facts = this.#surroundings.factsOf?.(this.root));
    return this.#surroundings.createProject({
      ...(facts && {
        facts: { get: (path, text) => this.#facts?.get(path, text), set: (...known) => this.#keep(...known) },
      }),
      config: effectiveConfig(this.#loaded.config, this.#eslint, this.#settings),
      host: {
        parse: (path, text) => disk.parse(path, text),
        read: (path) => this.text(path),
        resolve: (specifier, from) => disk.resolve(specifier, from),
      },
    });
  }

  /** Every file was looked at. */
  looked(): void {
    this.#facts?.save();
    this.#facts = undefined;
  }

  /** What one types is not worth being kept at every keystroke. */
  #keep(path: string, text: string, facts: FileFacts): void {
    if (!this.#open.has(path)) this.#facts?.set(path, text, facts);
  }
}
