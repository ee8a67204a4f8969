/**
 * AT&T operands (gas manual, node i386-Memory and i386-Syntax): text to `Operand`. The expressions inside are the core's;
 * everything else is a scan over character codes, since most statements of a source are nothing but registers, numbers and
 * symbols. The Intel reader is a sibling that makes the same operands.
 */
import { constant } from '../expression.js';
import type { Expr } from '../expression.js';
import { availableRegister, registerAt } from './register-text.js';
import { suggestRegister } from './suggest.js';
import type { EncoderHost, ImmediateOperand, MemoryOperand, Operand, RegisterOperand, RoundingOperand } from './types.js';
import type { Register } from './registers.js';

const SPACE = 32;
const TAB = 9;

const isSpace = (c: number): boolean => c === SPACE || c === TAB;

/** Where operands were malformed: the error has been reported. */
export const failed = Symbol('failed');

const roundings: Record<string, RoundingOperand['mode']> = {
  'rn-sae': 'rn-sae',
  'rd-sae': 'rd-sae',
  'ru-sae': 'ru-sae',
  'rz-sae': 'rz-sae',
  sae: 'sae',
};

/** Characters that no operand has outside quotes: = ? \ ` */
export const isForeign = (c: number): boolean => c === 61 || c === 63 || c === 92 || c === 96;

export function foreignCharacter(c: number, operand: number, column: number, host: EncoderHost): void {
  host.error(`invalid character '${String.fromCharCode(c)}' in operand ${operand}`, column);
}

/**
 * Splits at the commas outside parentheses, quotes and character literals.
 * Returns [start, end) pairs, flat; null after an error.
 */
export function splitOperands(text: string, start: number, column: number, host: EncoderHost): number[] | null {
  const pieces: number[] = [];
  let depth = 0;
  let from = start;
  /** End of the last character literal: `' ` holds a blank that counts. */
  let literal = start;
  const end = text.length;
  for (let i = start; i <= end; i++) {
    const c = i < end ? text.charCodeAt(i) : 44;
    if (c === 40) depth += 1;
    else if (c === 41) depth -= 1;
    else if (c === 39 && i < end) {
      // 'x and '\n, with or without a quote behind it.
      i += text.charCodeAt(i + 1) === 92 ? 2 : 1;
      if (text.charCodeAt(i + 1) === 39) i += 1;
      literal = i + 1;
    } else if (isForeign(c)) {
      foreignCharacter(c, pieces.length / 2 + 1, column + i, host);
      return null;
    } else if (c === 34) {
      for (i += 1; i < end && text.charCodeAt(i) !== 34; i++) if (text.charCodeAt(i) === 92) i += 1;
    } else if (c === 44 && (depth === 0 || i >= end)) {
      if (depth !== 0) {
        host.error(`unbalanced parenthesis in operand ${pieces.length / 2 + 1}.`, column + from);
        return null;
      }
      let a = from;
      let b = Math.min(i, end);
      while (a < b && isSpace(text.charCodeAt(a))) a += 1;
      while (b > a && b > literal && isSpace(text.charCodeAt(b - 1))) b -= 1;
      if (a === b) {
        if (i >= end && pieces.length === 0) return pieces;
        host.error(
          pieces.length > 0 && i >= end ? "expecting operand after ','; got nothing" : "expecting operand before ','; got nothing",
          column + a,
        );
        return null;
      }
      pieces.push(a, b);
      from = i + 1;
    }
  }
  return pieces;
}

