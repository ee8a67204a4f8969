/** The keyboard: scan codes of set 1 by key, the US layout, and `--keys` texts like `hello{ret}{ctrl-c}`. */
import { TskvmError } from '../diagnostics.js';

/** Scan code → what the key types, plain and shifted. */
const rows: readonly (readonly [first: number, plain: string, shifted: string])[] = [
  [0x02, '1234567890-=', '!@#$%^&*()_+'],
  [0x10, 'qwertyuiop[]', 'QWERTYUIOP{}'],
  [0x1e, "asdfghjkl;'`", 'ASDFGHJKL:"~'],
  [0x2b, '\\zxcvbnm,./', '|ZXCVBNM<>?'],
  [0x39, ' ', ' '],
];

/** Named keys: scan code, with 0xe0 before it when above 0xff. */
const named: Readonly<Record<string, number>> = {
  esc: 0x01, escape: 0x01, backspace: 0x0e, bs: 0x0e, tab: 0x0f, ret: 0x1c, enter: 0x1c, space: 0x39,
  ctrl: 0x1d, shift: 0x2a, alt: 0x38, capslock: 0x3a,
  f1: 0x3b, f2: 0x3c, f3: 0x3d, f4: 0x3e, f5: 0x3f, f6: 0x40, f7: 0x41, f8: 0x42, f9: 0x43, f10: 0x44, f11: 0x57, f12: 0x58,
  home: 0xe047, up: 0xe048, pgup: 0xe049, left: 0xe04b, right: 0xe04d, end: 0xe04f, down: 0xe050, pgdn: 0xe051,
  ins: 0xe052, insert: 0xe052, del: 0xe053, delete: 0xe053, lbrace: 0x1a, rbrace: 0x1b,
}; // prettier-ignore

export const LEFT_SHIFT = 0x2a;
export const RIGHT_SHIFT = 0x36;
export const CTRL = 0x1d;
export const ALT = 0x38;
export const CAPS_LOCK = 0x3a;

/** What a key types without and with shift; '' for keys that type nothing. */
export function characterOf(scan: number, shifted: boolean): string {
  for (const [first, plain, upper] of rows) {
    if (scan >= first && scan < first + plain.length) return (shifted ? upper : plain)[scan - first];
  }
  return '';
}

/** The key that types a character, or null. */
export function keyOf(character: string): { scan: number; shift: boolean } | null {
  if (character === '\n' || character === '\r') return { scan: named.ret, shift: false };
  if (character === '\t') return { scan: named.tab, shift: false };
  if (character === '\b' || character === '\x7f') return { scan: named.backspace, shift: false };
  if (character === '\x1b') return { scan: named.esc, shift: false };
  for (const [first, plain, upper] of rows) {
    const at = plain.indexOf(character);
    if (at >= 0) return { scan: first + at, shift: false };
    const above = upper.indexOf(character);
    if (above >= 0) return { scan: first + above, shift: true };
  }
  return null;
}

const press = (scan: number): number[] => (scan > 0xff ? [0xe0, scan & 0xff] : [scan]);
const release = (scan: number): number[] => (scan > 0xff ? [0xe0, (scan & 0xff) | 0x80] : [scan | 0x80]);

/** Make and break codes of each keystroke in turn. @throws TskvmError for a key that the keyboard lacks */
export function keystrokes(text: string): number[][] {
  const strokes: number[][] = [];
  const add = (scan: number, modifiers: readonly number[]): void => {
    strokes.push([...modifiers.flatMap(press), ...press(scan), ...release(scan), ...[...modifiers].reverse().flatMap(release)]);
  };
  for (const [word] of text.matchAll(/\{[^{}]*\}|[\s\S]/gu)) {
    if (word.length > 1 && word.startsWith('{')) {
      const parts = word.slice(1, -1).toLowerCase().split('-');
      const last = parts.pop() ?? '';
      const key = Object.hasOwn(named, last) ? { scan: named[last], shift: false } : last.length === 1 ? keyOf(last) : null;
      if (key === null || parts.some((part) => !['ctrl', 'shift', 'alt'].includes(part))) {
        throw new TskvmError(`there is no key \`${word}'`, 2, [
          `keys: ${Object.keys(named).join(', ')}; with ctrl-, shift- or alt- before them`,
        ]);
      }
      add(key.scan, [...parts.map((part) => named[part]), ...(key.shift ? [LEFT_SHIFT] : [])]);
    } else {
      const key = keyOf(word);
      if (key === null) throw new TskvmError(`no key types \`${word}'`, 2, ['The keyboard has the US layout; {name} presses a named key.']);
      add(key.scan, key.shift ? [LEFT_SHIFT] : []);
    }
  }
  return strokes;
}
