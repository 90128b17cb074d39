/** What the CLI needs of the world around it. Everything else is pure, so that a test can put its own world in its place. */
export interface Ports {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly files: Files;
  readonly processes: Processes;
  readonly terminal: Terminal;
  /** Milliseconds since some fixed point, for telling how long something took. */
  now(): number;
  /** Milliseconds since 1970, by the clock that the times of files are told by. */
  today(): number;
  /** Whether the user asked to stop. */
  interrupted(): boolean;
}

/** The disk. Paths are absolute. */
export interface Files {
  /** @throws FileTrouble */
  read(path: string): Buffer;
  /**
   * The same bytes in memory that the next look writes over: for one who looks at many files and keeps few.
   * @throws FileTrouble
   */
  look(path: string): Buffer;
  stat(path: string): FileStat | undefined;
  /** Like `stat`, but of a symbolic link itself. */
  lstat(path: string): FileStat | undefined;
  /** The path with every symbolic link followed, or undefined when there is nothing. */
  realpath(path: string): string | undefined;
  /** Sorted by name; empty when the folder cannot be read. */
  list(folder: string): readonly FolderEntry[];
  /** Whether this user may write the file. */
  writable(path: string): boolean;
  /**
   * Puts the bytes in place of the file at once: whoever reads sees the old or the new, whatever happens. The mode is kept.
   * @throws FileTrouble
   */
  replace(path: string, bytes: Buffer): Promise<void>;
  /** Writes a file that may as well be lost, with its folder: no wait for the disk, no complaint. */
  keep(path: string, bytes: Buffer): void;
  /** Adds to the end of such a file. */
  append(path: string, text: string): void;
  makeFolder(path: string): void;
  remove(path: string): void;
}

export interface FileStat {
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  readonly size: number;
  readonly links: number;
  readonly mode: number;
  /** Device and inode: the same for all paths to one file. */
  readonly identity: string;
  /** When its content, or anything else of it, was last changed: milliseconds since 1970. No tool sets it back. */
  readonly changed: number;
}

export interface FolderEntry {
  readonly name: string;
  readonly kind: FileStat['kind'];
}

/** Why the disk refused, as a clause for the user: `is not readable by this user`. */
export class FileTrouble extends Error {
  override readonly name = 'FileTrouble';
  readonly code: string;
  /** Absolute, where the system told it. */
  readonly path: string | undefined;

  constructor(code: string, message: string, path?: string) {
    super(message);
    this.code = code;
    this.path = path;
  }
}

export interface ProcessResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Processes {
  /** Runs a program to its end. Code 127 when there is no such program. */
  run(program: string, args: readonly string[], options?: ProcessOptions): Promise<ProcessResult>;
}

export interface ProcessOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The arguments are one line for the user's shell. */
  readonly shell?: boolean;
  /** The output goes to the user's stderr, as it comes. */
  readonly show?: boolean;
}

export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Whether stdout is a terminal with colours. */
  readonly colours: boolean;
  readonly columns: number;
  /** Whether someone is there to answer. */
  readonly interactive: boolean;
  /** Whether stderr is a terminal, where progress may be drawn. */
  readonly progress: boolean;
  /** One key or line of the user; undefined at the end of the input. */
  ask(question: string): Promise<string | undefined>;
}