/** One AT&T operand. */
export function parseAttOperand(text: string, column: number, host: EncoderHost): Operand | typeof failed {
  let c = text.charCodeAt(0);
  let at = 0;
  let indirect = false;
  if (c === 42) {
    indirect = true;
    at = 1;
    while (isSpace(text.charCodeAt(at))) at += 1;
    c = text.charCodeAt(at);
  }
  if (c === 36) return parseImmediate(text, at + 1, column, indirect, host);
  if (c === 123) {
    const inner = text.slice(at + 1, text.endsWith('}') ? -1 : undefined).replaceAll(' ', '');
    const mode = Object.hasOwn(roundings, inner) ? roundings[inner] : undefined;
    if (mode !== undefined && text.endsWith('}')) return { kind: 'rounding', mode, column, text };
  }
  const register = registerAt(text, at, host.state);
  if (register === null && c === 37) {
    const word = /^%\s*[\w.$]*/.exec(text.slice(at))![0];
    host.error(`bad register name \`${text.slice(at)}'`, column + at, word.length, undefined, () => suggestRegister(word, host.state));
    return failed;
  }
  if (register !== null) {
    const problem = availableRegister(register.register, host.state);
    if (problem !== '') {
      host.error(
        `bad register name \`${text.slice(at)}'`,
        column + at,
        register.end - at,
        problem === 'mode' ? ['this register exists in 64-bit code only'] : undefined,
      );
      return failed;
    }
    let next = register.end;
    while (isSpace(text.charCodeAt(next))) next += 1;
    if (text.charCodeAt(next) === 58 && (register.register.class === 'sreg' || register.register.class === 'flat')) {
      next += 1;
      while (isSpace(text.charCodeAt(next))) next += 1;
      if (text.charCodeAt(next) === 42) {
        indirect = true;
        next += 1;
      }
      if (next >= text.length) {
        host.error(`bad memory operand \`${text}'`, column);
        return failed;
      }
      return parseMemory(text, next, column, indirect, register.register, host);
    }
    let mask: Register | undefined;
    let zeroing = false;
    let broadcast = 0;
    if (text.charCodeAt(next) === 123) {
      const decoration = parseDecorations(text, next, text.length, column, host);
      if (decoration === failed) return failed;
      ({ mask, zeroing, broadcast } = decoration);
      next = text.length;
    }
    if (next < text.length) {
      host.error(`junk \`${text.slice(next)}' after register`, column + next);
      return failed;
    }
    if (register.register.class === 'flat') {
      host.error(`bad register name \`${text.slice(at)}'`, column + at);
      return failed;
    }
    const operand: RegisterOperand = { kind: 'register', register: register.register, column, text };
    return indirect || mask !== undefined || zeroing || broadcast !== 0
      ? { ...operand, indirect, mask, zeroing, broadcast: broadcast || undefined }
      : operand;
  }
  return parseMemory(text, at, column, indirect, undefined, host);
}

const smallConstants: (Expr | undefined)[] = [];

/**
 * A plain decimal or hexadecimal number, made without the core's parser; null: something else.
 */
export function plainNumber(text: string): Expr | null {
  let i = 0;
  const negative = text.charCodeAt(0) === 45;
  if (negative) i = 1;
  const first = text.charCodeAt(i);
  const { length } = text;
  if (!(first >= 48 && first <= 57) || length - i > 18) return null;
  if (length - i > 12) return first !== 48 && /^-?\d+$/.test(text) ? constant(BigInt(text)) : null;
  let value = 0;
  if (first === 48 && length > i + 1) {
    if ((text.charCodeAt(i + 1) | 32) !== 120 || length === i + 2) return null;
    for (i += 2; i < length; i++) {
      const c = text.charCodeAt(i);
      const digit = c >= 48 && c <= 57 ? c - 48 : (c | 32) >= 97 && (c | 32) <= 102 ? (c | 32) - 87 : -1;
      if (digit < 0) return null;
      value = value * 16 + digit;
    }
  } else {
    for (; i < length; i++) {
      const digit = text.charCodeAt(i) - 48;
      if (digit < 0 || digit > 9) return null;
      value = value * 10 + digit;
    }
  }
  if (negative) value = -value;
  if (value < -1024 || value > 1023) return constant(value);
  return (smallConstants[value + 1024] ??= constant(value));
}

function expressionOf(text: string, column: number, host: EncoderHost): Expr {
  return plainNumber(text) ?? host.parseExpression(text, column);
}

/** An immediate's value: outside 64-bit code constants wrap around at 32 bits. */
export function wrapped(expression: Expr, host: EncoderHost): Expr {
  if (expression.kind !== 'constant' || host.state.bits === 64) return expression;
  const { value } = expression;
  return value < -0x80000000n || value > 0x7fffffffn ? constant(BigInt.asIntN(32, value)) : expression;
}

