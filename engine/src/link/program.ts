import type { FileFacts } from '../facts/format.js';
import { extractFacts } from '../facts/extract.js';
import type { Problem } from '../findings.js';
import type { LockModel } from '../models/model.js';
import type { FactsStore, Host, Parsed } from '../project.js';
import { LockWords } from '../models/words.js';
import { HOME_MADE_VERBS } from './home-made.js';
import { Unit } from './unit.js';

/** The files that were given, and those that a call led to, parsed when they are first asked for. */
export class Program {
  readonly host: Host;
  private readonly facts: FactsStore | undefined;
  readonly problems = new Map<string, Problem>();
  private readonly units = new Map<string, Unit | undefined>();
  private readonly models = new Map<string, LockModel>();
  private readonly typeModels = new Map<string, LockModel>();
  private readonly given = new Set<string>();
  readonly globals: readonly LockModel[];
  readonly words: LockWords;
  /** Names of methods and functions that act on some lock: a call of anything else needs no look at its receiver. */
  readonly lockVerbs: ReadonlySet<string>;

  constructor(host: Host, models: readonly LockModel[], facts?: FactsStore) {
    this.host = host;
    this.facts = facts;
    for (const model of models)
      for (const module of model.modules) this.models.set(`${module}\0${model.export}`, model);
    this.words = new LockWords(models);
    this.globals = models.filter((model) => model.modules.length === 0);
    const verbs = models
      .flatMap((model) => [model.export, ...Object.keys(model.methods)])
      .map((name) => name.split('.').at(-1)!);
    this.lockVerbs = new Set([...verbs, ...HOME_MADE_VERBS]);
  }

  set(path: string, text: string, parsed?: Parsed): void {
    this.given.add(path);
    this.problems.delete(path);
    this.units.set(path, this.read(path, text, parsed));
  }

  setFacts(path: string, text: string, facts: FileFacts): void {
    this.given.add(path);
    this.problems.delete(path);
    this.units.set(path, new Unit(path, text, facts));
  }

  delete(path: string): void {
    this.given.delete(path);
    this.problems.delete(path);
    this.units.delete(path);
  }

  /** Forgets the files that were only led to: their text may have changed. */
  forgetConsulted(): void {
    for (const path of this.units.keys()) if (!this.given.has(path)) this.units.delete(path);
    this.locking.clear();
    this.resolved.clear();
  }

  get paths(): readonly string[] {
    return [...this.given].sort();
  }

  /** The file that a specifier means, asked for once. */
  resolve(specifier: string, from: string): string | undefined {
    const key = `${from}\0${specifier}`;
    if (!this.resolved.has(key)) this.resolved.set(key, this.host.resolve(specifier, from));
    return this.resolved.get(key);
  }

  private readonly resolved = new Map<string, string | undefined>();

  /** A file if it may take locks by itself; others are not even parsed for this question. */
  lockingUnit(path: string): Unit | undefined {
    if (this.units.has(path)) return this.units.get(path);
    let locking = this.locking.get(path);
    if (locking === undefined) {
      const text = this.host.read(path);
      this.locking.set(path, (locking = text !== undefined && this.words.leadOn(text)));
    }
    return locking ? this.unit(path) : undefined;
  }

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

  /** The model of the lock that a type of a library stands for. */
  typeModel(module: string, name: string): LockModel | undefined {
    return this.typeModels.get(`${module}\0${name}`);
  }

  /** The syntax of a file, parsed again where only its facts were kept. */
  tree(unit: Unit): Parsed {
    let tree = this.trees.get(unit);
    if (!tree) this.trees.set(unit, (tree = this.host.parse(unit.path, unit.text)));
    return tree;
  }

  private readonly trees = new WeakMap<Unit, Parsed>();

  private read(path: string, text: string, parsed?: Parsed): Unit | undefined {
    try {
      const known = parsed ? undefined : this.facts?.get(path, text);
      if (known) return new Unit(path, text, known);
      const tree = parsed ?? this.host.parse(path, text);
      const [error] = tree.errors;
      if (error) {
        const place = { path, span: [error.offset, error.offset] as const };
        this.problems.set(path, { ...place, message: `does not parse: ${error.message}` });
        return undefined;
      }
      const unit = new Unit(path, text, extractFacts(text, tree));
      this.facts?.set(path, text, unit.facts);
      // A tree that the caller has anyway costs nothing to keep; one of ours is parsed again in the rare case that a fix needs it.
      if (parsed) this.trees.set(unit, parsed);
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

/** `../../base/common/async.js` as a model writes it, with a `*` for any beginning of the relative path. */
function anyBeginning(module: string): string {
  return module.replace(/^(\.\.?\/)+/, '*/');
}
