import { growth, limitHeap } from '../system/heap.js';

/** Keeps the heap of a language server as small as one that stands beside an editor should be. To be called before it starts. */
export function limitServerHeap(): void {
  limitHeap(growth.server);
}
