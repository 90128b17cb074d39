/** A place in the code that is only spelled out when somebody reads it: formatting a stack costs more than taking it. */
export class CallSite {
  private readonly holder: { stack?: string } = {};

  private constructor() {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 25;
    Error.captureStackTrace(this.holder, CallSite.here);
    Error.stackTraceLimit = limit;
  }

  /** The call that led here, when stacks are to be taken. */
  static here(areStacksOn: boolean): CallSite | undefined {
    return areStacksOn ? new CallSite() : undefined;
  }

  /** The first frame outside of this package: `file:line:column`. */
  toString(): string {
    const frames = (this.holder.stack ?? '').split('\n').slice(1);
    const outside = frames.find((frame) => !INSIDE.some((part) => frame.includes(part))) ?? frames[0] ?? '';
    return outside
      .replace(/^\s*at /, '')
      .replace(/^.*\((.*)\)$/, '$1')
      .replace('file://', '');
  }
}

/** The folder of this package's code, as stacks name it. */
const OWN_FOLDER = new URL('..', import.meta.url).pathname;

/** What the frames have in them that lie between the code that uses a lock and the lock. */
const INSIDE = [OWN_FOLDER, 'node:', '(<anonymous>)'];
