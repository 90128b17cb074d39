import type { LockOrder, Spot } from '../../../cli/src/lsp/protocol.js';

/** What the page of the graph tells the extension. */
export type FromPage = { readonly kind: 'ready' } | { readonly kind: 'open'; readonly spot: Spot };

/** What the extension tells the page. */
export interface ToPage {
  /** Null while the analysis has nothing to tell yet. */
  readonly order: LockOrder | null;
}
