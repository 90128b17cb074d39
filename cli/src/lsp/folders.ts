import { basename, dirname, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { URI } from 'vscode-uri';
import type { TextDocument } from 'vscode-languageserver-textdocument';
import { Folder } from './folder.js';
import type { Settings } from './protocol.js';
import type { Surroundings } from './surroundings.js';
import { closedText, normal } from './texts.js';

export interface Located {
  readonly folder: Folder;
  /** Relative to the folder's root, with `/`. */
  readonly path: string;
}

/** The roots under analysis: the folders of the workspace, and one for each folder of a file that was opened alone. */
export class Folders {
  readonly #folders = new Map<string, { folder: Folder; ofWorkspace: boolean }>();
  readonly #surroundings: Surroundings;
  readonly #openText: (uri: string) => TextDocument | undefined;
  settings: Settings;

  constructor(surroundings: Surroundings, settings: Settings, openText: (uri: string) => TextDocument | undefined) {
    this.#surroundings = surroundings;
    this.#openText = openText;
    this.settings = settings;
  }

  add(root: string): Folder {
    const key = resolve(root);
    const known = this.#folders.get(key);
    if (known !== undefined) return known.folder;
    const folder = new Folder(key, this.#surroundings, this.settings);
    this.#folders.set(key, { folder, ofWorkspace: true });
    this.#takeOver(folder);
    return folder;
  }

  /** What was open alone below a root belongs to it once the root is part of the workspace. */
  #takeOver(folder: Folder): void {
    for (const [root, { folder: lone, ofWorkspace }] of this.#folders) {
      if (ofWorkspace || !isBelow(folder.root, root)) continue;
      this.#folders.delete(root);
      for (const [path, text] of lone.openTexts) folder.edit(relativePath(folder.root, resolve(root, path)), text);
    }
  }

  remove(root: string): void {
    this.#folders.delete(resolve(root));
  }

  /** Every folder of the workspace, those of lone files left out. */
  get ofWorkspace(): Folder[] {
    return [...this.#folders.values()].filter((entry) => entry.ofWorkspace).map((entry) => entry.folder);
  }

  get all(): Folder[] {
    return [...this.#folders.values()].map((entry) => entry.folder);
  }

  /** The innermost folder that has the file; a file outside of every one makes a folder of its own. */
  locate(uri: string): Located | undefined {
    const file = fileOf(uri);
    if (file === undefined) return undefined;
    const roots = [...this.#folders.keys()].filter((root) => isBelow(root, file));
    const root = roots.sort((a, b) => b.length - a.length)[0] ?? dirname(file);
    let entry = this.#folders.get(root);
    if (entry === undefined) {
      entry = { folder: new Folder(root, this.#surroundings, this.settings), ofWorkspace: false };
      this.#folders.set(root, entry);
    }
    return { folder: entry.folder, path: relativePath(root, file) };
  }

  uri(folder: Folder, path: string): string {
    return normal(pathToFileURL(resolve(folder.root, path)).toString());
  }

  /** The text behind a place of a finding: the open document, else the file. */
  document(folder: Folder, path: string): TextDocument | undefined {
    const uri = this.uri(folder, path);
    const open = this.#openText(uri);
    if (open !== undefined) return open;
    const text = folder.text(path);
    return text === undefined ? undefined : closedText(uri, text);
  }

  version(uri: string): number | null {
    return this.#openText(uri)?.version ?? null;
  }
}

function isBelow(root: string, file: string): boolean {
  return file === root || file.startsWith(root.endsWith(sep) ? root : root + sep);
}

function relativePath(root: string, file: string): string {
  return relative(root, file).split(sep).join('/');
}

/** The file that a document is; undefined for anything else, such as the left side of a diff. */
function fileOf(uri: string): string | undefined {
  const parsed = URI.parse(uri);
  return parsed.scheme === 'file' ? resolve(parsed.fsPath) : undefined;
}

const analysed = /\.[cm]?[jt]sx?$/;

/** Whether the file's name is one that is analysed; declaration files have no code. */
export function isCode(path: string): boolean {
  return analysed.test(path) && !/\.d\.[cm]?ts$/.test(basename(path));
}
