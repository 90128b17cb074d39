// A throw-away VS Code with the packed extension, and a Chromium page on its workbench. Selectors are VS Code internals: all of them live here.
import { execFile, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { chromium as driver } from 'playwright-core';
import { chromium } from '../browser/chromium.mjs';
import { prepare } from './prepare.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const vsix = join(here, '../../extension/dist/lockwise.vsix');
export const fixture = (name) => join(here, 'fixtures', name);
const patience = 60_000;

const defaults = {
  'telemetry.telemetryLevel': 'off',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'files.autoSave': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'update.mode': 'none',
  'chat.disableAIFeatures': true,
  'security.workspace.trust.banner': 'never',
  'typescript.disableAutomaticTypeAcquisition': true,
  'editor.lightbulb.enabled': 'on',
  'window.menuBarVisibility': 'compact',
};

/**
 * Starts a workbench on a copy of a fixture.
 * @param {{ workspace: string, build?: 'current' | 'oldest', settings?: object, trust?: boolean, extensions?: string[],
 *   payload?: (uri: (path: string) => string) => string[][], expose?: Record<string, (...args: any[]) => unknown>, prepareWorkspace?: (folder: string) => void }} options
 */
export async function launch({
  workspace,
  build = 'current',
  settings = {},
  trust = true,
  extensions = [],
  payload,
  expose = {},
  prepareWorkspace = () => {},
}) {
  const { vscode, node } = prepare(build);
  const home = mkdtempSync(join(tmpdir(), 'lockwise-vscode-'));
  const folder = join(home, 'workspace');
  cpSync(workspace, folder, { recursive: true });
  prepareWorkspace(folder);
  mkdirSync(join(home, 'data/User'), { recursive: true });
  writeFileSync(join(home, 'data/User/settings.json'), JSON.stringify({ ...defaults, ...settings }, null, 2));
  const server = await startServer({ vscode, node, home, trust, extensions, smoke: payload !== undefined });
  const context = await driver.launchPersistentContext(join(home, 'chromium'), {
    executablePath: chromium(),
    headless: true,
    viewport: { width: 1400, height: 900 },
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  const page = context.pages()[0] ?? (await context.newPage());
  page.setDefaultTimeout(patience);
  for (const [name, run] of Object.entries(expose)) await page.exposeFunction(name, run);
  const query = new URLSearchParams({ folder });
  if (payload)
    query.set('payload', JSON.stringify(payload((path) => `vscode-remote://127.0.0.1:${server.port}${path}`)));
  await page.goto(`http://127.0.0.1:${server.port}/?${query}`);
  await page.locator('.monaco-workbench .part.editor').waitFor();
  return new Workbench({ page, context, folder, home, server });
}

async function startServer({ vscode, node, home, trust, extensions, smoke }) {
  const main = join(vscode, 'out/server-main.js');
  const folders = ['server-data-dir', 'user-data-dir', 'extensions-dir'].flatMap((name) => [
    `--${name}`,
    join(home, { 'server-data-dir': 'server', 'user-data-dir': 'data', 'extensions-dir': 'extensions' }[name]),
  ]);
  // Without an empty gallery the server asks for one on the internet.
  const env = { ...process.env, HOME: home, XDG_RUNTIME_DIR: home, NODE_OPTIONS: '', EXTENSIONS_GALLERY: '{}' };
  for (const extension of [vsix, ...extensions])
    await promisify(execFile)(
      node,
      [main, ...folders, '--accept-server-license-terms', '--install-extension', extension, '--force'],
      { env },
    );
  const child = spawn(
    node,
    [
      main,
      ...folders,
      ...['--host', '127.0.0.1', '--port', '0', '--without-connection-token', '--accept-server-license-terms'],
      ...['--telemetry-level', 'off'],
      ...(trust ? ['--disable-workspace-trust'] : []),
      // Without it a built VS Code ignores the payload of the page.
      ...(smoke ? ['--enable-smoke-test-driver'] : []),
    ],
    { env, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let log = '';
  const port = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the VS Code server did not start:\n${log}`)), 2 * patience);
    const read = (chunk) => {
      log += chunk;
      const found = /Extension host agent listening on (\d+)/.exec(log);
      if (found === null) return;
      clearTimeout(timer);
      resolve(Number(found[1]));
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`the VS Code server exited with ${code}:\n${log}`));
    });
  });
  return { child, port, log: () => log };
}

/** What a person does in the workbench, and sees. */
class Workbench {
  constructor({ page, context, folder, home, server }) {
    this.page = page;
    this.context = context;
    this.folder = folder;
    this.home = home;
    this.server = server;
  }

  /** The text of a file on the disk. */
  disk(path) {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  async command(title) {
    await this.page.keyboard.press('F1');
    await this.#pick(`>${title}`, title);
  }

  async open(path) {
    const name = path.split('/').at(-1);
    await this.page.keyboard.press('Control+P');
    await this.#pick(name, name);
    await this.page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
  }

  async goTo(line, column) {
    await this.page.keyboard.press('Control+G');
    const input = this.page.locator('.quick-input-widget input');
    await input.waitFor();
    await input.fill(`:${line}:${column}`);
    await this.page.keyboard.press('Enter');
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  async focusEditor() {
    await this.page.locator('.editor-instance .view-lines').first().click();
  }

  /** A command that asks at once what to do, in the same widget. */
  async commandWithChoice(title, choice) {
    await this.page.keyboard.press('F1');
    await this.#choose(`>${title}`, title);
    await this.pickItem(choice);
  }

  async #pick(text, row) {
    await this.#choose(text, row);
    await this.page.locator('.quick-input-widget input').waitFor({ state: 'hidden' });
  }

  async #choose(text, row) {
    const input = this.page.locator('.quick-input-widget input');
    await input.waitFor();
    await input.fill(text);
    await this.page.locator('.quick-input-widget .monaco-list-row', { hasText: row }).first().waitFor();
    await this.page.keyboard.press('Enter');
  }

  async pickItem(text) {
    await this.page.locator('.quick-input-widget .monaco-list-row', { hasText: text }).first().click();
  }

  /** Types into the input box that is open; a complaint is waited for, else the box has to go. */
  async answer(text, complaint) {
    const box = this.page.locator('.quick-input-widget');
    await box.locator('input').fill(text);
    await this.page.keyboard.press('Enter');
    if (complaint === undefined) await box.waitFor({ state: 'hidden' });
    else await box.locator('.quick-input-message', { hasText: complaint }).waitFor();
  }

  /** The entry of the language status, which shows when one points at the braces of the status bar. */
  languageStatus(text) {
    return {
      waitFor: async () => {
        await this.page.locator('[id="status.languageStatus"]').first().hover();
        await this.page.locator('.hover-language-status', { hasText: text }).first().waitFor();
        await this.page.keyboard.press('Escape');
      },
    };
  }

  walkthroughSteps() {
    return this.page.locator('.gettingStartedContainer .getting-started-step');
  }

  squiggles() {
    return this.page.locator('.squiggly-warning, .squiggly-error');
  }

  async waitForSquiggles(count) {
    await this.page.waitForFunction(
      (wanted) => document.querySelectorAll('.squiggly-warning, .squiggly-error').length === wanted,
      count,
    );
  }

  /** The rows of the Problems panel that have all of the words. */
  problem(...words) {
    return words.reduce(
      (rows, word) => rows.filter({ hasText: word }),
      this.page.locator('.markers-panel .monaco-list-row'),
    );
  }

  async showProblems() {
    await this.command('Problems: Focus on Problems View');
    await this.page.locator('.markers-panel').waitFor();
  }

  /**
   * Goes to a place and opens the light bulb's menu there, once it offers the action.
   * The bulb of the place before stands until every provider has answered for the new one, and a bulb shows what it was lit for: a menu without
   * the action is closed, and a step aside in the line lights the bulb anew.
   */
  async lightBulb(line, column, title) {
    const bulb = this.page
      .locator('.lightBulbWidget, .codicon-gutter-lightbulb, .codicon-gutter-lightbulb-auto-fix')
      .locator('visible=true')
      .first();
    const rows = this.page.locator('.action-widget .monaco-list-row');
    let aside = 1;
    await until(`a light bulb at ${line}:${column} that offers ${title}`, async () => {
      aside = 1 - aside;
      await this.goTo(line, column + aside);
      await bulb.click();
      await rows.first().waitFor();
      if ((await this.action(title).count()) > 0) return true;
      await this.page.keyboard.press('Escape');
      await rows.first().waitFor({ state: 'hidden' });
      return false;
    });
  }

  action(title) {
    return this.page.locator('.action-widget .monaco-list-row', { hasText: title });
  }

  async takeAction(title) {
    const action = this.action(title).first();
    await action.waitFor();
    await action.hover({ force: true }); // Older versions lay a blocker over the menu until the pointer moves.
    await action.click();
  }

  async save(name) {
    await this.page.keyboard.press('Control+S');
    await this.page.locator(`.tab.dirty[data-resource-name="${name}"]`).waitFor({ state: 'detached' });
  }

  /** The text that the active editor shows, its blanks made plain. */
  async editorText() {
    const lines = await this.page.locator('.editor-instance .view-line').allTextContents();
    return lines.join('\n').replace(/\u00a0/g, ' ');
  }

  outputLine(text) {
    return this.page.locator('.output-view .view-line', { hasText: text });
  }

  statusItem(text) {
    return this.page.locator('.statusbar-item', { hasText: text });
  }

  treeRow(text) {
    return this.page.locator('.pane-body .monaco-list-row', { hasText: text });
  }

  async openView(title) {
    await this.page.locator(`.activitybar .action-item:has(a[aria-label^="${title}"])`).click();
  }

  /** The document inside of the only open webview. */
  webview() {
    return this.page.frameLocator('iframe.webview').frameLocator('iframe#active-frame');
  }

  dialogButton(text) {
    return this.page.locator('.monaco-dialog-box .monaco-button', { hasText: text });
  }

  /** Waits until no message covers a part of the workbench any more. */
  async withoutToasts() {
    await this.page.waitForFunction(() => document.querySelector('.notification-toast') === null);
  }

  refactorPreview() {
    return this.page.locator('.bulk-edit-panel');
  }

  panelButton(title) {
    return this.page.locator(`.part.panel .monaco-button:has-text("${title}")`);
  }

  async screenshot(name) {
    // The README's pictures are replaced on demand alone: UPDATE_PICTURES=1 npm test -- vscode
    const kept = name.startsWith('readme-') && process.env.UPDATE_PICTURES === undefined;
    const folder = join(here, kept ? 'screenshots/latest' : 'screenshots');
    mkdirSync(folder, { recursive: true });
    await this.page.screenshot({ path: join(folder, `${name}.png`) });
  }

  async close() {
    await this.context.close().catch(() => {});
    const { child } = this.server;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM'); // The extension host is its child and goes with it.
    await Promise.race([gone, new Promise((resolve) => setTimeout(resolve, 5000))]);
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Waits for a condition outside of the page. */
export async function until(what, probe, milliseconds = patience) {
  for (const end = Date.now() + milliseconds; ;) {
    const value = await probe();
    if (value) return value;
    if (Date.now() > end) throw new Error(`never came: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
