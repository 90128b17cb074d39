import type { FileFacts } from '../facts/format.js';
import { extractFacts } from '../facts/extract.js';
import type { Problem } from '../findings.js';
import type { DecoratorModel } from '../models/decorator.js';
import type { LockModel } from '../models/model.js';
import { anyBeginning } from '../models/module.js';
import type { FactsStore, Host, Parsed } from '../project.js';
import { LockWords } from '../models/words.js';
import type { TypeOrigin } from '../types/index.js';
import { writtenOut } from './decorated.js';
import { HOME_MADE_VERBS } from './home-made.js';
import { askTypes, nameOffset, type Named, type TypeAnswers } from './type-questions.js';
import { Unit } from './unit.js';

/** The files that were given, and those that a call led to, parsed when they are first asked for. */
export class Program {
  readonly host: Host;
  private readonly facts: FactsStore | undefined;
  readonly decorators: readonly DecoratorModel[];
  readonly problems = new Map<string, Problem>();
  private readonly units = new Map<string, Unit | undefined>();
  private readonly models = new Map<string, LockModel>();
  private readonly typeModels = new Map<string, LockModel>();
  private readonly given = new Set<string>();
  readonly globals: readonly LockModel[];
  readonly words: LockWords;
  /** Names of methods and functions that act on some lock: a call of anything else needs no look at its receiver. */
  readonly lockVerbs: ReadonlySet<string>;

  constructor(
    host: Host,
    models: readonly LockModel[],
    facts?: FactsStore,
    decorators: readonly DecoratorModel[] = [],
  ) {
    this.host = host;
    this.facts = facts;
    this.decorators = decorators;
    for (const model of models)
      for (const module of model.modules) {
        this.models.set(`${module}\0${model.export}`, model);
        for (const type of model.types ?? []) this.typeModels.set(`${module}\0${type}`, model);
      }
    this.words = new LockWords(models, decorators);
    this.globals = models.filter((model) => model.modules.length === 0);
    const verbs = models
      .flatMap((model) => [model.export, ...Object.keys(model.methods)])
      .map((name) => name.split('.').at(-1)!);
    this.lockVerbs = new Set([...verbs, ...HOME_MADE_VERBS]);
  }

  /** Grows with everything that may change what is known of any file. */
  revision = 0;

  set(path: string, text: string, parsed?: Parsed): void {
    const isNew = !this.given.has(path);
    const before = this.units.get(path);
    this.given.add(path);
    if (before?.text === text) {
      if (parsed) this.trees.set(before.facts, parsed);
      if (!isNew) return;
      // Others were led to it already; what it says is what they know.
      this.joined();
      return;
    }
    this.problems.delete(path);
    this.forgetResolved(path);
    this.outdate(path);
    this.units.set(path, this.read(path, text, parsed));
    if (isNew) this.joined();
  }

  delete(path: string): void {
    if (!this.given.delete(path)) return;
    this.joined();
    this.drop(path);
  }

  /** The text of a file that was led to may have changed. */
  reread(path: string): void {
    if (!this.given.has(path) && (this.units.has(path) || this.locking.has(path) || this.helped.has(path)))
      this.drop(path);
  }

  /** Files came or went: a specifier may mean another one now. */
  resolveAgain(): void {
    for (const [from, known] of [...this.resolved])
      if ([...known].some(([specifier, path]) => this.host.resolve(specifier, from) !== path)) {
        this.forgetResolved(from);
        this.outdate(from);
      }
  }

  private drop(path: string): void {
    this.problems.delete(path);
    this.forgetResolved(path);
    this.outdate(path);
    this.units.delete(path);
  }

  private joined(): void {
    this.revision++;
    this.sortedPaths = undefined;
  }

  get paths(): readonly string[] {
    return (this.sortedPaths ??= [...this.given].sort());
  }

  /** Whether a file is under analysis, and not only led to. */
  isGiven(path: string): boolean {
    return this.given.has(path);
  }

  private sortedPaths: readonly string[] | undefined;

  /**
   * A file is not what it was. It and every file that is led to it, on whatever way, become other units, so that nothing
   * that was made of the older ones is found again.
   */
  private outdate(path: string): void {
    this.revision++;
    this.locking.delete(path);
    const outdated = new Set([path]);
    for (const one of outdated) for (const from of this.importers.get(one) ?? []) outdated.add(from);
    for (const one of outdated) {
      this.helped.delete(one);
      const unit = this.units.get(one);
      if (unit) this.units.set(one, unit.renewed());
    }
  }

  /** The file that a specifier means, asked for once. This is the only way from one file to another. */
  resolve(specifier: string, from: string): string | undefined {
    let known = this.resolved.get(from);
    if (!known) this.resolved.set(from, (known = new Map()));
    if (known.has(specifier)) return known.get(specifier);
    const path = this.host.resolve(specifier, from);
    known.set(specifier, path);
    if (path !== undefined) this.importersOf(path).add(from);
    return path;
  }

  private readonly resolved = new Map<string, Map<string, string | undefined>>();
  /** The files that were led to a file. */
  private readonly importers = new Map<string, Set<string>>();

  private importersOf(path: string): Set<string> {
    let importers = this.importers.get(path);
    if (!importers) this.importers.set(path, (importers = new Set()));
    return importers;
  }

