/** What caused a batch to be run: it was full, its delay was over, or somebody asked. */
export type BatchTrigger = 'size' | 'delay' | 'flush' | 'dispose';

/** What {@link BatchProcessor} gives to the function that runs a batch. */
export interface BatchContext {
  /** Aborts when every caller of the batch has given up. */
  readonly signal: AbortSignal;
  readonly trigger: BatchTrigger;
}

/** Options of {@link BatchProcessor}. */
export interface BatchOptions {
  /** How many items make a full batch, which is run at once. An integer of 1 or more, or Infinity. */
  readonly maxSize: number;
  /** How long the first item of a batch waits for others, in ms, finite. Later items do not prolong it. */
  readonly maxDelay: number;
  /** How many batches may run at the same time. Default Infinity. */
  readonly concurrency?: number | undefined;
  /** How many items may wait to be run. Default Infinity. */
  readonly maxPending?: number | undefined;
  /** What becomes of an item beyond `maxPending`: it waits for room (default), or is rejected with a {@link QueueFullError}. */
  readonly overflow?: 'wait' | 'reject' | undefined;
  /** Names the processor in errors and diagnostics. */
  readonly name?: string | undefined;
}