function parseImmediate(
  text: string,
  start: number,
  column: number,
  indirect: boolean,
  host: EncoderHost,
): ImmediateOperand | typeof failed {
  const end = text.length;
  if (indirect) {
    host.error('immediate operand illegal with absolute jump', column);
    return failed;
  }
  while (isSpace(text.charCodeAt(start))) start += 1;
  if (text.charCodeAt(end - 1) === 125) {
    const brace = text.indexOf('{', start);
    if (brace > 0) {
      host.error(`junk \`${text.slice(brace)}' after expression`, column + brace);
      return failed;
    }
  }
  const body = text.slice(start, end);
  if (body === '') {
    host.error("missing or invalid immediate expression `'", column);
    return failed;
  }
  const expression = wrapped(expressionOf(body, column + start, host), host);
  if (expression.kind === 'absent' || expression.kind === 'float' || expression.kind === 'big') {
    host.error(`missing or invalid immediate expression \`${body}'`, column + start);
    return failed;
  }
  if (expression.kind === 'register') {
    host.error(`illegal immediate register operand ${body}`, column + start);
    return failed;
  }
  return { kind: 'immediate', expression, column, text };
}

/** disp(base,index,scale){1to8}{%k1}{z} from `start`. */
function parseMemory(
  text: string,
  start: number,
  column: number,
  indirect: boolean,
  segment: Register | undefined,
  host: EncoderHost,
): MemoryOperand | RegisterOperand | typeof failed {
  let end = text.length;
  let mask: Register | undefined;
  let zeroing = false;
  let broadcast = 0;
  if (text.charCodeAt(end - 1) === 125) {
    const brace = text.indexOf('{', start);
    if (brace >= 0) {
      const decoration = parseDecorations(text, brace, end, column, host);
      if (decoration === failed) return failed;
      ({ mask, zeroing, broadcast } = decoration);
      end = brace;
      while (end > start && isSpace(text.charCodeAt(end - 1))) end -= 1;
    }
  }
  let base: Register | undefined;
  let index: Register | undefined;
  let scale: MemoryOperand['scale'] = 1;
  let scaleGiven = false;
  let dispEnd = end;
  if (text.charCodeAt(end - 1) === 41) {
    let depth = 0;
    let open = end - 1;
    for (; open >= start; open--) {
      const c = text.charCodeAt(open);
      if (c === 41) depth += 1;
      else if (c === 40 && --depth === 0) break;
    }
    let at = open + 1;
    while (isSpace(text.charCodeAt(at))) at += 1;
    const first = registerAt(text, at, host.state);
    if (first !== null || text.charCodeAt(at) === 44) {
      dispEnd = open;
      const parts = parseBase(text, at, end - 1, column, host);
      if (parts === failed) return failed;
      ({ base, index, scale, scaleGiven } = parts);
    } else if (text.charCodeAt(at) === 37) {
      host.error(`bad register name \`${text.slice(at).split(',')[0]}'`, column + at, 1, undefined, () =>
        suggestRegister(text.slice(at, end - 1).split(',')[0], host.state),
      );
      return failed;
    }
  }
  while (dispEnd > start && isSpace(text.charCodeAt(dispEnd - 1))) dispEnd -= 1;
  let displacement: Expr | undefined;
  if (dispEnd > start) {
    const body = text.slice(start, dispEnd);
    displacement = expressionOf(body, column + start, host);
    if (
      displacement.kind === 'absent' ||
      displacement.kind === 'float' ||
      displacement.kind === 'big' ||
      displacement.kind === 'register'
    ) {
      host.error(`missing or invalid displacement expression \`${body}'`, column + start);
      return failed;
    }
  } else if (base === undefined && index === undefined && dispEnd === end) {
    host.error(`bad memory operand \`${text}'`, column);
    return failed;
  }
  if (base?.name === 'dx' && index === undefined && !scaleGiven && segment === undefined && displacement === undefined) {
    return { kind: 'register', register: base, port: true, indirect, column, text };
  }
  const operand = { kind: 'memory' as const, segment, displacement, base, index, scale, scaleGiven, indirect, column, text };
  return mask !== undefined || zeroing || broadcast !== 0 ? { ...operand, mask, zeroing, broadcast: broadcast || undefined } : operand;
}

interface BaseIndex {
  base: Register | undefined;
  index: Register | undefined;
  scale: MemoryOperand['scale'];
  scaleGiven: boolean;
}

