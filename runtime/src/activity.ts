/** What a primitive that is no lock does, for those who watch: `diagnostics` publishes it. */
export type Activity =
  /** An operation failed after its caller had been told something else: nobody is left to reject. */
  | { readonly kind: 'late-failure'; readonly operation: string; readonly error: unknown }
  /** An attempt failed, and another follows after `delay` ms. */
  | { readonly kind: 'retry'; readonly attempt: number; readonly delay: number; readonly error: unknown }
  /** A batch is handed to the function that runs it. */
  | { readonly kind: 'batch'; readonly name: string | undefined; readonly size: number; readonly trigger: string };

type Listener = (activity: Activity) => void;

const listeners = new Set<Listener>();

/** True while anybody watches: to be asked before an activity is described. */
export let isObserved = false;

/** Adds a listener; returns the function that takes it away. */
export function observeActivity(listener: Listener): () => void {
  listeners.add(listener);
  isObserved = true;
  return () => {
    listeners.delete(listener);
    isObserved = listeners.size > 0;
  };
}

export function report(activity: Activity): void {
  for (const listener of listeners) listener(activity);
}

export function lateFailure(operation: string, error: unknown): void {
  if (isObserved) report({ kind: 'late-failure', operation, error });
}
