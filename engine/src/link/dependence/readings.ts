import type { Value } from '../../facts/format.js';
import type { Span } from '../../findings.js';
import { NONE, readKey, union, withRead, type CellRead, type Knowledge } from './knowledge.js';

/** The readings that a function has made, by their places, and which of them a value comes from. */
export class Readings {
  private readonly keysAt = new Map<string, string[]>();

  /** The readings that an operation at a place has made. */
  at(known: Knowledge, span: Span): ReadonlySet<string> {
    const keys = this.keysAt.get(`${span[0]}-${span[1]}`);
    return keys ? new Set(keys.filter((key) => known.reads.has(key))) : NONE;
  }

  /** With a reading of a cell made at an operation. */
  add(known: Knowledge, read: CellRead): Knowledge {
    const { op, cell } = read;
    const place = `${op.span[0]}-${op.span[1]}`;
    const key = readKey(op.span, cell.id);
    const keys = this.keysAt.get(place) ?? [];
    if (!keys.includes(key)) this.keysAt.set(place, [...keys, key]);
    return withRead(known, key, read);
  }

  /** The readings that a value comes from. */
  of(value: Value, known: Knowledge): ReadonlySet<string> {
    switch (value.v) {
      case 'bind':
        return union(known.values.get(`b${value.id}`), this.at(known, value.span));
      case 'member':
        return union(this.at(known, value.span), this.of(value.of, known));
      case 'index':
        return union(this.at(known, value.span), union(this.of(value.of, known), this.of(value.key, known)));
      case 'call':
        return known.values.get(`c${value.id}`) ?? NONE;
      case 'await':
        return this.of(value.of, known);
      case 'object':
        return this.ofAll(
          value.props.map((property) => property.value),
          known,
        );
      case 'array':
        return this.ofAll(value.items, known);
      case 'choice':
      case 'mix':
        return this.ofAll(value.of, known);
      default:
        return NONE;
    }
  }

  /** The same of several values. */
  ofAll(values: readonly Value[], known: Knowledge): ReadonlySet<string> {
    return values.reduce<ReadonlySet<string>>((all, value) => union(all, this.of(value, known)), NONE);
  }
}
