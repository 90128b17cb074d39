/// <reference lib="dom" />
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { instance } from '@viz-js/viz';
import { chromium, type Browser, type Page } from 'playwright-core';
import { seenOfGraphviz, seenOfMermaid, type Seen } from './seen.js';

export type Scheme = 'light' | 'dark';

/** Pages as they are usual: GitHub's two. */
const PAPER: Readonly<Record<Scheme, string>> = { light: '#ffffff', dark: '#0d1117' };

const mermaid = fileURLToPath(new URL('node_modules/mermaid/dist/mermaid.min.js', import.meta.url));

interface Mermaid {
  initialize(options: object): void;
  render(id: string, text: string): Promise<{ svg: string }>;
}

/** Draws what the command writes, in Chromium, and tells what is to be seen there. */
export class Drawings {
  readonly #browser: Browser;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async start(): Promise<Drawings> {
    return new Drawings(await chromium.launch({ executablePath: process.env['CHROMIUM']!, args: ['--no-sandbox'] }));
  }

  close(): Promise<void> {
    return this.#browser.close();
  }

  /** @throws what Graphviz has to say against the text. */
  async graphviz(name: string, dot: string, scheme: Scheme): Promise<Seen> {
    const svg = (await instance()).renderString(dot, { format: 'svg' });
    const page = await this.#page(scheme);
    await page.evaluate((text) => (document.body.innerHTML = text), svg);
    return seen(page, `${name}.dot.${scheme}`, seenOfGraphviz);
  }

  /** @throws what Mermaid has to say against the text. */
  async mermaid(name: string, text: string, scheme: Scheme): Promise<Seen> {
    const page = await this.#page(scheme);
    await page.addScriptTag({ path: mermaid });
    const theme = scheme === 'dark' ? 'dark' : 'default';
    await page.evaluate(
      async ([diagram, named]) => {
        const { mermaid: drawer } = globalThis as unknown as { mermaid: Mermaid };
        drawer.initialize({ startOnLoad: false, theme: named, suppressErrorRendering: true });
        document.body.innerHTML = (await drawer.render('drawn', diagram!)).svg;
      },
      [text, theme],
    );
    return seen(page, `${name}.mermaid.${scheme}`, seenOfMermaid);
  }

  async #page(scheme: Scheme): Promise<Page> {
    const page = await this.#browser.newPage({ colorScheme: scheme, viewport: { width: 1600, height: 400 } });
    await page.setContent(`<body style="margin:8px;background:${PAPER[scheme]}"></body>`);
    return page;
  }
}

/** What is to be seen; the picture itself is kept where the environment names a folder for it. */
async function seen(page: Page, name: string, look: () => Seen): Promise<Seen> {
  const found = await page.evaluate(look);
  const folder = process.env['PICTURES'];
  if (folder !== undefined) {
    mkdirSync(folder, { recursive: true });
    await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  }
  await page.close();
  return found;
}
