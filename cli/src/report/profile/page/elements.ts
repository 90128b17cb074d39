// Making elements of the page.

type Child = Node | string | undefined;

/** An element with attributes (`class`, `aria-label`, …) and children. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Record<string, string> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

export interface Column<Row> {
  readonly title: string;
  /** The cell: text, or elements. */
  readonly cell: (row: Row) => Child | Child[];
  /** Whether the column holds names, which are aligned to the left and may wrap. */
  readonly name?: boolean;
}

/** A table that scrolls sideways on a narrow screen, by keyboard too. */
export function table<Row>(caption: string, columns: readonly Column<Row>[], rows: readonly Row[]): HTMLElement {
  const kind = ({ name }: Column<Row>): Record<string, string> => (name === true ? { class: 'name' } : {});
  const head = element(
    'tr',
    {},
    ...columns.map((column) => element('th', { scope: 'col', ...kind(column) }, column.title)),
  );
  const body = rows.map((row) =>
    element(
      'tr',
      {},
      ...columns.map((column) => {
        const cell = column.cell(row);
        return element('td', kind(column), ...(Array.isArray(cell) ? cell : [cell]));
      }),
    ),
  );
  return element(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption },
    element('table', {}, element('thead', {}, head), element('tbody', {}, ...body)),
  );
}

/** A chart with its description for those who cannot see it. */
export function figure(description: string, chart: Element): HTMLElement {
  chart.setAttribute('role', 'img');
  chart.setAttribute('aria-label', description);
  return element('figure', {}, chart);
}

/** What the colours of a chart mean. */
export function key(...entries: readonly (readonly [color: string, meaning: string])[]): HTMLElement {
  return element(
    'p',
    { class: 'faint' },
    ...entries.map(([color, meaning]) =>
      element('span', { class: 'key' }, element('i', { style: `background: var(--${color})` }), meaning),
    ),
  );
}
