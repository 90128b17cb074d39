import type { CallOp, DocTag, MemberFact, TypeFact, Value } from '../facts/format.js';
import type { DecoratorModel } from '../models/decorator.js';
import type { LockModel } from '../models/model.js';
import type { TypeOrigin } from '../types/index.js';
import { Answers, OpenQuestions } from './answers.js';
import { annotatedLock, isDeclaredLock } from './annotated-lock.js';
import { containerOf, isUntypedMap, itemOf, lockContainer, takenFrom } from './collection.js';
import { homeMadeModel } from './home-made.js';
import { lookUpIn, type Lookup, type ObjectEntity } from './maker/property.js';
import type { Program } from './program.js';
import { everyOp, type Unit } from './unit.js';

/** What a value is, as far as it can be told without running anything. */
export type Entity =
  | { readonly k: 'function'; readonly unit: Unit; readonly fn: number }
  | { readonly k: 'class'; readonly unit: Unit; readonly cls: number }
  | { readonly k: 'instance'; readonly unit: Unit; readonly cls: number }
  | {
      readonly k: 'lock';
      readonly model: LockModel;
      readonly made?: { readonly unit: Unit; readonly op: CallOp };
      readonly data?: TypeFact;
    }
  | { readonly k: 'lock-class'; readonly model: LockModel }
  /** A container whose entries are locks: `Map<K, Mutex>`, `Mutex[]`, `Record<string, Mutex>`. */
  | { readonly k: 'locks'; readonly of: Entity }
  /** A collection of instances of one class, by its written type: `Room[]`, `Map<K, Room>`; a `pair` is an entry of a map with its key. */
  | { readonly k: 'instances'; readonly of: Entity; readonly shape: 'list' | 'map' | 'pair' }
  | {
      readonly k: 'object';
      readonly unit: Unit;
      /** The function that the literal stands in. */
      readonly fn: number;
      readonly value: Extract<Value, { v: 'object' }>;
    }
  | { readonly k: 'namespace'; readonly unit: Unit }
  /** Of another package: `name` is a path such as `promises.readFile`. */
  | { readonly k: 'external'; readonly module: string; readonly name: string };

/** Steps within one question; each question that it leads to has its own, or its answer would depend on who asked. */
const MAX_HOPS = 12;

/** Tells what values are: through imports, constants, class members, annotations and returned values. */
export class Entities {
  private readonly program: Program;
  private readonly open = new OpenQuestions();
  private readonly bindings = new Answers<number, Entity | undefined>(this.open);
  private readonly exports = new Answers<string, Entity | undefined>(this.open);
  /** By the offset of the member's name. */
  private readonly members = new Answers<number, Entity | undefined>(this.open);
  private readonly returned = new Answers<number, Entity | undefined>(this.open);
  /** By the offset of the literal, and the name. */
  private readonly lookups = new Answers<string, Lookup>(this.open);

  private readonly load: (path: string) => Unit | undefined;
  /** The one that enters every file; itself where it does. */
  readonly wide: Entities;

  /** @param load The file at a path, or undefined for one that is not to be entered. */
  constructor(program: Program, load: (path: string) => Unit | undefined, wide?: Entities) {
    this.program = program;
    this.load = load;
    this.wide = wide ?? this;
  }

  get lockVerbs(): ReadonlySet<string> {
    return this.program.lockVerbs;
  }

  get decorators(): readonly DecoratorModel[] {
    return this.program.decorators;
  }

  /** What only a type checker knows the receiver of a method to be; undefined where it is known without, or to nobody. */
  typedReceiver(unit: Unit, fn: number, method: Extract<Value, { v: 'member' }>): Entity | undefined {
    const origin = this.program.typeOrigin(unit, 'members', method);
    return origin && this.isUnknown(this.of(unit, fn, method.of)) ? this.declaredAt(origin) : undefined;
  }

  /** The same of a value that is called or handed on. */
  typedValue(unit: Unit, fn: number, value: Value): Entity | undefined {
    if (value.v !== 'member' && value.v !== 'bind') return undefined;
    const origin = this.program.typeOrigin(unit, 'values', value);
    return origin && this.isUnknown(this.of(unit, fn, value)) ? this.declaredAt(origin) : undefined;
  }

