import { isUtf8 } from 'node:buffer';

export type Decoded = { readonly text: string; readonly byteOrderMark: boolean } | { readonly unreadable: string };

/** The text of a source file, or why its bytes are none: what is not valid UTF-8 could never be written back unchanged. */
export function decode(bytes: Buffer): Decoded {
  if (bytes.length >= 2 && ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)))
    return { unreadable: 'is UTF-16; save it as UTF-8 to have it checked' };
  if (bytes.includes(0)) return { unreadable: 'has NUL bytes: it is binary, not source text' };
  if (!isUtf8(bytes))
    return { unreadable: `is not valid UTF-8 (byte ${firstBadByte(bytes)}); save it as UTF-8 to have it checked` };
  const byteOrderMark = bytes.length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return { text: bytes.toString('utf8', byteOrderMark ? 3 : 0), byteOrderMark };
}

/** The offset, from 1, of the first byte that no valid beginning includes. */
function firstBadByte(bytes: Buffer): number {
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (isUtf8(bytes.subarray(0, whole(bytes, middle)))) low = middle;
    else high = middle - 1;
  }
  return whole(bytes, low) + 1;
}

/** The end at or before an offset that does not cut a character in two. */
function whole(bytes: Buffer, end: number): number {
  let at = end;
  while (at > 0 && at < bytes.length && (bytes[at]! & 0xc0) === 0x80) at--;
  return at;
}

export function encode(text: string, byteOrderMark: boolean): Buffer {
  return Buffer.from(byteOrderMark ? `\uFEFF${text}` : text, 'utf8');
}
