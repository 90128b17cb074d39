/// <reference lib="dom" />
// What is to be seen of a drawing: read from the page, as it is laid out there.

/** Pixels of the page. */
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Seen {
  readonly boxes: readonly SeenBox[];
  readonly arrows: readonly SeenArrow[];
  /** Text that is no part of a box or an arrow. */
  readonly rest: string;
}

export interface SeenBox {
  readonly id: string;
  readonly lines: readonly string[];
  readonly outline: Box;
  /** What its letters take. */
  readonly letters: Box;
  readonly stroke: string;
  readonly width: number;
  readonly dashed: boolean;
  /** Of its letters, and of what is behind them, as the browser paints them. */
  readonly ink: string;
  readonly paper: string;
}

export interface SeenArrow {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly stroke: string;
  readonly width: number;
  readonly dashed: boolean;
}

/** Runs in the page: what Graphviz drew. */
export function seenOfGraphviz(): Seen {
  const box = (element: Element): Box => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    return { left, right, top, bottom };
  };
  const around = (boxes: readonly Box[]): Box => ({
    left: Math.min(...boxes.map(({ left }) => left)),
    right: Math.max(...boxes.map(({ right }) => right)),
    top: Math.min(...boxes.map(({ top }) => top)),
    bottom: Math.max(...boxes.map(({ bottom }) => bottom)),
  });
  const lines = (of: Element) => [...of.querySelectorAll('text')].map(({ textContent }) => textContent);
  const look = (of: Element) => {
    const { stroke, strokeWidth, strokeDasharray } = getComputedStyle(of.querySelector('path,polygon,ellipse')!);
    return { stroke, width: parseFloat(strokeWidth), dashed: strokeDasharray !== 'none' };
  };
  const title = (of: Element) => of.querySelector('title')!.textContent;
  const paper = getComputedStyle(document.querySelector('g.graph > polygon')!).fill;
  const boxes = [...document.querySelectorAll('g.node')].map((node) => ({
    id: title(node),
    lines: lines(node),
    outline: box(node.querySelector('path,polygon')!),
    letters: around([...node.querySelectorAll('text')].map(box)),
    ...look(node),
    ink: getComputedStyle(node.querySelector('text')!).fill,
    paper,
  }));
  const arrows = [...document.querySelectorAll('g.edge')].map((edge) => {
    const [from, to] = boxes.flatMap((one) =>
      boxes.filter((other) => title(edge) === `${one.id}->${other.id}`).flatMap((other) => [one.id, other.id]),
    );
    return { from: from!, to: to!, label: lines(edge).join('\n'), ...look(edge) };
  });
  return {
    boxes,
    arrows,
    rest: [...document.querySelectorAll('g.graph > text')].map((one) => one.textContent).join('\n'),
  };
}

/** Runs in the page: what Mermaid drew. */
export function seenOfMermaid(): Seen {
  const box = (element: Element | Range): Box => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    return { left, right, top, bottom };
  };
  const letters = (of: Element): Box => {
    const range = document.createRange();
    range.selectNodeContents(of);
    return box(range);
  };
  const text = (of: Element | null) => (of as HTMLElement | null)?.innerText ?? '';
  const look = (of: Element) => {
    const { stroke, strokeWidth } = getComputedStyle(of);
    return { stroke, width: parseFloat(strokeWidth) };
  };
  const boxes = [...document.querySelectorAll('g.node')].map((node) => {
    const label = node.querySelector('.nodeLabel')!;
    const outline = node.querySelector('rect,polygon')!;
    const { strokeDasharray, fill } = getComputedStyle(outline);
    return {
      id: /(?:^|-)([LN]\d+)-\d+$/.exec(node.id)![1]!,
      lines: text(label).split('\n'),
      outline: box(outline),
      letters: letters(label),
      ...look(outline),
      dashed: strokeDasharray !== 'none',
      ink: getComputedStyle(label).color,
      paper: fill === 'none' ? getComputedStyle(document.body).backgroundColor : fill,
    };
  });
  const arrows = [...document.querySelectorAll('path[data-edge]')].map((path) => {
    const id = path.getAttribute('data-id')!;
    const [, from, to] = /^L_(.+?)_(.+?)_\d+$/.exec(id)!;
    const label = text(document.querySelector(`.edgeLabels [data-id="${id}"] span`)).trim();
    return { from: from!, to: to!, label, ...look(path), dashed: path.classList.contains('edge-pattern-dotted') };
  });
  const notes = boxes.filter(({ id }) => id.startsWith('N'));
  return {
    boxes: boxes.filter(({ id }) => !id.startsWith('N')),
    arrows,
    rest: notes.flatMap(({ lines }) => lines).join('\n'),
  };
}
