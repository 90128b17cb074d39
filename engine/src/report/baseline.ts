import type { Finding } from '../findings.js';

/** The name of the file, unless the user has another. */
export const baselineFile = 'lockwise-baseline.txt';

/** Findings that are known and do not count: one sorted line per entry, without counts and line numbers, so that it merges well. */
export class Baseline {
  readonly #lines: ReadonlySet<string>;
  readonly #ids: ReadonlySet<string>;

  private constructor(lines: Iterable<string>) {
    this.#lines = new Set(lines);
    this.#ids = new Set([...this.#lines].map(idOf));
  }

  static empty(): Baseline {
    return new Baseline([]);
  }

  static of(findings: readonly Finding[]): Baseline {
    return new Baseline(findings.map(lineOf));
  }

  /** What a file of known findings says; lines that begin with `#` are for people. */
  static parse(text: string): Baseline {
    const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
    return new Baseline(lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#')));
  }

  has(finding: Finding): boolean {
    return this.#ids.has(finding.id);
  }

  /** The entries that stand for none of the findings any more. */
  gone(findings: readonly Finding[]): string[] {
    const ids = new Set(findings.map(({ id }) => id));
    return [...this.#lines].filter((line) => !ids.has(idOf(line))).sort();
  }

  /** These, and those of another one. */
  with(other: Baseline): Baseline {
    return new Baseline([...this.#lines, ...other.#lines]);
  }

  without(lines: Iterable<string>): Baseline {
    const dropped = new Set(lines);
    return new Baseline([...this.#lines].filter((line) => !dropped.has(line)));
  }

  get size(): number {
    return this.#lines.size;
  }

  toString(): string {
    return (
      HEADER +
      [...this.#lines]
        .sort()
        .map((line) => `${line}\n`)
        .join('')
    );
  }
}

const HEADER =
  '# Findings that do not count: rule, enclosing symbol, fingerprint. Written by `lockwise baseline update`.\n';

function lineOf({ rule, symbol, id }: Finding): string {
  return `${rule} ${symbol.replace(/\s+/g, '_') || '-'} ${id}`;
}

function idOf(line: string): string {
  return line.slice(line.lastIndexOf(' ') + 1);
}