  private isUnknown(entity: Entity | undefined): boolean {
    return entity === undefined || entity.k === 'external';
  }

  private declaredAt({ name, module, path }: TypeOrigin): Entity | undefined {
    if (path !== undefined) {
      const target = this.load(path);
      const cls = target?.facts.classes.findIndex((one) => one.name === name) ?? -1;
      return target && cls >= 0 ? { k: 'instance', unit: target, cls } : undefined;
    }
    const model = module === undefined ? undefined : this.program.modelOf(module, name);
    return model && { k: 'lock', model };
  }

  /** What a value in function `fn` of `unit` is. */
  of(unit: Unit, fn: number, value: Value, hops = 0): Entity | undefined {
    if (hops > MAX_HOPS) return undefined;
    switch (value.v) {
      case 'bind':
        return this.binding(unit, value.id);
      case 'this': {
        const fact = unit.fn(fn);
        if (fact.thisClass === undefined) return undefined;
        return fact.static ? { k: 'class', unit, cls: fact.thisClass } : { k: 'instance', unit, cls: fact.thisClass };
      }
      case 'super': {
        const cls = unit.fn(fn).thisClass;
        return cls === undefined ? undefined : this.superOf(unit, cls, hops);
      }
      case 'fn':
        return { k: 'function', unit, fn: value.id };
      case 'class':
        return { k: 'class', unit, cls: value.id };
      case 'object':
        return { k: 'object', unit, fn, value };
      case 'await':
        return this.of(unit, fn, value.of, hops + 1);
      case 'choice': {
        for (const part of value.op === '?:' ? value.of.slice(1) : value.of) {
          const entity = this.of(unit, fn, part, hops + 1);
          if (entity) return entity;
        }
        return undefined;
      }
      case 'array': {
        const first = value.items[0] && this.of(unit, fn, value.items[0], hops + 1);
        return first?.k === 'lock' ? { k: 'locks', of: first } : undefined;
      }
      case 'global':
        return this.global(value.name);
      case 'member':
        return this.member(unit, fn, value, hops);
      case 'index': {
        const of = this.of(unit, fn, value.of, hops + 1);
        return of?.k === 'locks' || of?.k === 'instances' ? of.of : undefined;
      }
      case 'mix': {
        const of = value.op === 'item' ? this.of(unit, fn, value.of[0]!, hops + 1) : undefined;
        return of && itemOf(of);
      }
      case 'call':
        return this.result(unit, value.id, hops);
      default:
        return undefined;
    }
  }

  private global(name: string): Entity | undefined {
    const model = this.program.globals.find((candidate) => candidate.export === name);
    if (model) return modelEntity(model);
    return name === 'undefined' ? undefined : { k: 'external', module: '', name };
  }

  private binding(unit: Unit, id: number): Entity | undefined {
    // A constant that is defined by itself tells nothing.
    return this.bindings.of(unit, id, () => this.bindingOnce(unit, id));
  }

  private bindingOnce(unit: Unit, id: number): Entity | undefined {
    const binding = unit.facts.bindings[id]!;
    if (binding.kind === 'import') {
      const fact = unit.facts.imports.find((candidate) => candidate.binding === id);
      return fact && this.imported(unit, fact.module, fact.name);
    }
    if (binding.kind === 'type') {
      // An alias that another file imports.
      const alias = unit.facts.aliases.find((candidate) => candidate.binding === id);
      return alias && this.typed(unit, alias.type);
    }
    const typed = binding.type && this.typed(unit, binding.type);
    if (typed?.k === 'lock' || typed?.k === 'locks') {
      const exact = binding.init && this.of(unit, binding.owner, binding.init);
      return exact?.k === typed.k ? exact : typed;
    }
    if (typed) return typed;
    const made = binding.init && this.of(unit, binding.owner, binding.init);
    return (
      (made && !isEmptyObject(made) ? made : undefined) ??
      this.madeLater(unit, id) ??
      this.entriesOf(unit, binding.name, binding.init) ??
      made ??
      annotated(binding.docs)
    );
  }