  private forgetResolved(from: string): void {
    for (const path of this.resolved.get(from)?.values() ?? [])
      if (path !== undefined) this.importers.get(path)?.delete(from);
    this.resolved.delete(from);
  }

  /** Whether a file may take locks by itself, or lead on to one that does. */
  hasLockWords(path: string): boolean {
    let locking = this.locking.get(path);
    if (locking === undefined) {
      const text = this.text(path);
      this.locking.set(path, (locking = text !== undefined && this.words.leadOn(text)));
    }
    return locking;
  }

  /** Takes from one who has looked at the text of a file whether it may lead on to a lock. */
  knowsLockWords(path: string, leadsOn: boolean): void {
    this.locking.set(path, leadsOn);
  }

  text(path: string): string | undefined {
    return this.units.get(path)?.text ?? this.host.read(path);
  }

  /** Whether files without a word of a lock take one through a helper, as far as it was asked: kept here, and forgotten with what it was concluded from. */
  readonly helped = new Map<string, boolean>();

  private readonly locking = new Map<string, boolean>();

  unit(path: string): Unit | undefined {
    if (this.units.has(path)) return this.units.get(path);
    const text = this.host.read(path);
    const unit = text === undefined ? undefined : this.read(path, text);
    this.units.set(path, unit);
    return unit;
  }

  /** The model of a library's lock, by the specifier and the exported name. */
  model(module: string, name: string): LockModel | undefined {
    return this.models.get(`${module}\0${name}`) ?? this.models.get(`${anyBeginning(module)}\0${name}`);
  }

  /** The model of the lock that a type of a library stands for. A name that locks are made through, `Semaphore.make`, is no type there. */
  typeModel(module: string, name: string): LockModel | undefined {
    const model = this.typeModels.get(`${module}\0${name}`);
    return model?.export.startsWith(`${name}.`) ? undefined : model;
  }

  /** The model of a lock by a class, interface or alias of a package, which need not be what it exports. */
  modelOf(module: string, name: string): LockModel | undefined {
    const named = this.model(module, name) ?? this.typeModel(module, name);
    if (named) return named;
    const all = [...this.models].flatMap(([key, model]) => (key.startsWith(`${module}\0`) ? [model] : []));
    return all.length === 1 ? all[0] : undefined;
  }

  /** What a type checker says of one name of a file: who declares the method, or what the value is. It is asked once for all of a file. */
  typeOrigin(unit: Unit, of: keyof TypeAnswers, value: Named): TypeOrigin | undefined {
    if (!this.host.types) return undefined;
    let answers = this.typeAnswers.get(unit);
    if (!answers) this.typeAnswers.set(unit, (answers = askTypes(this.host.types, unit, this.lockVerbs)));
    const origin = answers[of].get(nameOffset(value));
    if (origin?.path !== undefined) this.importersOf(origin.path).add(unit.path);
    return origin;
  }

  private readonly typeAnswers = new WeakMap<Unit, TypeAnswers>();

  /** The syntax of a file, parsed again where only its facts were kept. */
  tree(unit: Unit): Parsed {
    const known = this.trees.get(unit.facts) ?? this.lastTrees.get(unit.facts);
    if (known) return known;
    const tree = this.host.parse(unit.path, unit.text);
    this.lastTrees.set(unit.facts, tree);
    const [oldest] = this.lastTrees.keys();
    if (this.lastTrees.size > TREES) this.lastTrees.delete(oldest!);
    return tree;
  }

  /** Trees are ten times as large as facts: those that a fix asked for are kept for the next fixes of the same files alone. */
  private readonly lastTrees = new Map<FileFacts, Parsed>();

  /** By the facts, which stay the same as long as the text does. */
  private readonly trees = new WeakMap<FileFacts, Parsed>();

  private unitOf(path: string, text: string, known: FileFacts): Unit {
    const { facts, decorated } = writtenOut(known, this.decorators);
    return new Unit(path, text, facts, decorated);
  }

  private read(path: string, text: string, parsed?: Parsed): Unit | undefined {
    try {
      const known = parsed ? undefined : this.facts?.get(path, text);
      if (known) return this.unitOf(path, text, known);
      const tree = parsed ?? this.host.parse(path, text);
      const [error] = tree.errors;
      if (error) {
        const place = { path, span: [error.offset, error.offset] as const };
        this.problems.set(path, { ...place, message: `does not parse: ${error.message}` });
        return undefined;
      }
      const facts = extractFacts(text, tree);
      const unit = this.unitOf(path, text, facts);
      this.facts?.set(path, text, facts);
      // A tree that the caller has anyway costs nothing to keep; one of ours is parsed again in the rare case that a fix needs it.
      if (parsed) this.trees.set(unit.facts, parsed);
      return unit;
    } catch (error) {
      // A recursion limit, of ours or of the parser's, is reached by generated code only; anything else is our own fault and is told as such.
      const deep = error instanceof RangeError || (error instanceof Error && error.message === 'nested too deeply');
      const message = deep
        ? 'is nested too deeply to analyse; exclude it if it is generated'
        : `could not be analysed: ${String(error)}`;
      this.problems.set(path, { path, message });
      return undefined;
    }
  }
}

/** As many files as most fixes go through: a tree of a large file takes megabytes. */
const TREES = 4;
