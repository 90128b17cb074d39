/** Why a file is left out although it is there. */
export interface Skipped {
  readonly path: string;
  readonly reason: string;
  /** Worth a line in every report: the user may think that the file was checked. */
  readonly notable: boolean;
}

const CODE = /\.[cm]?[jt]sx?$/;
const DECLARATIONS = /\.d\.([^.]+\.)?[cm]?ts$/;
const MINIFIED = /[.-](min|bundle|umd)\.[cm]?js$/;
const GENERATED = /\.(generated|gen|pb)\.[cm]?[jt]sx?$|_pb\.[cm]?[jt]s$/;

/** Larger files are written by programs. */
export const largestSource = 1024 * 1024;

export function isCode(path: string): boolean {
  return CODE.test(path);
}

/** Languages whose files use modules of a project and are not analysed. */
const OTHER = /\.(?:vue|svelte|astro|mdx|html?|marko|ejs|hbs|pug|coffee|civet)$/;

/** Whether a file that is not looked at may use code that is. What is installed does not. */
export function mayUseCode(path: string): boolean {
  return (OTHER.test(path) || isCode(path)) && !path.split('/').includes('node_modules');
}

/** Why a path that nobody named is not looked at, or undefined. */
export function excludedByName(path: string): string | undefined {
  const folders = path.split('/').slice(0, -1);
  if (folders.includes('node_modules')) return 'in node_modules';
  const hidden = folders.find((folder) => folder.startsWith('.') && folder !== '.' && folder !== '..');
  if (hidden !== undefined) return `in ${hidden}/, whose name begins with a dot`;
  if (DECLARATIONS.test(path)) return 'declares types alone';
  if (MINIFIED.test(path)) return 'minified, by its name';
  if (GENERATED.test(path)) return 'generated, by its name';
  return undefined;
}

/** Why a text that nobody named is not looked at, or undefined. */
export function excludedByContent(bytes: Buffer): string | undefined {
  const top = bytes.toString('latin1', 0, 2000);
  if (
    /^[\s/*#]*@generated\b|\*\s*@generated\b|\/\/\s*@generated\b/m.test(top) ||
    /\b(auto-?generated|code generated)\b[^\n]{0,80}\bdo not (edit|modify)\b/i.test(top)
  )
    return 'generated, as it says itself';
  if (bytes.length > 20_000) {
    let lines = 1;
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) lines++;
    if (bytes.length / lines > 500) return 'minified: its lines are very long';
  }
  return undefined;
}
