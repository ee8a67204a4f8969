/** The keyboard: scan codes of set 1 by key, the US layout, and `--keys` texts like `hello{ret}{ctrl-c}{wait 100ms}`. */
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
  ctrl: 0x1d, shift: 0x2a, alt: 0x38, rctrl: 0xe01d, rshift: 0x36, altgr: 0xe038, capslock: 0x3a, numlock: 0x45, scrolllock: 0x46,
  f1: 0x3b, f2: 0x3c, f3: 0x3d, f4: 0x3e, f5: 0x3f, f6: 0x40, f7: 0x41, f8: 0x42, f9: 0x43, f10: 0x44, f11: 0x57, f12: 0x58,
  home: 0xe047, up: 0xe048, pgup: 0xe049, left: 0xe04b, right: 0xe04d, end: 0xe04f, down: 0xe050, pgdn: 0xe051,
  ins: 0xe052, insert: 0xe052, del: 0xe053, delete: 0xe053, lbrace: 0x1a, rbrace: 0x1b,
  kp0: 0x52, kp1: 0x4f, kp2: 0x50, kp3: 0x51, kp4: 0x4b, kp5: 0x4c, kp6: 0x4d, kp7: 0x47, kp8: 0x48, kp9: 0x49,
  kpdot: 0x53, kpplus: 0x4e, kpminus: 0x4a, kpstar: 0x37, kpslash: 0xe035, kpenter: 0xe01c,
  print: 0xe037, sysrq: 0x54, pause: 0xe11d45, break: 0xe046, win: 0xe05b, rwin: 0xe05c, menu: 0xe05d,
}; // prettier-ignore

export const LEFT_SHIFT = 0x2a;
export const RIGHT_SHIFT = 0x36;
export const CTRL = 0x1d;
export const ALT = 0x38;
export const CAPS_LOCK = 0x3a;
export const NUM_LOCK = 0x45;
export const SCROLL_LOCK = 0x46;

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

/** Pause has no release: its codes for both come at once. */
const PAUSE = named.pause;
const press = (scan: number): number[] =>
  scan === PAUSE ? [0xe1, 0x1d, 0x45, 0xe1, 0x9d, 0xc5] : scan > 0xff ? [0xe0, scan & 0xff] : [scan];
const release = (scan: number): number[] => (scan === PAUSE ? [] : scan > 0xff ? [0xe0, (scan & 0xff) | 0x80] : [scan | 0x80]);

const modifierNames = ['ctrl', 'shift', 'alt', 'rctrl', 'rshift', 'altgr', 'win'] as const;
export type Modifier = (typeof modifierNames)[number];

/** Make and break codes of a key with modifiers held. Null: there is no such key. */
export function stroke(key: string, modifiers: readonly Modifier[] = []): number[] | null {
  const found = Object.hasOwn(named, key) ? { scan: named[key], shift: false } : [...key].length === 1 ? keyOf(key) : null;
  if (found === null) return null;
  const held = modifiers.map((name) => named[name]);
  if (found.shift && !modifiers.includes('shift')) held.push(LEFT_SHIFT);
  return [...held.flatMap(press), ...press(found.scan), ...release(found.scan), ...[...held].reverse().flatMap(release)];
}

/** One thing that the typist does. */
export type KeyEvent =
  | { readonly kind: 'codes'; readonly codes: readonly number[] }
  /** Does nothing for so long, in nanoseconds of guest time. */
  | { readonly kind: 'wait'; readonly time: bigint }
  /** Goes on when the guest asks for a key. */
  | { readonly kind: 'asked' };

const units: Readonly<Record<string, bigint>> = { us: 1000n, ms: 1_000_000n, s: 1_000_000_000n };

/**
 * Reads a text of keys: characters, `{name}`, `{ctrl-alt-name}`, `{name*3}`, `{press name}`, `{release name}`,
 * `{wait 100ms}` and `{wait}` (until the guest asks for a key). @throws TskvmError for a key that the keyboard lacks
 */
export function keyEvents(text: string): KeyEvent[] {
  const events: KeyEvent[] = [];
  for (const [word] of text.matchAll(/\{[^{}]*\}|[\s\S]/gu)) {
    if (word.length > 1 && word.startsWith('{')) events.push(...inBraces(word));
    else {
      const codes = stroke(word);
      if (codes === null)
        throw new TskvmError(`no key types \`${word}'`, 2, ['The keyboard has the US layout; {name} presses a named key.']);
      events.push({ kind: 'codes', codes });
    }
  }
  return events;
}

/** What stands in braces. */
function inBraces(word: string): KeyEvent[] {
  const inside = word.slice(1, -1);
  const wait = /^wait(?:\s+(\d+(?:\.\d+)?)\s*(us|ms|s))?$/i.exec(inside);
  if (wait !== null) {
    if (wait[1] === undefined) return [{ kind: 'asked' }];
    return [{ kind: 'wait', time: BigInt(Math.round(Number(wait[1]) * Number(units[wait[2].toLowerCase()]))) }];
  }
  const held = /^(press|release)\s+(\S+)$/i.exec(inside);
  if (held !== null) {
    const key = held[2].toLowerCase();
    const scan = Object.hasOwn(named, key) ? named[key] : key.length === 1 ? keyOf(key)?.scan : undefined;
    if (scan !== undefined) return [{ kind: 'codes', codes: (held[1].toLowerCase() === 'press' ? press : release)(scan) }];
  }
  const match = /^((?:(?:ctrl|shift|alt|rctrl|rshift|altgr|win)-)*)(.+?)(?:\*(\d{1,4}))?$/i.exec(inside);
  if (match !== null) {
    const modifiers = match[1].toLowerCase().split('-').filter(Boolean) as Modifier[];
    const key = match[2].length === 1 && modifiers.length === 0 ? match[2] : match[2].toLowerCase();
    const codes = stroke(key, modifiers);
    if (codes !== null) return Array.from({ length: Number(match[3] ?? 1) }, () => ({ kind: 'codes', codes }));
  }
  throw new TskvmError(`there is no key \`${word}'`, 2, [
    `keys: ${Object.keys(named).join(', ')}; with ${modifierNames.map((name) => `${name}-`).join(', ')} before them, *N behind them`,
    'and {press KEY}, {release KEY}, {wait 100ms}, {wait} (until the guest asks for a key)',
  ]);
}

/** Make and break codes of each keystroke in turn, without the waits. @throws TskvmError for a key that the keyboard lacks */
export function keystrokes(text: string): number[][] {
  return keyEvents(text).flatMap((event) => (event.kind === 'codes' ? [[...event.codes]] : []));
}
