import { parseSync } from 'oxc-parser';
import type { Parsed } from '../project.js';
import { isTooDeep } from './nesting.js';

export interface ParseOptions {
  /** Early errors of the language besides those of the grammar, for proving that a fix left a sound file. */
  readonly semantic?: boolean;
}

/** Raw transfer halves the time of a parse, where the platform has it; `LOCKWISE_RAW_TRANSFER=0` is the way out. */
let raw = process.env['LOCKWISE_RAW_TRANSFER'] !== '0' && Number(process.versions.node.split('.')[0]) >= 22;

type Lang = 'js' | 'jsx' | 'ts' | 'tsx' | 'dts';

function langOf(path: string): Lang {
  if (/\.d\.[cm]?ts$/.test(path)) return 'dts';
  if (path.endsWith('.tsx')) return 'tsx';
  if (/\.[cm]?ts$/.test(path)) return 'ts';
  // Plain JavaScript often has JSX in it, whatever it is called.
  return 'jsx';
}

function sourceTypeOf(path: string): 'module' | 'commonjs' | 'unambiguous' {
  if (/\.c[jt]s$/.test(path)) return 'commonjs';
  return /\.jsx?$/.test(path) ? 'unambiguous' : 'module';
}

/** The tree of a file from `oxc-parser`, in TS-ESTree form. Never throws on bad input: it tells the errors. */
export function parseSource(path: string, text: string, { semantic = false }: ParseOptions = {}): Parsed {
  if (isTooDeep(text)) return unread('it is nested too deeply; exclude it if it is generated');
  const result = parseWith(path, text, semantic);
  const program = result.program;
  return {
    program,
    comments: result.comments,
    errors: result.errors
      .filter(({ severity }) => severity === 'Error')
      .map(({ message, labels }) => ({ message, offset: labels[0]?.start ?? 0 })),
  };
}

function unread(message: string): Parsed {
  return { program: { type: 'Program', body: [], range: [0, 0] }, comments: [], errors: [{ message, offset: 0 }] };
}

function parseWith(path: string, text: string, showSemanticErrors: boolean): ReturnType<typeof parseSync> {
  const options = {
    lang: langOf(path),
    sourceType: sourceTypeOf(path),
    astType: 'ts',
    preserveParens: false,
    showSemanticErrors,
  } as const;
  if (raw) {
    try {
      const result = parseSync(path, text, { ...options, experimentalRawTransfer: true } as typeof options);
      void result.program.body.length;
      return result;
    } catch {
      raw = false;
    }
  }
  return parseSync(path, text, options);
}
