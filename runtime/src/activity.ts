/** What a primitive that is no lock does, for those who watch: `diagnostics` publishes it. */
export type Activity =
  /** An operation failed after its caller had been told something else: nobody is left to reject. */
  | { readonly kind: 'late-failure'; readonly operation: string; readonly error: unknown }
  /** An attempt failed, and another follows after `delay` ms. */
  | { readonly kind: 'retry'; readonly attempt: number; readonly delay: number; readonly error: unknown }
  /** A batch is handed to the function that runs it. */
  | { readonly kind: 'batch'; readonly name: string | undefined; readonly size: number; readonly trigger: string };

type Listener = (activity: Activity) => void;

const listeners = /* @__PURE__ */ new Set<Listener>();

/** Tells those who watch; undefined while nobody does. */
export let report: Listener | undefined;

/** Adds a listener; returns the function that takes it away. */
export function observeActivity(listener: Listener): () => void {
  const update = (): void => {
    report = listeners.size === 0 ? undefined : (activity) => listeners.forEach((each) => each(activity));
  };
  listeners.add(listener);
  update();
  return () => {
    listeners.delete(listener);
    update();
  };
}

export function lateFailure(operation: string, error: unknown): void {
  report?.({ kind: 'late-failure', operation, error });
}
