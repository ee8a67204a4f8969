/**
 * The instruction encoder: the text of one statement in, bytes and fixups out.
 *
 *     text → prefixes and mnemonic (mnemonics.ts) → operands (operands.ts) → row (match.ts) → bytes (encode.ts)
 */
import type { AssembleOptions } from '../index.js';
import type { LazyRequire } from '../../lazy.js';
import { defaultArch } from './arch.js';
import { encodeRow } from './encode.js';
import { matchStatement } from './match.js';
import type { Prefixes, Statement } from './match.js';
import { prefixNames, pseudoPrefixes, resolveMnemonic } from './mnemonics.js';
import { failed, parseAttOperand, splitOperands } from './operands.js';
import { vectorUse } from './vector.js';
import type { CodeState, Encoded, EncoderHost, Operand } from './types.js';

export type * from './types.js';

declare const require: LazyRequire;

/** The state that `options` ask for. */
export function createState(options: AssembleOptions): CodeState {
  return {
    bits: options.abi === '32' ? 32 : 64,
    x32: options.abi === 'x32',
    code16gcc: false,
    syntax: options.syntax ?? 'att',
    nakedRegisters: options.nakedRegisters ?? false,
    mnemonic: options.mnemonic ?? 'att',
    allowIndexRegister: false,
    arch: defaultArch(),
    options: options.x86 ?? {},
    epoch: 0,
  };
}

const isSpace = (c: number): boolean => c === 32 || c === 9;

function isMnemonicChar(c: number): boolean {
  return (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || (c >= 48 && c <= 57) || c === 46 || c === 95 || c === 36 || c === 64;
}

const noPrefixes: Prefixes = {
  wait: false,
  segment: 0,
  addressSize: false,
  dataSize: false,
  rep: 0,
  repName: '',
  lock: false,
  rex: 0,
  notrack: false,
  bnd: false,
  hle: 0,
  vex: '',
  forceRex: false,
  direction: '',
  displacement: '',
  nooptimize: false,
  hint: 0,
};

/**
 * Encodes one instruction statement (no label, no comment). `column` is that of its first character. Returns null after an
 * error has been reported.
 */
export function encodeInstruction(text: string, column: number, host: EncoderHost): Encoded | null {
  const { state } = host;
  let prefixes = noPrefixes;
  let at = 0;
  const end = text.length;
  for (;;) {
    while (at < end && isSpace(text.charCodeAt(at))) at += 1;
    const start = at;
    if (text.charCodeAt(at) === 123) {
      const close = text.indexOf('}', at);
      const name =
        close < 0
          ? ''
          : text
              .slice(at + 1, close)
              .trim()
              .toLowerCase();
      const pseudo = Object.hasOwn(pseudoPrefixes, name) ? pseudoPrefixes[name] : undefined;
      if (pseudo === undefined) {
        host.error(`no such instruction: \`${text.slice(start)}'`, column + start);
        return null;
      }
      prefixes = { ...prefixes, [pseudo[0]]: pseudo[1] };
      at = close + 1;
      continue;
    }
    while (at < end && isMnemonicChar(text.charCodeAt(at))) at += 1;
    const written = text.slice(start, at).toLowerCase();
    if (written === '') {
      if (at >= end) return prefixAlone(prefixes, host);
      host.error(`invalid character '${text[at]}' in mnemonic`, column + at);
      return null;
    }
    if (Object.hasOwn(prefixNames, written)) {
      const next = addPrefix(prefixes, written, column + start, host);
      if (next === null) return null;
      prefixes = next;
      continue;
    }
    if (at < end && text.charCodeAt(at) === 44 && /^,\s*p[tn]\b/i.test(text.slice(at))) {
      // jne,pt target
      const hint = /^,\s*p([tn])/i.exec(text.slice(at))!;
      prefixes = { ...prefixes, hint: hint[1].toLowerCase() === 't' ? 0x3e : 0x2e };
      at += hint[0].length;
    } else if (at < end && !isSpace(text.charCodeAt(at))) {
      host.error(`invalid character '${text[at]}' in mnemonic`, column + at);
      return null;
    }
    return encodeOperation(text, start, at, written, column, prefixes, host, state);
  }
}

function addPrefix(prefixes: Prefixes, name: string, column: number, host: EncoderHost): Prefixes | null {
  const [field, value] = prefixNames[name];
  const { bits } = host.state;
  if (field === 'dataSize' || field === 'addressSize') {
    const redundant = field === 'dataSize' ? (bits === 16 ? value === 16 : value === 32) : bits === value;
    if (redundant) {
      host.error(`redundant ${name} prefix`, column);
      return null;
    }
  }
  if (field === 'rex' && bits !== 64) {
    host.error(`\`${name}' is only supported in 64-bit mode`, column);
    return null;
  }
  if (prefixes[field]) {
    host.error('same type of prefix used twice', column);
    return null;
  }
  const more: Partial<Prefixes> = field === 'dataSize' || field === 'addressSize' ? { [field]: true } : { [field]: value };
  if (field === 'rep') more.repName = name;
  return { ...prefixes, ...more };
}

/** `lock`, `rep`, `data16` on a line of their own. */
function prefixAlone(prefixes: Prefixes, host: EncoderHost): Encoded {
  void host;
  const bytes: number[] = [];
  if (prefixes.wait) bytes.push(0x9b);
  if (prefixes.segment) bytes.push(prefixes.segment);
  if (prefixes.notrack) bytes.push(0x3e);
  if (prefixes.addressSize) bytes.push(0x67);
  if (prefixes.dataSize) bytes.push(0x66);
  if (prefixes.rep || prefixes.hle || prefixes.bnd) bytes.push(prefixes.rep || prefixes.hle || 0xf2);
  if (prefixes.lock) bytes.push(0xf0);
  if (prefixes.rex) bytes.push(prefixes.rex);
  return { bytes: Uint8Array.from(bytes), fixups: [], cacheable: true };
}

function encodeOperation(
  text: string,
  start: number,
  at: number,
  written: string,
  column: number,
  prefixes: Prefixes,
  host: EncoderHost,
  state: CodeState,
): Encoded | null {
  const resolved = resolveMnemonic(written);
  if (resolved === null) {
    const { nearest } = require('./suggest.js') as typeof import('./suggest.js');
    const { allMnemonics } = require('./table.js') as typeof import('./table.js');
    host.error(
      `no such instruction: \`${text.slice(start).replace(/\s+/g, ' ').trim()}'`,
      column + start,
      written.length,
      undefined,
      nearest(written, allMnemonics()),
    );
    return null;
  }
  const operands: Operand[] = [];
  const pieces = splitOperands(text, at, column, host);
  if (pieces === null) return null;
  for (let i = 0; i < pieces.length; i += 2) {
    const operand = parseAttOperand(text.slice(pieces[i], pieces[i + 1]), column + pieces[i], host);
    if (operand === failed) return null;
    operands.push(operand);
  }
  operands.reverse();
  const vector = vectorUse(operands);
  const plain = vector !== null && vector.rounding !== null ? operands.filter((operand) => operand.kind !== 'rounding') : operands;
  const statement: Statement = {
    ...resolved,
    written,
    operands: plain,
    vector,
    intel: state.syntax === 'intel',
    prefixes,
    column: column + start,
  };
  const row = matchStatement(statement, host);
  if (row === null) return null;
  return encodeRow(row, statement, host);
}
