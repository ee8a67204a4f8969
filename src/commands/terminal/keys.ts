/**
 * From what a raw terminal sends to scan codes: characters, control characters, and the escape sequences of special keys
 * (ECMA-48; xterm's "ctlseqs", the Linux console, rxvt).
 */
import { stroke } from '../../vmm/keys.js';
import type { Modifier } from '../../vmm/keys.js';

/** Final letter of `CSI … letter` and `SS3 letter`. */
const byLetter: Readonly<Record<string, string>> = {
  A: 'up', B: 'down', C: 'right', D: 'left', E: 'kp5', F: 'end', H: 'home', P: 'f1', Q: 'f2', R: 'f3', S: 'f4', M: 'kpenter',
  j: 'kpstar', k: 'kpplus', m: 'kpminus', o: 'kpslash',
}; // prettier-ignore
/** Number of `CSI number ~`. */
const byNumber: Readonly<Record<string, string>> = {
  1: 'home', 2: 'ins', 3: 'del', 4: 'end', 5: 'pgup', 6: 'pgdn', 7: 'home', 8: 'end',
  11: 'f1', 12: 'f2', 13: 'f3', 14: 'f4', 15: 'f5', 17: 'f6', 18: 'f7', 19: 'f8', 20: 'f9', 21: 'f10', 23: 'f11', 24: 'f12',
}; // prettier-ignore
/** rxvt's last characters. */
const byEnding: Readonly<Record<string, readonly Modifier[]>> = { '~': [], $: ['shift'], '^': ['ctrl'], '@': ['ctrl', 'shift'] };
const consoleKeys = ['f1', 'f2', 'f3', 'f4', 'f5'];

/** xterm's modifier parameter: 1 + shift 1, alt 2, ctrl 4. */
function modifiersOf(parameter: number): Modifier[] {
  const bits = Math.max(0, parameter - 1);
  return (['shift', 'alt', 'ctrl'] as const).filter((_, i) => (bits & (1 << i)) !== 0);
}

/** One control character or printable one, with more modifiers. */
function plain(character: string, extra: readonly Modifier[]): number[] | null {
  const code = character.charCodeAt(0);
  if (character === '\r' || character === '\n') return stroke('ret', code === 10 ? [...extra, 'ctrl'] : extra);
  if (character === '\t') return stroke('tab', extra);
  if (code === 0x7f) return stroke('backspace', extra);
  if (code === 0x08) return stroke('backspace', [...extra, 'ctrl']);
  if (code === 0x1b) return stroke('esc', extra);
  if (code === 0) return stroke('space', [...extra, 'ctrl']);
  if (code < 0x1b) return stroke(String.fromCharCode(code + 0x60), [...extra, 'ctrl']);
  if (code < 0x20) return stroke('\\]^_'[code - 0x1c] === '^' ? '6' : ('\\]6-'[code - 0x1c] ?? ''), [...extra, 'ctrl']);
  return stroke(character, extra);
}

/** The longest sequence at the start of `text`: its length and codes; length 0: it is not complete yet. */
export function readKey(text: string): { length: number; codes: number[] | null } {
  if (text[0] !== '\x1b') return { length: 1, codes: plain(text[0], []) };
  if (text.length === 1) return { length: 0, codes: null };
  const linux = /^\x1b\[\[([A-E])/.exec(text);
  if (linux !== null) return { length: 4, codes: stroke(consoleKeys[linux[1].charCodeAt(0) - 65]) };
  const csi = /^\x1b\[([0-9;]*)([A-Za-z~$^@])/.exec(text);
  if (csi !== null) {
    const [whole, parameters, ending] = csi;
    const [first, second] = parameters.split(';');
    const name = Object.hasOwn(byEnding, ending) ? byNumber[first] : byLetter[ending];
    if (ending === 'Z') return { length: whole.length, codes: stroke('tab', ['shift']) };
    if (name === undefined) return { length: whole.length, codes: null };
    const modifiers = [...(byEnding[ending] ?? []), ...modifiersOf(Number(second ?? 1))];
    return { length: whole.length, codes: stroke(name, modifiers) };
  }
  const ss3 = /^\x1bO([A-Za-z])/.exec(text);
  if (ss3 !== null) return { length: 3, codes: byLetter[ss3[1]] === undefined ? null : stroke(byLetter[ss3[1]]) };
  if (/^\x1b(\[[0-9;[]*|O)$/.test(text)) return { length: 0, codes: null };
  // Alt sends an escape before the key.
  if (text[1] === '\x1b') return { length: 1, codes: stroke('esc') };
  return { length: 2, codes: plain(text[1], ['alt']) };
}

/** So long a lone escape may be the start of a sequence, in milliseconds. */
const PATIENCE = 40;

/** Takes bytes as they come and calls back with the codes of each key. */
export class KeyReader {
  private waiting = '';
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly key: (codes: number[]) => void) {}

  feed(text: string): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.waiting += text;
    while (this.waiting !== '') {
      const { length, codes } = readKey(this.waiting);
      if (length === 0) {
        this.timer = setTimeout(() => this.giveUp(), PATIENCE);
        return;
      }
      this.waiting = this.waiting.slice(length);
      if (codes !== null) this.key(codes);
    }
  }

  /** What looked like the start of a sequence was a key of its own. */
  private giveUp(): void {
    const text = this.waiting;
    this.waiting = '';
    this.timer = null;
    const escape = stroke('esc');
    if (text !== '' && escape !== null) this.key(escape);
    for (const character of text.slice(1)) {
      const codes = plain(character, []);
      if (codes !== null) this.key(codes);
    }
  }

  close(): void {
    if (this.timer !== null) clearTimeout(this.timer);
  }
}
