import { posix } from 'node:path';

/** The library that the generated locks are of, as far as they need its types. */
export const TYPINGS = `declare module 'async-mutex' {
  export class Mutex {
    acquire(): Promise<() => void>;
    runExclusive<T>(task: () => T | Promise<T>): Promise<T>;
    isLocked(): boolean;
  }
}
`;

const NOUNS =
  'editor model range cursor view line token theme command context service buffer region offset selection request option folder entry decoration marker symbol result state event item node tree list width height column provider'.split(
    ' ',
  );
/** Words that look like those of a lock and are in four of ten real files: `block`, `pending`. A search that stops at them reads far too much. */
const NEARLY = 'block clock pending queue limit release'.split(' ');
const VERBS =
  'update create resolve compute apply render measure collect register dispose find merge reset open close'.split(' ');

const capital = (word) => word[0].toUpperCase() + word.slice(1);

/** The text of one file, about as long as its plan says. */
export function sourceOf(plan, imports, random) {
  const file = new Source(plan, imports, random);
  file.header();
  if (plan.kind === 'locks') file.lockingClass();
  if (plan.kind === 'helper') file.helper();
  if (plan.kind === 'helped') file.helpedFunction();
  if (plan.kind === 'mentions') file.mention();
  // What is added last goes over the mark by half of its length, on average.
  while (file.length + 700 < plan.bytes) {
    if (random.chance(0.25)) file.free();
    else file.class();
  }
  return file.text;
}

class Source {
  #plan;
  #imports;
  #random;
  #nouns;
  #parts = [];
  #count = 0;
  length = 0;

  constructor(plan, imports, random) {
    this.#plan = plan;
    this.#imports = imports;
    this.#random = random;
    this.#nouns = random.chance(0.4) ? [...NOUNS, ...NEARLY] : NOUNS;
  }

  get text() {
    return this.#parts.join('');
  }

