// Taken once at load: a virtual clock replaces the global timers, never these.
const immediate: ((callback: () => void) => unknown) | undefined = globalThis.setImmediate;
const timeout = globalThis.setTimeout;

/**
 * Resolves when every promise reaction that can run without a further event has run. A new turn of the host's event loop
 * begins only then, so waiting for one is a wait for quiescence.
 */
export function quiescence(): Promise<void> {
  if (immediate !== undefined) return new Promise((resolve) => void immediate(resolve));
  if (typeof MessageChannel === 'function') return messageTurn();
  return new Promise((resolve) => void timeout(resolve, 0));
}

/** What a port has in every host. */
interface Port {
  onmessage: (() => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}

/** Browsers: a message is a turn of its own, without the delay that they put on nested timers. */
function messageTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel() as unknown as Record<'port1' | 'port2', Port>;
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
