import { spanOf, type Node } from '../ast/node.js';
import { pathTo } from '../ast/walk.js';
import type { Span } from '../findings.js';
import type { Linked } from '../link/linked.js';
import type { Unit } from '../link/unit.js';
import type { Parsed } from '../project.js';

/** The syntax of one file, for the fixes: they alone change text, so they alone look at it. */
export class Source {
  readonly unit: Unit;
  readonly program: Node;
  readonly comments: readonly { readonly start: number; readonly end: number }[];
  readonly eol: string;

  private constructor(unit: Unit, program: Node, comments: Source['comments']) {
    this.unit = unit;
    this.program = program;
    this.comments = comments;
    this.eol = /\r?\n/.exec(unit.text)?.[0] ?? '\n';
  }

  /** By the trees, which the program keeps as long as it sees fit. */
  private static readonly known = new WeakMap<Parsed, Source>();

  static of(project: Linked, unit: Unit): Source {
    const parsed = project.program.tree(unit);
    let source = this.known.get(parsed);
    if (source?.unit !== unit) {
      source = new Source(unit, parsed.program as Node, parsed.comments);
      this.known.set(parsed, source);
    }
    return source;
  }

  text(span: Span): string {
    return this.unit.text.slice(span[0], span[1]);
  }

  /** The nodes around a place, outermost first, the innermost one that contains it last. */
  around(span: Span): Node[] {
    return pathTo(this.program, span);
  }

  /** The innermost node of one of the given types around a place. */
  enclosing(span: Span, ...types: string[]): Node | undefined {
    return this.around(span).findLast((node) => types.includes(node.type));
  }

  /** The statement that contains a place, with the list of statements that it stands in. */
  statement(span: Span): { node: Node; siblings: readonly Node[]; index: number } | undefined {
    const path = this.around(span);
    for (let depth = path.length - 1; depth > 0; depth--) {
      const siblings = statementList(path[depth - 1]!);
      const index = siblings?.indexOf(path[depth]!) ?? -1;
      if (siblings && index >= 0) return { node: path[depth]!, siblings, index };
    }
    return undefined;
  }

  /** The white space before the first character of the line on which an offset stands. */
  indent(offset: number): string {
    const start = this.unit.text.lastIndexOf('\n', offset - 1) + 1;
    return /^[ \t]*/.exec(this.unit.text.slice(start))![0];
  }

  /** One step of this file's indentation: a tab, or the smallest number of spaces that a line begins with. */
  get step(): string {
    const indented = /\n([ \t]+)\S/.exec(this.unit.text);
    if (indented?.[1]!.startsWith('\t')) return '\t';
    const widths = [...this.unit.text.matchAll(/\n( +)\S/g)]
      .map((match) => match[1]!.length)
      .filter((width) => width > 1);
    return ' '.repeat(Math.min(4, widths.length > 0 ? Math.min(...widths) : 2));
  }

  /** What a statement of this file ends in: a semicolon, or nothing. */
  get semicolon(): string {
    return /;[ \t]*\r?\n/.test(this.unit.text) ? ';' : '';
  }

  /** Text moved one step further in, line by line; the lines of a template literal stay where they are. */
  deeper(span: Span): string {
    const step = this.step;
    const literals = this.templates(span);
    let result = '';
    for (let position = span[0]; position < span[1];) {
      const end = this.unit.text.indexOf('\n', position) + 1 || span[1];
      const stop = Math.min(end, span[1]);
      const line = this.unit.text.slice(position, stop);
      const inside = literals.some(([start, until]) => start < position && position < until);
      const isStart = position === span[0] || this.unit.text[position - 1] === '\n';
      result += isStart && !inside && line.trim() !== '' && position !== span[0] ? step + line : line;
      position = stop;
    }
    return result;
  }

  /** Text moved out to an indentation, line by line; the lines of a template literal stay where they are. */
  shallower(span: Span, indent: string): string {
    const own = this.indent(span[0]);
    if (own === indent || !own.startsWith(indent)) return this.text(span);
    const literals = this.templates(span);
    const extra = own.length - indent.length;
    let offset = span[0];
    return this.text(span)
      .split('\n')
      .map((line, index) => {
        const start = offset;
        offset += line.length + 1;
        const inside = literals.some(([from, until]) => from < start && start < until);
        return index === 0 || inside || !line.startsWith(own) ? line : line.slice(extra);
      })
      .join('\n');
  }

  /** The template literals around and in a span: the white space of their lines counts. */
  templates(span: Span): Span[] {
    const found: Span[] = [];
    const visit = (node: Node) => {
      if (node.type === 'TemplateLiteral') found.push(spanOf(node));
      for (const key of Object.keys(node)) {
        const value: unknown = node[key];
        for (const item of Array.isArray(value) ? value : [value]) {
          if (typeof item === 'object' && item !== null && typeof (item as Node).type === 'string' && key !== 'parent')
            visit(item as Node);
        }
      }
    };
    const [outer] = this.around(span).slice(-1);
    if (outer) visit(outer);
    return found;
  }

  /** Whether a comment lies in a span, outside of the spans that are kept. */
  losesComment(span: Span, kept: readonly Span[] = []): boolean {
    return this.comments.some(
      ({ start, end }) =>
        span[0] <= start && end <= span[1] && !kept.some((part) => part[0] <= start && end <= part[1]),
    );
  }
}

/** The statements that a node is a list of. */
export function statementList(node: Node): readonly Node[] | undefined {
  if (node.type === 'BlockStatement' || node.type === 'Program' || node.type === 'StaticBlock')
    return node['body'] as Node[];
  if (node.type === 'SwitchCase') return node['consequent'] as Node[];
  return undefined;
}
