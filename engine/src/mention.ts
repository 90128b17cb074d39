/** A text as it stands in a regular expression that means nothing else. */
export function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Whether a text mentions a name as a word of its own. */
export function mentions(text: string, name: string): boolean {
  return word(name).test(text);
}

/** A name where it stands for itself: not a part of a longer one, not a member after a dot; after `...` it does. */
export function word(name: string, after = '', flags = ''): RegExp {
  return new RegExp(`(?<![\\w$]|(?<!\\.\\.)\\.)${literally(name)}${after}(?![\\w$])`, flags);
}

/** Whether a text mentions an access path as a whole or the beginning of a longer one: `this.client`. */
export function mentionsPath(text: string, path: string): boolean {
  return new RegExp(`(?<![\\w$.])${literally(path)}(?![\\w$])`).test(text);
}
