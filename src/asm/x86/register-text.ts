/** Registers in source text: where one stands, and whether the mode and CPU in force have it. */
import { hasFeature } from './arch.js';
import { findRegister } from './registers.js';
import type { Register } from './registers.js';
import type { CodeState } from './types.js';

const isSpace = (c: number): boolean => c === 32 || c === 9;

function isWord(c: number): boolean {
  return (c >= 48 && c <= 57) || (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === 95 || c === 46 || c === 36;
}

/** A name that .set has given to a register. */
function namedRegister(text: string, at: number, names: ReadonlyMap<string, Register>): { register: Register; end: number } | null {
  const word = /^[A-Za-z_.$][\w.$]*/.exec(text.slice(at, at + 256))?.[0];
  const register = word === undefined ? undefined : names.get(word);
  return register === undefined ? null : { register, end: at + word!.length };
}

/** A register's text at `at` (with %, or without where naked registers are on) and where it ends; null: none there. */
export function registerAt(text: string, at: number, state: CodeState): { register: Register; end: number } | null {
  let start = at;
  if (text.charCodeAt(at) === 37) {
    start += 1;
    while (isSpace(text.charCodeAt(start))) start += 1;
  } else if (!state.nakedRegisters) return state.registerNames === undefined ? null : namedRegister(text, at, state.registerNames);
  let end = start;
  while (end < text.length && isWord(text.charCodeAt(end))) end += 1;
  if (end === start) return null;
  const word = text.slice(start, end);
  let register = findRegister(word) ?? findRegister(word.toLowerCase());
  // Without its % what the mode or CPU lacks is a symbol.
  if (start === at && (register === undefined || availableRegister(register, state) !== '')) {
    return state.registerNames === undefined ? null : namedRegister(text, at, state.registerNames);
  }
  if (register === undefined) return null;
  if (register.class === 'st') {
    // %st ( 3 )
    let i = end;
    while (isSpace(text.charCodeAt(i))) i += 1;
    if (text.charCodeAt(i) === 40) {
      i += 1;
      while (isSpace(text.charCodeAt(i))) i += 1;
      const digit = text.charCodeAt(i) - 48;
      i += 1;
      while (isSpace(text.charCodeAt(i))) i += 1;
      if (digit < 0 || digit > 7 || text.charCodeAt(i) !== 41) return null;
      register = findRegister(`st(${digit})`)!;
      end = i + 1;
    }
  }
  return { register, end };
}

/** '' when the register can be used; 'mode': 64-bit code only; 'cpu': the -march in force lacks it. */
export function availableRegister(register: Register, state: CodeState): '' | 'mode' | 'cpu' {
  const { class: cls, number } = register;
  if (state.bits !== 64) {
    if (cls === 'r64' || cls === 'ip' || (cls === 'iz' && register.bits === 64) || register.rex === true) return 'mode';
    if (number > 7 && cls !== 'cr') return 'mode';
    if (cls === 'cr' && number > 8) return 'mode';
    if (cls === 'cr' && number === 8) return hasFeature(state, 'lzcnt') ? '' : 'mode';
    if (cls === 'tmm') return 'mode';
  } else if (cls === 'flat' || cls === 'tr') return 'mode';
  if (cls === 'iz' && !state.allowIndexRegister) return 'cpu';
  if (cls === 'sreg') return number < 4 || hasFeature(state, '386') ? '' : 'cpu';
  const needs =
    cls === 'xmm'
      ? number > 15
        ? 'avx512f'
        : 'sse/avx'
      : cls === 'ymm'
        ? number > 15
          ? 'avx512f'
          : 'avx'
        : cls === 'zmm' || cls === 'k'
          ? 'avx512f'
          : cls === 'mm'
            ? 'mmx'
            : cls === 'bnd'
              ? 'mpx'
              : cls === 'tmm'
                ? 'amx_tile'
                : cls === 'st'
                  ? 'fp'
                  : cls === 'r32' || cls === 'cr' || cls === 'dr' || cls === 'tr'
                    ? '386'
                    : '';
  return needs === '' || hasFeature(state, needs) ? '' : 'cpu';
}

/** A register as messages show it: without % where sources write it so. */
export function shownRegister(register: Register, host: { readonly state: CodeState }): string {
  return host.state.nakedRegisters ? register.name : `%${register.name}`;
}
