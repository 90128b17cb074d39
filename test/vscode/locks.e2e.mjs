// The locks view and the lock-order graph, clicked through to the code.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { withLocks } from './fixtures.mjs';
import { fixture, launch } from './workbench.mjs';

describe('looking at locks', { timeout: 300_000 }, () => {
  it('lists locks, sections and suspensions, draws the order, and goes to the code by click and by key', async () => {
    const code = await launch({ workspace: fixture('orders'), prepareWorkspace: withLocks });
    try {
      await code.open('src/transfer.ts');
      await code.openView('Lockwise');
      await code.treeRow('accounts').first().waitFor();
      assert.equal(await code.treeRow('async-mutex Mutex').count(), 3);
      await code.treeRow('ledger').first().locator('.monaco-tl-twistie').click();
      await code.treeRow('reconcile').first().waitFor();
      await code.command('Lockwise: Show Lock-Order Graph');
      const page = code.webview();
      await page.locator('#summary', { hasText: '3 locks' }).waitFor();
      assert.match(await page.locator('#summary').textContent(), /in a cycle/);
      assert.equal(await page.locator('svg .lock').count(), 3);
      assert.equal(await page.locator('svg .edge.cyclic').count(), 2);
      assert.equal(await page.locator('#list li').count(), 4);
      await code.screenshot('readme-graph');
      await page.locator('svg .lock', { hasText: 'ledger' }).first().click();
      await code.page.locator('.statusbar-item', { hasText: 'Ln 4, Col 7' }).waitFor();
      const cycle = page.locator('svg .edge.cyclic[aria-label="accounts is awaited while ledger is held"]');
      await cycle.focus();
      await cycle.press('Enter');
      await code.page.locator('.statusbar-item', { hasText: 'Ln 35, Col 18' }).waitFor();
      const colour = () => page.locator('body').evaluate((body) => getComputedStyle(body).backgroundColor);
      const light = await colour();
      await code.command('Preferences: Toggle between Light/Dark Themes');
      await code.page.waitForFunction(() => document.querySelector('.monaco-workbench.vs-dark') !== null);
      await page.locator('body.vscode-dark').waitFor();
      assert.notEqual(await colour(), light, 'the picture follows the theme');
      await code.screenshot('graph-dark');
    } catch (error) {
      await code.screenshot('failed-locks').catch(() => {});
      throw error;
    } finally {
      await code.close();
    }
  });
});