  /** `let mutex = mutexes[id]; if (!mutex) mutex = new Mutex()`: a lock, if it is only made when it is first needed. */
  private madeLater(unit: Unit, id: number): Entity | undefined {
    return firstOf(unit.variableWrites(id), ({ value }) => {
      const entity = this.of(unit, unit.facts.bindings[id]!.owner, value);
      return entity && isLockOrLocks(entity) ? entity : undefined;
    });
  }

  /** A map or an object whose entries are locks by what is put into it: `locks[id] = new Mutex()`. */
  private entriesOf(unit: Unit, name: string, init: Value | undefined): Entity | undefined {
    if (!init || !isUntypedMap(unit, init)) return undefined;
    return firstOf(unit.entryWrites(name), ({ value, fn }) => lockContainer(this.of(unit, fn, value)));
  }

  /** What `import { name } from 'module'` brings. */
  imported(unit: Unit, module: string, name: string): Entity | undefined {
    const model = this.program.model(module, name);
    if (model) return modelEntity(model);
    const typed = this.program.typeModel(module, name);
    if (typed) return { k: 'lock', model: typed };
    const path = this.program.resolve(module, unit.path);
    const target = path === undefined ? undefined : this.load(path);
    if (!target) return { k: 'external', module, name };
    if (name === '*') return { k: 'namespace', unit: target };
    return this.exported(target, name);
  }

  /** What a file exports under a name, through any number of re-exports. */
  exported(unit: Unit, name: string): Entity | undefined {
    // Files that re-export each other end here.
    return this.exports.of(unit, name, () => this.exportedOnce(unit, name));
  }

  private exportedOnce(unit: Unit, name: string): Entity | undefined {
    const fact = unit.facts.exports.find((candidate) => candidate.name === name);
    if (fact?.from) return this.imported(unit, fact.from.module, fact.from.name);
    if (fact?.binding !== undefined) return this.binding(unit, fact.binding);
    if (fact?.value) return this.of(unit, 0, fact.value);
    if (name === 'default') return undefined;
    for (const all of unit.facts.exports) {
      if (all.name !== '*' || !all.from) continue;
      const path = this.program.resolve(all.from.module, unit.path);
      const target = path === undefined ? undefined : this.load(path);
      const entity = target && this.exported(target, name);
      if (entity) return entity;
    }
    return undefined;
  }

  /** The variable that an imported binding is, in the file that declares it. */
  origin(unit: Unit, id: number): { unit: Unit; binding: number } | undefined {
    const fact = unit.facts.imports.find((candidate) => candidate.binding === id);
    const path = fact && this.program.resolve(fact.module, unit.path);
    const target = path === undefined ? undefined : this.load(path);
    return target && fact ? this.exportOrigin(target, fact.name) : undefined;
  }

  /** The variable behind an exported name, through any number of re-exports. */
  exportOrigin(unit: Unit, name: string, hops = 0): { unit: Unit; binding: number } | undefined {
    if (hops > MAX_HOPS) return undefined;
    for (const fact of unit.facts.exports) {
      if (fact.name !== name && fact.name !== '*') continue;
      if (fact.binding !== undefined) {
        if (unit.facts.bindings[fact.binding]!.kind === 'import') return this.origin(unit, fact.binding);
        return { unit, binding: fact.binding };
      }
      if (!fact.from || (fact.from.name === '*') !== (fact.name === '*')) continue;
      const path = this.program.resolve(fact.from.module, unit.path);
      const target = path === undefined ? undefined : this.load(path);
      const found = target && this.exportOrigin(target, fact.name === '*' ? name : fact.from.name, hops + 1);
      if (found) return found;
    }
    return undefined;
  }

  /** The model of a class of the project that is itself a lock, judged by its shape. */
  homeMade(instance: Extract<Entity, { k: 'instance' }>): LockModel | undefined {
    return homeMadeModel(instance.unit, instance.cls);
  }

