/** Deeper than that nobody writes, and facts are not read either; the stack of the parser lasts for several times as much on every platform. */
const MOST = 500;

/** What matters for nesting; comments and strings are taken as a whole. */
const TOKEN =
  /\/\/[^\n]*|\/\*(?:[^*]|\*(?!\/))*|"(?:[^"\\\n]|\\[^])*"?|'(?:[^'\\\n]|\\[^])*'?|`|=>|\?\.|\?\?|[()[\]{};,<>?]|[\w$]+/g;
/** The text of a template up to its end or its next substitution. */
const TEMPLATE = /(?:[^`\\$]|\\[^]|\$(?!\{))*(?:`|\$\{|$)/y;

/** What one pair of brackets holds. */
interface Level {
  /** Expressions that each hold the next without a bracket: `a ? b : c ? d : e`, `x => y => z`, `A<B<C`. */
  within: number;
  /** The branches of a chain of `else if`. */
  branches: number;
  readonly ofTemplate: boolean;
}

/**
 * Whether a text is nested so deeply that to parse it may end the process: the native parser has no limit of its own, and the overflow of its stack is no
 * exception that one could catch. Counts by tokens alone, and rather too much than too little: far from what people write.
 */
export function isTooDeep(text: string): boolean {
  const levels: Level[] = [fresh(false)];
  let depth = 0;
  let before = '';
  const open = (ofTemplate: boolean) => {
    levels.push(fresh(ofTemplate));
    depth++;
  };
  const template = () => {
    TEMPLATE.lastIndex = TOKEN.lastIndex;
    const [part] = TEMPLATE.exec(text)!;
    TOKEN.lastIndex = TEMPLATE.lastIndex;
    if (part.endsWith('${')) open(true);
  };
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match && depth <= MOST; match = TOKEN.exec(text)) {
    const [token] = match;
    if (token.startsWith('/')) continue;
    const level = levels.at(-1)!;
    const begins = before === ';' || before === '}' || (level.within > 0 && beginsLine(text, match.index, before));
    if (begins && token !== 'else') depth -= forget(level, before !== '}');
    before = token;
    if (token === '(' || token === '[' || token === '{') open(false);
    else if (token === '`') template();
    else if (token === ')' || token === ']' || token === '}') {
      if (levels.length === 1) continue;
      levels.pop();
      depth -= 1 + level.within + level.branches;
      if (level.ofTemplate) template();
    } else if (token === '?' || token === '=>' || token === '<') {
      level.within++;
      depth++;
    } else if (token === 'else') {
      level.branches++;
      depth++;
    } else if (token === '>' && level.within > 0) {
      level.within--;
      depth--;
    } else if (token === ',') depth -= forget(level, true);
  }
  return depth > MOST;
}

function fresh(ofTemplate: boolean): Level {
  return { within: 0, branches: 0, ofTemplate };
}

/** A statement is over: gives by how much the depth falls. The end of a block alone may stand inside an expression. */
function forget(level: Level, isWhole: boolean): number {
  const gone = level.branches + (isWhole ? level.within : 0);
  level.branches = 0;
  if (isWhole) level.within = 0;
  return gone;
}

/** Whether a word begins a line, and the line before does not ask for more: most statements without a semicolon end so. */
function beginsLine(text: string, index: number, before: string): boolean {
  if (!/[\w$'"`)\]}]$/.test(before) || !/[\w$]/.test(text[index]!)) return false;
  for (let at = index - 1; at >= 0; at--) {
    const char = text[at]!;
    if (char === '\n') return !/[-+*/%&|^=<>?:,.([{!~]\s*$/.test(text.slice(Math.max(0, at - 40), at));
    if (char !== ' ' && char !== '\t') return false;
  }
  return false;
}