function parseBase(text: string, start: number, end: number, column: number, host: EncoderHost): BaseIndex | typeof failed {
  const result: BaseIndex = { base: undefined, index: undefined, scale: 1, scaleGiven: false };
  let at = start;
  const skip = (): void => {
    while (at < end && isSpace(text.charCodeAt(at))) at += 1;
  };
  const bad = (register: Register, from: number): boolean => {
    if (availableRegister(register, host.state) === '') return false;
    host.error(`bad register name \`${text.slice(from).split(',')[0]}'`, column + from);
    return true;
  };
  const first = registerAt(text, at, host.state);
  if (first !== null) {
    if (bad(first.register, at)) return failed;
    result.base = first.register;
    at = first.end;
    skip();
  }
  if (at < end && text.charCodeAt(at) === 44) {
    at += 1;
    skip();
    const second = registerAt(text, at, host.state);
    if (second !== null) {
      if (bad(second.register, at)) return failed;
      result.index = second.register;
      at = second.end;
      skip();
      if (at < end && text.charCodeAt(at) === 44) {
        at += 1;
        skip();
      } else if (at < end) {
        host.error(`expecting \`,' or \`)' after index register in \`${text.slice(start - 1, end + 1)}'`, column + at);
        return failed;
      }
    } else if (text.charCodeAt(at) === 37) {
      host.error(`bad register name \`${text.slice(at).split(',')[0]}'`, column + at, 1, undefined, () =>
        suggestRegister(text.slice(at, end).split(',')[0], host.state),
      );
      return failed;
    }
    if (at < end) {
      const scaleText = text.slice(at, end);
      const expression = expressionOf(scaleText, column + at, host);
      const value = expression.kind === 'constant' ? Number(expression.value) : -1;
      if (value !== 0 && value !== 1 && value !== 2 && value !== 4 && value !== 8) {
        host.error(`expecting scale factor of 1, 2, 4, or 8: got \`${scaleText}'`, column + at);
        return failed;
      }
      result.scale = value === 0 ? 1 : value;
      result.scaleGiven = true;
      if (result.index === undefined && value > 1) {
        host.warning(`scale factor of ${value} without an index register`, column + at);
        result.scale = 1;
      }
    } else if (second === null) {
      host.error(`expecting index register or scale factor after \`,'; got '${text[end]}'`, column + at);
      return failed;
    }
  } else if (at < end) {
    host.error(`expecting \`,' or \`)' after base register in \`${text.slice(start - 1, end + 1)}'`, column + at);
    return failed;
  }
  return result;
}

interface Decorations {
  mask: Register | undefined;
  zeroing: boolean;
  broadcast: number;
}

/** {%k1}{z}{1to16} (SDM volume 2, 2.7.1), in any order. */
export function parseDecorations(text: string, start: number, end: number, column: number, host: EncoderHost): Decorations | typeof failed {
  const result: Decorations = { mask: undefined, zeroing: false, broadcast: 0 };
  let at = start;
  while (at < end) {
    if (isSpace(text.charCodeAt(at))) {
      at += 1;
      continue;
    }
    const close = text.charCodeAt(at) === 123 ? text.indexOf('}', at) : -1;
    if (close < 0) {
      host.error(
        text.charCodeAt(at) === 123 ? `missing \`}' in \`${text.slice(at, end)}'` : `unknown vector operation: \`${text.slice(at, end)}'`,
        column + at,
      );
      return failed;
    }
    const inner = text.slice(at + 1, close).trim();
    const broadcast = /^1to(\d+)$/.exec(inner);
    const register = registerAt(inner, 0, host.state);
    if (broadcast !== null) {
      const count = Number(broadcast[1]);
      if (result.broadcast !== 0) {
        host.error(`duplicated \`${text.slice(at, close + 1)}'`, column + at);
        return failed;
      }
      if (![2, 4, 8, 16, 32].includes(count)) {
        host.error(`Unsupported broadcast: \`${text.slice(at, end)}'`, column + at);
        return failed;
      }
      result.broadcast = count;
    } else if (inner === 'z') {
      if (result.zeroing) {
        host.error(`duplicated \`${text.slice(at, end)}'`, column + at);
        return failed;
      }
      result.zeroing = true;
    } else if (register !== null && register.register.class === 'k' && register.end === inner.length) {
      if (result.mask !== undefined) {
        host.error(`duplicated \`${text.slice(at, end)}'`, column + at);
        return failed;
      }
      if (register.register.number === 0) {
        host.error(`\`${inner}' can't be used for write mask`, column + at);
        return failed;
      }
      result.mask = register.register;
    } else {
      host.error(`unknown vector operation: \`${text.slice(at, end)}'`, column + at);
      return failed;
    }
    at = close + 1;
  }
  if (result.zeroing && result.mask === undefined && result.broadcast === 0) {
    host.error(`zeroing-masking only allowed with write mask`, column + start);
    return failed;
  }
  return result;
}