  private member(unit: Unit, fn: number, value: Extract<Value, { v: 'member' }>, hops: number): Entity | undefined {
    if (value.of.v === 'global') {
      const model = this.program.globals.find(
        (candidate) => candidate.export === `${(value.of as { name: string }).name}.${value.name}`,
      );
      if (model) return modelEntity(model);
    }
    const of = this.of(unit, fn, value.of, hops + 1);
    return of && this.memberOf(of, value.name, hops + 1);
  }

  /** What a member of a known thing is. */
  memberOf(of: Entity, name: string, hops = 0): Entity | undefined {
    if (hops > MAX_HOPS) return undefined;
    switch (of.k) {
      case 'namespace':
        return this.exported(of.unit, name);
      case 'external':
        return this.externalMember(of, name);
      case 'instance':
      case 'class': {
        const found = this.findMember(of.unit, of.cls, name, hops);
        const entity = found && this.memberEntity(found.unit, found.cls, found.member);
        if (entity || !found || (found.unit === of.unit && found.cls === of.cls)) return entity;
        // `protected lock: any` tells nothing; the class that assigns it may.
        const assigned = this.assignedMember(of.unit, of.cls, name);
        return assigned && this.memberEntity(of.unit, of.cls, assigned);
      }
      case 'object': {
        const property = this.lookUp(of, name)?.property;
        if (property?.value.v === 'fn' && property.unit.fn(property.value.id).kind === 'getter')
          return this.returns(property.unit, property.value.id);
        return property && this.of(property.unit, property.fn, property.value, hops + 1);
      }
      case 'locks':
        return /^\d+$/.test(name) ? of.of : undefined;
      case 'instances': {
        const isEntry = of.shape === 'pair' ? name === '1' : of.shape === 'list' && /^\d+$/.test(name);
        return isEntry ? of.of : undefined;
      }
      default:
        return undefined;
    }
  }

  /** What an object literal has under a name, what is spread into it included; undefined while that is being asked. */
  lookUp(object: ObjectEntity, name: string): Lookup | undefined {
    const key = `${object.value.span[0]} ${name}`;
    return this.lookups.of(object.unit, key, () => lookUpIn(this, object, name));
  }

  private externalMember(of: Extract<Entity, { k: 'external' }>, name: string): Entity | undefined {
    if (of.module === '' && isGlobalObject(of.name)) return this.global(name);
    const path = of.name === '*' || of.name === 'default' || of.name === '' ? name : `${of.name}.${name}`;
    const model =
      of.module === ''
        ? this.program.globals.find((candidate) => candidate.export === path)
        : this.program.model(of.module, path);
    return model ? modelEntity(model) : { k: 'external', module: of.module, name: path };
  }

  /**
   * The class that has a member, searching the super classes: the first that declares it; if none does, the one furthest up that
   * assigns it. What a class assigns and has from another is that one's.
   */
  findMember(
    unit: Unit,
    cls: number,
    name: string,
    hops = 0,
  ): { unit: Unit; cls: number; member: MemberFact } | undefined {
    const declared = unit.member(cls, name, ['method', 'getter', 'field']) ?? unit.member(cls, name);
    if (declared) return { unit, cls, member: declared };
    const parent = hops > MAX_HOPS ? undefined : this.superOf(unit, cls, hops + 1);
    const inherited =
      parent?.k === 'class' || parent?.k === 'instance'
        ? this.findMember(parent.unit, parent.cls, name, hops + 1)
        : undefined;
    if (inherited) return inherited;
    const assigned = this.assignedMember(unit, cls, name);
    return assigned && { unit, cls, member: assigned };
  }

  /** Whether every object of a class is one of another class: it is that class, or extends it. */
  extends(unit: Unit, cls: number, other: { readonly unit: Unit; readonly cls: number }): boolean {
    return this.line(unit, cls).some((one) => one.unit === other.unit && one.cls === other.cls);
  }