  #add(text) {
    this.#parts.push(text);
    this.length += text.length;
  }

  #noun() {
    return this.#random.pick(this.#nouns);
  }

  #name() {
    return this.#random.pick(VERBS) + capital(this.#noun()) + capital(this.#noun());
  }

  header() {
    const { name, path } = this.#plan;
    this.#add(`/*---------------------------------------------------------------------------------------------
 *  Generated: ${name}, of the kind that "${this.#plan.kind}" names.
 *--------------------------------------------------------------------------------------------*/

`);
    for (const imported of this.#imports) {
      const from = posix.relative(posix.dirname(path), imported.path).replace(/\.ts$/, '.js');
      const what = imported.kind === 'helper' && this.#plan.kind === 'helped' ? 'serialized' : typeOf(imported);
      this.#add(`import { ${what} } from '${from.startsWith('.') ? from : `./${from}`}';\n`);
    }
    if (this.#plan.kind === 'locks' || this.#plan.kind === 'helper')
      this.#add(`import { Mutex } from 'async-mutex';\n`);
    this.#add(`\nexport class ${typeOf(this.#plan)} {\n  readonly name = '${name}';\n  private revision = 0;\n\n`);
    this.#add(`  next(step: number): number {\n    this.revision += step;\n    return this.revision;\n  }\n}\n\n`);
  }

  /** Sections as people write them: most of them sound. */
  lockingClass() {
    const name = `Store${this.#count++}`;
    this.#add(`export class ${name} {
  private readonly mutex = new Mutex();
  private readonly entries = new Map<string, number>();

  async put(key: string, value: number): Promise<void> {
    await this.mutex.runExclusive(async () => {
      const before = this.entries.get(key) ?? 0;
      await this.flush(key, before);
      this.entries.set(key, before + value);
    });
  }

  async take(key: string): Promise<number> {
    const release = await this.mutex.acquire();
    try {
      const value = this.entries.get(key) ?? 0;
      await this.flush(key, value);
      this.entries.delete(key);
      return value;
    } finally {
      release();
    }
  }

  private async flush(key: string, value: number): Promise<void> {
    await new Promise<void>((resolve) => setTimeout(resolve, key.length + value));
  }
}

`);
  }

  helper() {
    this.#add(`const mutex = new Mutex();

export async function serialized<T>(task: () => Promise<T>): Promise<T> {
  const release = await mutex.acquire();
  try {
    return await task();
  } finally {
    release();
  }
}

`);
  }

  helpedFunction() {
    if (!this.#imports.some(({ kind }) => kind === 'helper')) return;
    this.#add(`let revision = 0;

export async function advance(by: number): Promise<number> {
  return serialized(async () => {
    revision += by;
    return revision;
  });
}

`);
  }

  mention() {
    this.#add(`/** Tells whether the scroll position is locked to the cursor. */
export function isScrollLocked(state: { readonly scrollLock?: boolean }): boolean {
  return state.scrollLock === true;
}

`);
  }

  free() {
    const number = this.#count++;
    const [one, two] = [this.#name() + number, capital(this.#noun()) + number];
    this.#add(`/** What a ${this.#noun()} needs to know of its ${this.#noun()} and ${this.#noun()}. */
export interface I${two} {
  readonly ${this.#noun()}: string;
  readonly ${this.#noun()}Count: number;
  readonly ${this.#noun()}s: readonly string[];
}

export function ${one}(values: readonly number[], ${this.#noun()}Size: number): number {
  let total = 0;
  for (const [index, value] of values.entries()) {
    if (value < 0) continue;
    total += index % 2 === 0 ? value * ${this.#random.below(90)} : value - ${this.#random.below(90)};
  }
  return Math.max(0, total);
}

`);
  }

  class() {
    const name = capital(this.#noun()) + capital(this.#noun()) + this.#count++;
    const target = this.#imports.length > 0 ? typeOf(this.#random.pick(this.#imports)) : undefined;
    this.#add(`/**
 * Keeps the ${this.#noun()}s of a ${this.#noun()} up to date, and tells each ${this.#noun()} when one of them changes.
 */
export class ${name} {
  private readonly listeners = new Set<(value: number) => void>();
  private ${this.#noun()}Value = ${this.#random.below(100)};
${target ? `  private readonly partner = new ${target}();\n` : ''}
  constructor(private readonly label: string, private readonly lookup: ReadonlyMap<string, number>) {}

`);
    for (let methods = 2 + this.#random.below(6); methods > 0; methods--) this.#method(target);
    this.#add('}\n\n');
  }

  #method(target) {
    const name = this.#name() + this.#count++;
    const waits = this.#plan.kind === 'asynchronous' && this.#random.chance(0.3);
    if (waits) return this.#add(asynchronousMethod(name));
    this.#add(this.#random.pick([loopMethod, switchMethod, callbackMethod])(name, this.#noun(), target));
  }
}

function typeOf({ index }) {
  return `Part${index}`;
}

function asynchronousMethod(name) {
  return `  async ${name}(keys: readonly string[]): Promise<number> {
    let found = 0;
    for (const key of keys) {
      const value = await Promise.resolve(this.lookup.get(key));
      if (value !== undefined) found += value;
    }
    return found;
  }

`;
}

function loopMethod(name, noun, target) {
  return `  ${name}(${noun}: string, step = 1): number {
    // The ${noun} is counted from one, as the view shows it.
    let ${noun}Index = 0;
    while (${noun}Index < ${noun}.length && this.label.charCodeAt(${noun}Index) !== 32) {
      ${noun}Index += step;
    }
    const known = this.lookup.get(\`\${this.label}:\${${noun}}\`) ?? ${target ? 'this.partner.next(step)' : 'step'};
    return known > 0 ? ${noun}Index : ${noun}Index - known;
  }

`;
}

function switchMethod(name, noun) {
  return `  private ${name}(kind: '${noun}' | 'left' | 'right', amount: number): string {
    switch (kind) {
      case 'left':
        return this.label.slice(0, amount);
      case 'right':
        return this.label.slice(-amount);
      default:
        return [this.label, kind, String(amount)].filter((part) => part.length > 0).join(' ');
    }
  }

`;
}

function callbackMethod(name, noun) {
  return `  ${name}(listener: (value: number) => void): { dispose(): void } {
    this.listeners.add(listener);
    this.lookup.forEach((value, ${noun}) => {
      if (${noun}.startsWith(this.label)) listener(value);
    });
    return { dispose: () => void this.listeners.delete(listener) };
  }

`;
}
