/**
 * The shape of a statement: its text with the symbols taken out. Statements of one shape encode alike, so most of a
 * compiler's output needs no parsing. Only AT&T statements with plain symbols (`foo`, `.L5`, `foo+8`, `foo@PLT`) have one.
 */

/** What scanShape found; overwritten by the next scan. */
export const shape: { key: string; readonly starts: number[]; readonly ends: number[] } = { key: '', starts: [0, 0, 0], ends: [0, 0, 0] };

/** 1: letters and `_ .` (begin a symbol); 2: digits; 4: copied as they are; 8: blanks. */
const classes = new Uint8Array(128);
for (let c = 97; c <= 122; c++) classes[c] = classes[c - 32] = 1;
classes[95] = classes[46] = 1;
for (let c = 48; c <= 57; c++) classes[c] = 2;
for (const c of '$*(),-') classes[c.charCodeAt(0)] = 4;
classes[32] = classes[9] = 8;

const PERCENT = 37;
const PLUS = 43;
const MINUS = 45;
const AT = 64;

/** How many symbols the operands have, with their places in `shape`; null: it has none, or is not plain. */
export function scanShape(text: string): number | null {
  const end = text.length;
  let at = 0;
  // The mnemonic: letters and digits to the first blank.
  while (at < end && (classes[text.charCodeAt(at)] & 3) !== 0) at += 1;
  if (at === 0 || at === end || text.charCodeAt(at) > 32) return null;
  let key = '';
  let copied = 0;
  let slots = 0;
  while (at < end) {
    const c = text.charCodeAt(at);
    const kind = c < 128 ? classes[c] : 0;
    if (kind === 1) {
      if (slots === 3) return null;
      const start = at;
      do at += 1;
      while (at < end && (classes[text.charCodeAt(at)] & 3) !== 0);
      const nameEnd = at;
      // A lone dot is the location counter; `foo bar` is a prefix and a mnemonic.
      if (nameEnd === start + 1 && c === 46) return null;
      let operator = '';
      if (at < end && text.charCodeAt(at) === AT) {
        do at += 1;
        while (at < end && (classes[text.charCodeAt(at)] & 3) !== 0);
        operator = text.slice(nameEnd, at);
      }
      if (at < end) {
        const sign = text.charCodeAt(at);
        if (sign === PLUS || sign === MINUS) {
          const digits = (at += 1);
          while (at < end && classes[text.charCodeAt(at)] === 2) at += 1;
          if (at === digits || at - digits > 9) return null;
        }
      }
      let next = at;
      while (next < end && classes[text.charCodeAt(next)] === 8) next += 1;
      if (next < end) {
        const follow = text.charCodeAt(next);
        if (follow !== 40 && follow !== 44) return null;
      }
      key += `${text.slice(copied, start)}\u0001${operator}`;
      copied = at;
      shape.starts[slots] = start;
      shape.ends[slots] = at;
      slots += 1;
    } else if (c === PERCENT) {
      at += 1;
      while (at < end && (classes[text.charCodeAt(at)] & 3) !== 0) at += 1;
      // %es:foo and %st(1)
      if (at < end && text.charCodeAt(at) === 58) at += 1;
    } else if (kind === 2) {
      // A number: all letters and digits that follow; 1f and 1b are labels.
      const start = at;
      do at += 1;
      while (at < end && (classes[text.charCodeAt(at)] & 3) !== 0);
      const last = text.charCodeAt(at - 1) | 32;
      if ((last === 102 || last === 98) && (text.charCodeAt(start + 1) | 32) !== 120) return null;
    } else if (kind !== 0) at += 1;
    else return null;
  }
  if (slots === 0) return null;
  shape.key = key + text.slice(copied);
  return slots;
}