  /** A class and those that it extends, as far as they are known, itself first. */
  line(unit: Unit, cls: number): readonly { readonly unit: Unit; readonly cls: number }[] {
    const line = [{ unit, cls }];
    for (let hops = 0; hops <= MAX_HOPS; hops++) {
      const last = line.at(-1)!;
      const parent = this.superOf(last.unit, last.cls, hops + 1);
      if (parent?.k !== 'class' && parent?.k !== 'instance') break;
      line.push({ unit: parent.unit, cls: parent.cls });
    }
    return line;
  }

  /** The first class of the line that a class extends, as far as it is known. */
  rootClass(unit: Unit, cls: number): { readonly unit: Unit; readonly cls: number } {
    return this.line(unit, cls).at(-1)!;
  }

  /** A field that is never declared, as in JavaScript: it stands where it is first assigned. */
  private assignedMember(unit: Unit, cls: number, name: string): MemberFact | undefined {
    const [write] = unit.fieldWrites(cls, name);
    if (!write) return undefined;
    const { span } = write.op;
    return {
      name,
      kind: 'field',
      span,
      nameSpan: write.op.target.span,
      static: false,
      private: name.startsWith('#'),
      readonly: false,
    };
  }

  private superOf(unit: Unit, cls: number, hops: number): Entity | undefined {
    const { superClass } = unit.classOf(cls);
    return superClass && this.of(unit, 0, superClass, hops + 1);
  }

  private memberEntity(unit: Unit, cls: number, member: MemberFact): Entity | undefined {
    return this.members.of(unit, member.nameSpan[0], () => this.memberEntityOnce(unit, cls, member));
  }

  private memberEntityOnce(unit: Unit, cls: number, member: MemberFact): Entity | undefined {
    if (member.kind === 'getter') return this.returns(unit, member.function!);
    if (member.function !== undefined) return { k: 'function', unit, fn: member.function };
    const typed = member.type && this.typed(unit, member.type);
    const inits = [
      ...(member.init ? [{ value: member.init, fn: unit.fieldsFunction(cls) }] : []),
      ...unit.fieldWrites(cls, member.name).map(({ op, fn }) => ({ value: op.value, fn })),
    ];
    if (typed && typed.k !== 'lock' && typed.k !== 'locks') return typed;
    let made: Entity | undefined;
    for (const { value, fn } of inits) {
      made = this.of(unit, fn, value);
      if (made && (!typed || made.k === typed.k)) break;
      made = undefined;
    }
    if (made && !isEmptyObject(made)) return made;
    return this.entriesOf(unit, member.name, member.init) ?? made ?? typed ?? annotated(member.docs);
  }

  /** What a written type denotes: a lock, a container of locks, or a class of the project. */
  typed(unit: Unit, type: TypeFact, hops = 0): Entity | undefined {
    if (hops > MAX_HOPS) return undefined;
    if (type.t === 'union') return firstOf(type.of, (part) => this.typed(unit, part, hops + 1));
    if (type.t === 'array') return containerOf(this.typed(unit, type.of, hops + 1), 'list');
    if (type.t !== 'ref') return undefined;
    if (type.name === 'Promise' || type.name === 'Readonly' || type.name === 'Awaited' || type.name === 'NonNullable') {
      return type.args[0] && this.typed(unit, type.args[0], hops + 1);
    }
    if (/^(Readonly)?(Map|Record|Array|Set|WeakMap)$/.test(type.name)) {
      const entry = type.args.at(-1);
      const shape = /Map|Record/.test(type.name) ? 'map' : 'list';
      return entry && containerOf(this.typed(unit, entry, hops + 1), shape);
    }
    if (type.bind === undefined) return undefined;
    const alias = unit.facts.aliases.find((candidate) => candidate.binding === type.bind);
    if (alias) return this.typed(unit, alias.type, hops + 1);
    const [, ...rest] = type.name.split('.');
    let entity = this.binding(unit, type.bind);
    for (const part of rest) entity = entity && this.memberOf(entity, part, hops + 1);
    if (entity?.k === 'class') return { k: 'instance', unit: entity.unit, cls: entity.cls };
    if (entity?.k === 'lock-class')
      return { k: 'lock', model: entity.model, ...(type.args[0] ? { data: type.args[0] } : {}) };
    // `import type { MutexInterface }`, or a type that a library gives its lock.
    return entity?.k === 'lock' ? entity : undefined;
  }

