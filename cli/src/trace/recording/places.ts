// From positions in loaded code to places in the original source, through source maps; done when a profile is written,
// once per site.
import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { originalPositionFor, sourceContentFor, TraceMap } from '@jridgewell/trace-mapping';
import { indentOf, lineHash, normalizedLine, type SiteData } from '../profile.js';
import type { Site } from './sites.js';

/** The part of a site's data that tells where it is. */
export type Place = Pick<
  SiteData,
  'path' | 'line' | 'column' | 'symbol' | 'text' | 'indent' | 'lineHash' | 'occurrence' | 'occurrences'
>;

const nowhere: Place = {
  path: '',
  line: 0,
  column: 0,
  symbol: '',
  text: '',
  indent: 0,
  lineHash: '',
  occurrence: 0,
  occurrences: 0,
};

const longestText = 160;

export class Places {
  readonly #folder: string;
  readonly #known = new Map<Site, Place>();
  readonly #maps = new Map<string, TraceMap | undefined>();
  readonly #urls = new Map<string, string>();
  readonly #normalized = new Map<string, string[]>();
  readonly #texts = new Map<string, readonly string[]>();

  /** `folder`: what paths are relative to. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Notes the `sourceMappingURL` of a loaded file. */
  addSourceMap(file: string, url: string): void {
    this.#urls.set(file, url);
  }

  of(site: Site): Place {
    let place = this.#known.get(site);
    if (place === undefined) this.#known.set(site, (place = site.file === '' ? nowhere : this.#find(site)));
    return place;
  }

  #find(site: Site): Place {
    const { file, line, column } = this.#original(site);
    const lines = this.#linesOf(file);
    const whole = lines[line - 1] ?? site.text;
    const wanted = normalizedLine(whole);
    const same = this.#normalizedLinesOf(file, lines).flatMap((other, index) => (other === wanted ? [index] : []));
    return {
      path: relative(this.#folder, file).split(sep).join('/'),
      line,
      column,
      symbol: site.symbol,
      text: whole.trim().slice(0, longestText),
      indent: indentOf(whole),
      lineHash: lineHash(whole),
      occurrence: Math.max(0, same.indexOf(line - 1)),
      occurrences: Math.max(1, same.length),
    };
  }

  #original(site: Site): { file: string; line: number; column: number } {
    const { file, line, column } = site;
    const map = this.#mapOf(file);
    if (map === undefined) return { file, line, column };
    const found = originalPositionFor(map, { line, column: column - 1 });
    if (found.source === null) return { file, line, column };
    const source = found.source.startsWith('file:') ? fileURLToPath(found.source) : found.source;
    const original = isAbsolute(source) ? source : resolve(dirname(file), source);
    const content = sourceContentFor(map, found.source);
    if (content != null && !this.#texts.has(original)) this.#texts.set(original, content.split('\n'));
    return { file: original, line: found.line, column: found.column + 1 };
  }

  #mapOf(file: string): TraceMap | undefined {
    if (this.#maps.has(file)) return this.#maps.get(file);
    const url = this.#urls.get(file) ?? sourceMapUrl(this.#linesOf(file));
    const map = url === undefined ? undefined : readMap(file, url);
    this.#maps.set(file, map);
    return map;
  }

  #linesOf(file: string): readonly string[] {
    let lines = this.#texts.get(file);
    if (lines === undefined) this.#texts.set(file, (lines = readText(file)?.split('\n') ?? []));
    return lines;
  }

  #normalizedLinesOf(file: string, lines: readonly string[]): readonly string[] {
    let normalized = this.#normalized.get(file);
    if (normalized === undefined) this.#normalized.set(file, (normalized = lines.map(normalizedLine)));
    return normalized;
  }
}

function sourceMapUrl(lines: readonly string[]): string | undefined {
  const last = lines.findLast((line) => line.trim() !== '') ?? '';
  return /^\/\/[#@] sourceMappingURL=(\S+)/.exec(last)?.[1];
}

/** A source map that is missing or broken leaves the positions of the code that ran. */
function readMap(file: string, url: string): TraceMap | undefined {
  try {
    const inline = /^data:[^,]*?(;base64)?,(.*)$/s.exec(url);
    const text =
      inline === null
        ? readFileSync(resolve(dirname(file), decodeURIComponent(url)), 'utf8')
        : inline[1] === undefined
          ? decodeURIComponent(inline[2]!)
          : Buffer.from(inline[2]!, 'base64').toString('utf8');
    return new TraceMap(text);
  } catch {
    return undefined;
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
