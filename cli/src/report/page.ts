/** One page that needs nothing else: no script, no font, no network. Light or dark as the reader has it. */
export function htmlPage(title: string, style: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title><style>${STYLE}
${style}</style></head>
<body><main>${body}</main></body></html>
`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text that means itself, in content and in attributes. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** Code between backticks. What is quoted may be a template, and have backticks of its own: always two, and within. */
const CODE = /(?<![\w`])`((?:[^`]|`[^`]*`)+?)`(?![\w`$])/g;

/** Text with its code spans as code. */
export function prose(text: string): string {
  return escaped(text).replace(CODE, '<code>$1</code>');
}

const STYLE = `:root{color-scheme:light dark;--line:#8886;--soft:#8881;--red:#c62828;--amber:#8a5a00;--green:#1b6e35}
@media(prefers-color-scheme:dark){:root{--red:#ff8a80;--amber:#ffcc66;--green:#81d89a}}
body{font:16px/1.5 system-ui,sans-serif;margin:0}main{margin:0 auto;padding:1.5rem}
:focus-visible{outline:2px solid Highlight;outline-offset:2px}
code{font-family:ui-monospace,monospace;font-size:.92em}`;