  /** What a call gives: an instance, a lock, or what the called function returns. */
  result(unit: Unit, callId: number, hops = 0): Entity | undefined {
    const found = unit.call(callId);
    if (!found || hops > MAX_HOPS) return undefined;
    const { op, fn } = found;
    const required = requiredModule(op);
    if (required !== undefined) return this.imported(unit, required, '*');
    const callee = this.of(unit, fn, op.callee, hops + 1);
    if (op.isNew) {
      if (callee?.k === 'class') return { k: 'instance', unit: callee.unit, cls: callee.cls };
      if (callee?.k === 'lock-class') return madeLock(callee.model, unit, op);
      if (callee?.k === 'external' && /^(Weak)?Map$/.test(callee.name) && op.typeArgs[1])
        return containerOf(this.typed(unit, op.typeArgs[1]), 'map');
      return undefined;
    }
    if (callee?.k === 'lock-class' && callee.model.made === 'factory') return madeLock(callee.model, unit, op);
    if (callee?.k === 'lock-class' && callee.model.made === 'wrapper') return { k: 'lock', model: callee.model };
    if (callee?.k === 'function') return this.returns(callee.unit, callee.fn);
    const of = op.callee.v === 'member' ? this.of(unit, fn, op.callee.of, hops + 1) : undefined;
    return of && op.callee.v === 'member' ? takenFrom(of, op.callee.name) : undefined;
  }

  /** What a function returns, by annotation or by its return statements; promises are seen through. */
  returns(unit: Unit, fn: number): Entity | undefined {
    // A function that returns its own result tells nothing.
    return this.returned.of(unit, fn, () => this.returnedOnce(unit, fn));
  }

  private returnedOnce(unit: Unit, fn: number): Entity | undefined {
    const fact = unit.fn(fn);
    let entity = fact.returns && this.typed(unit, fact.returns);
    if (!entity || entity.k === 'lock') {
      const returned = returnValues(unit, fn).flatMap((value) => this.of(unit, fn, value) ?? []);
      const fitting = returned.filter(({ k }) => !entity || k === entity.k);
      // What stands for the lock where there is nothing to lock looks like one, and is none.
      entity = fitting.find(isLockOrLocks) ?? fitting[0] ?? entity;
    }
    return entity;
  }
}

/** The names of the object that has all globals: `globalThis.navigator` is `navigator`. */
export function isGlobalObject(name: string): boolean {
  return name === 'globalThis' || name === 'window' || name === 'self';
}

/** What only `@lock` tells to be a lock. */
function annotated(docs: readonly DocTag[] | undefined): Entity | undefined {
  return isDeclaredLock(docs) ? { k: 'lock', model: annotatedLock } : undefined;
}

function modelEntity(model: LockModel): Entity {
  return model.made === 'object' ? { k: 'lock', model } : { k: 'lock-class', model };
}

function madeLock(model: LockModel, unit: Unit, op: CallOp): Entity {
  const data = model.holdsData ? op.typeArgs[0] : undefined;
  return { k: 'lock', model, made: { unit, op }, ...(data ? { data } : {}) };
}

function isLockOrLocks({ k }: Entity): boolean {
  return k === 'lock' || k === 'locks';
}

/** `{}` says nothing of what it will hold. */
function isEmptyObject(entity: Entity): boolean {
  return entity.k === 'object' && entity.value.props.length === 0;
}

function firstOf<T, R>(items: readonly T[], of: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = of(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function requiredModule(op: CallOp): string | undefined {
  if (op.callee.v !== 'global' || (op.callee.name !== 'require' && op.callee.name !== 'import')) return undefined;
  const [argument] = op.args;
  return argument?.v === 'lit' && typeof argument.value === 'string' ? argument.value : undefined;
}

/** The values that a function returns. */
export function returnValues(unit: Unit, fn: number): Value[] {
  const values: Value[] = [];
  for (const op of everyOp(unit.fn(fn).body)) if (op.op === 'return' && op.value) values.push(op.value);
  return values;
}
