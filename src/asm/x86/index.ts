/**
 * The instruction encoder: the text of one statement in, bytes and fixups out.
 *
 *     text → prefixes and mnemonic (mnemonics.ts) → operands (operands.ts) → row (match.ts) → bytes (encode.ts)
 */
import type { AssembleOptions } from '../index.js';
import type { LazyRequire } from '../../lazy.js';
import { scrub } from '../expand-scrub.js';
import { TskvmError } from '../../diagnostics.js';
import { archName, defaultArch, hasFeature, parseMarch, withTune } from './arch.js';
import { last, numbers } from './emit.js';
import { encodeRow } from './encode.js';
import { immediateTypes, matchCode, matchStatement, Statement } from './match.js';
import type { Prefixes } from './prefixes.js';
import { prefixNames, pseudoPrefixes, resolveIntel, resolveMnemonic } from './mnemonics.js';
import type { Resolved } from './mnemonics.js';
import { checkStringOperands } from './string-operands.js';
import { noPrefixes } from './prefixes.js';
import { failed, parseAttOperand, splitOperands } from './operands.js';
import { vectorUse } from './vector.js';
import type { Expr } from '../expression.js';
import type { Template } from './rows.js';
import { encodeKnown, fillKnown, findKnown, hardens, learn, takesShapes } from './known.js';
import { shape } from './shape.js';
import { STRING } from './traits.js';
import type { ArchState, CodeState, Encoded, EncoderHost, Operand, Suggestion } from './types.js';

export type * from './types.js';

declare const require: LazyRequire;

/** Each state has epochs of its own, so that what one assembly cached does not apply to another. */
let states = 0;

/** The state that `options` ask for. */
export function createState(options: AssembleOptions): CodeState {
  const bits = options.abi === '32' ? 32 : 64;
  let arch: ArchState | null = options.march === undefined ? defaultArch(bits) : parseMarch(options.march, bits);
  if (arch === null) throw new TskvmError(`Fatal error: invalid -march= option: \`${options.march}'`, 1);
  if (options.mtune !== undefined) arch = withTune(arch, options.mtune);
  if (arch === null) throw new TskvmError(`Fatal error: invalid -mtune= option: \`${options.mtune}'`, 1);
  if (bits === 64 && arch.cpu !== '' && !arch.features.has('64')) {
    throw new TskvmError(`Fatal error: 64bit mode not supported on \`${arch.cpu}'.`, 1);
  }
  return {
    bits,
    abi: options.abi ?? '64',
    x32: options.abi === 'x32',
    code16gcc: false,
    syntax: options.syntax ?? 'att',
    nakedRegisters: options.nakedRegisters ?? false,
    mnemonic: options.mnemonic ?? 'att',
    allowIndexRegister: options.indexRegister ?? false,
    arch,
    options: options.x86 ?? {},
    annotate: options.x86UsedNote === true || (options.x86?.alignBranchBoundary ?? 0) > 0,
    epoch: (states += 1) * 2 ** 20,
    noCache: options.noCache,
  };
}

const isSpace = (c: number): boolean => c === 32 || c === 9;

function isMnemonicChar(c: number): boolean {
  return (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || (c >= 48 && c <= 57) || c === 95 || c === 45 || c === 46;
}

/** The host, with a count of what was said through it and a record of the expressions that it parsed. */
class Listener implements EncoderHost {
  said = 0;
  readonly parsed: Expr[] = [];

  constructor(readonly host: EncoderHost) {}

  get state(): CodeState {
    return this.host.state;
  }

  parseExpression(text: string, column: number): Expr {
    const expression = this.host.parseExpression(text, column);
    this.parsed.push(expression);
    return expression;
  }

  error(message: string, column?: number, length?: number, notes?: readonly string[], suggestion?: Suggestion): void {
    this.said += 1;
    this.host.error(message, column, length, notes, suggestion);
  }

  warning(message: string, column?: number): void {
    this.said += 1;
    this.host.warning(message, column);
  }
}

let listener: Listener | null = null;

/** Encodes through the cache of shapes: `movl foo(%rip), %eax` and `movl bar(%rip), %eax` are one. */
function encodeShaped(text: string, column: number, host: Listener): Encoded | null {
  if (!takesShapes(host.state)) return encodeText(text, column, host);
  const known = findKnown(text, 0, text.length, host.state);
  if (known !== null && fillKnown(text, 0, column, host.host)) return encodeKnown(known);
  const learns = known === null && shape.length > 0;
  const { said } = host;
  host.parsed.length = 0;
  numbers.displacementAt = numbers.immediateAt = -1;
  last.row = null;
  const encoded = encodeText(text, column, host);
  if (learns && encoded !== null && host.said === said && encoded.cacheable) learn(encoded, text, column, host.parsed, host.state);
  return encoded;
}

/**
 * Encodes one instruction statement (no label, no comment). `column` is that of its first character. Returns null after an
 * error has been reported.
 */
export function encodeInstruction(text: string, column: number, host: EncoderHost): Encoded | null {
  if (listener === null || listener.host !== host) listener = new Listener(host);
  return encodeShaped(text, column, listener);
}

function encodeText(text: string, column: number, host: Listener): Encoded | null {
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
        host.error(`no such instruction: \`${shown(text.slice(start))}'`, column + start);
        return null;
      }
      if (name === 'rex' && state.bits !== 64) {
        host.error("`{rex}' is only supported in 64-bit mode", column + start);
        return null;
      }
      prefixes = { ...prefixes, [pseudo[0]]: pseudo[1] };
      at = close + 1;
      if (text.slice(at).trim() === '') return prefixAlone(prefixes, `{${name}}`, column + start, host);
      continue;
    }
    while (at < end && isMnemonicChar(text.charCodeAt(at))) at += 1;
    const written = text.slice(start, at).toLowerCase();
    if (written === '' && at >= end) return { bytes: new Uint8Array(0), fixups: [], cacheable: true };
    const comma = at < end && text.charCodeAt(at) === 44 && state.syntax === 'att';
    if (at < end && !comma && !isSpace(text.charCodeAt(at))) {
      if (written !== '' && text.charCodeAt(at) === 47 && state.syntax === 'att' && Object.hasOwn(prefixNames, written)) {
        // rep/movsb
        const next = addPrefix(prefixes, written, column + start, host);
        if (next === null) return null;
        prefixes = next;
        at += 1;
        continue;
      }
      if (text.charCodeAt(at) !== 47 || state.syntax === 'intel') return badMnemonic(text, at, column, host);
    }
    if (Object.hasOwn(prefixNames, written)) {
      if (at >= end || text.slice(at).trim() === '') return prefixAlone(prefixes, written, column + start, host);
      const next = addPrefix(prefixes, written, column + start, host);
      if (next === null) return null;
      prefixes = next;
      continue;
    }
    const rows = comma ? resolveMnemonic(written)?.rows : undefined;
    if (rows !== undefined) {
      // jne,pt target
      const hint = /^,[ \t]*p([tn])/.exec(text.slice(at));
      if (hint === null || !rows[0].flags.has('hint')) return badMnemonic(text, at, column, host);
      prefixes = { ...prefixes, hint: hint[1] === 't' ? 0x3e : 0x2e };
      at += hint[0].length;
      if (text[at] === ',') return badMnemonic(text, at, column, host);
    }
    return encodeOperation(text, start, at, written, column, prefixes, host, state);
  }
}

const notIn64 = new Set(['es', 'ss', 'data32', 'addr16']);

function badMnemonic(text: string, at: number, column: number, host: EncoderHost): null {
  const c = text.charCodeAt(at);
  host.error(`invalid character ${c >= 32 && c < 127 ? `'${text[at]}'` : `(0x${c.toString(16)})`} in mnemonic`, column + at);
  return null;
}

function addPrefix(prefixes: Prefixes, name: string, column: number, host: EncoderHost): Prefixes | null {
  const [field, value] = prefixNames[name];
  const { bits } = host.state;
  const fail = (message: string): null => {
    host.error(message, column, name.length);
    return null;
  };
  if (bits === 64 && notIn64.has(name)) {
    return fail(`\`${name}' is not supported in 64-bit mode`);
  }
  if (field === 'rex' && bits !== 64) return fail(`\`${name}' is only supported in 64-bit mode`);
  if (field === 'dataSize' && (bits === 16) === (value === 16)) return fail(`redundant ${name} prefix`);
  if (field === 'addressSize' && bits === value) return fail(`redundant ${name} prefix`);
  const repeated =
    field === 'rep' || field === 'hle' || field === 'bnd' ? prefixes.rep !== 0 || prefixes.hle !== 0 || prefixes.bnd : prefixes[field];
  if (repeated) return fail('same type of prefix used twice');
  if ((field === 'notrack' && prefixes.segment !== 0) || (field === 'segment' && prefixes.notrack))
    return fail('same type of prefix used twice');
  const more: Partial<Prefixes> = field === 'dataSize' || field === 'addressSize' ? { [field]: true } : { [field]: value };
  if (field === 'rep') more.repName = name;
  return { ...prefixes, ...more };
}

/** The byte of each kind of prefix that has one only. */
const PREFIX_BYTE: Readonly<Record<string, number>> = { dataSize: 0x66, addressSize: 0x67, lock: 0xf0, bnd: 0xf2, notrack: 0x3e };

/** `lock`, `rep`, `data16` on a line of their own: the last is an instruction, which those before it are prefixes of. */
function prefixAlone(prefixes: Prefixes, name: string, column: number, host: EncoderHost): Encoded | null {
  const { state } = host;
  const pseudo = name[0] === '{';
  const [field, value] = pseudo ? (['', 0] as const) : prefixNames[name];
  if ((state.bits === 64 && notIn64.has(name)) || (field === 'rex' && state.bits !== 64)) {
    host.error(`\`${name}' is ${field === 'rex' ? 'only' : 'not'} supported in 64-bit mode`, column, name.length);
    return null;
  }
  if (field === 'dataSize' || field === 'addressSize') host.warning(`stand-alone \`${name}' prefix`, column);
  let message = '';
  if (prefixes.rep !== 0) message = `invalid instruction \`${name}' after \`${prefixes.repName}'`;
  else if (prefixes.hle !== 0) message = `invalid instruction \`${name}' after \`${prefixes.hle === 0xf2 ? 'xacquire' : 'xrelease'}'`;
  else if (prefixes.lock) message = "expecting lockable instruction after `lock'";
  else if (prefixes.bnd) message = "expecting valid branch instruction after `bnd'";
  else if (prefixes.notrack) message = "expecting indirect branch instruction after `notrack'";
  else if (prefixes.vex !== '' && !pseudo) message = `unsupported instruction \`${name}'`;
  else if (pseudo) message = 'pseudo prefix without instruction';
  else if (field === 'bnd' && state.bits === 64 && prefixes.addressSize)
    message = "32-bit address isn't allowed in 64-bit MPX instructions.";
  if (message !== '') {
    host.error(message, column);
    return null;
  }
  const bytes: number[] = [];
  if (prefixes.segment) bytes.push(prefixes.segment);
  if (prefixes.addressSize) bytes.push(0x67);
  if (prefixes.dataSize) bytes.push(0x66);
  if (prefixes.rex) bytes.push(prefixes.rex);
  if (field !== 'lock' || state.options.omitLockPrefix !== true) bytes.push(PREFIX_BYTE[field] ?? (value as number));
  const encoded: Encoded = { bytes: Uint8Array.from(bytes), fixups: [], branch: undefined, cacheable: true };
  if (state.annotate !== true) return encoded;
  const { prefixClass } = require('./branch-class.js') as typeof import('./branch-class.js');
  return { ...encoded, notes: { branch: prefixClass(name) } };
}

function encodeOperation(
  text: string,
  start: number,
  at: number,
  written: string,
  column: number,
  prefixes: Prefixes,
  host: Listener,
  state: CodeState,
): Encoded | null {
  const intel = state.syntax === 'intel';
  let resolved = intel ? resolveIntel(written) : resolveMnemonic(written);
  if (resolved === null) {
    host.error(`no such instruction: \`${shown(text.slice(start))}'`, column + start, written.length, undefined, () => {
      const { nearest } = require('./suggest.js') as typeof import('./suggest.js');
      const { allMnemonics } = require('./table.js') as typeof import('./table.js');
      return nearest(written, allMnemonics());
    });
    return null;
  }
  const { options } = state;
  const legacyOnly = prefixes.dataSize || prefixes.forceRex || prefixes.rex !== 0;
  if ((options.sse2avx === true && !legacyOnly) || options.unalignedVectorMove === true) {
    const { rowsUnder } = require('./vector-options.js') as typeof import('./vector-options.js');
    resolved = {
      ...resolved,
      rows: rowsUnder(legacyOnly ? { ...options, sse2avx: false } : options, resolved.mnemonic, resolved.rows),
      matches: null,
    };
  }
  if (!available(resolved, written, column + start, host)) return null;
  if (resolved.ending !== undefined) prefixes = { ...prefixes, ...resolved.ending };
  let operands: Operand[] | null;
  if (intel) {
    const { readIntel } = require('./intel.js') as typeof import('./intel.js');
    const read = readIntel(text, at, column, resolved, host);
    if (read === null) return null;
    ({ operands, resolved } = read);
  } else {
    operands = readAtt(text, at, column, host);
    if (operands === null) return null;
    if (operands.length === 0 && (written === 'movsd' || written === 'cmpsd')) {
      // Intel's name of the string instruction, which SSE2 has taken.
      resolved = resolveMnemonic(written === 'movsd' ? 'movsl' : 'cmpsl')!;
      host.warning(`found \`${written}'; assuming \`${resolved.mnemonic}' was meant`, column + start);
    }
  }
  if (resolved.mnemonic === 'int' && operands.length === 1 && operands[0].kind === 'immediate' && isThree(operands[0].expression)) {
    // int $3 is the one-byte breakpoint.
    resolved = resolveMnemonic('int3')!;
    operands = [];
  }
  const vector = vectorUse(operands, state.syntax === 'intel');
  const plain = vector !== null && vector.rounding !== null ? operands.filter((operand) => operand.kind !== 'rounding') : operands;
  const { mnemonic, suffix, rows } = resolved;
  const statement = new Statement(written, mnemonic, suffix, rows, plain, vector, intel, prefixes, column + start);
  if ((rows[0].traits & STRING) !== 0 && !checkStringOperands(statement, host)) return null;
  let row = findRow(resolved, statement, host);
  if (row === null) return null;
  if (options.sse2avx === true && row.encoding === 'vex' && written[0] !== 'v') {
    const { commuted } = require('./vector-options.js') as typeof import('./vector-options.js');
    row = commuted(row, statement);
  }
  const matched = row;
  if (options.optimize && (row.encoding === 'vex' || row.encoding === 'evex')) {
    const { optimizeVector } = require('./vector-options.js') as typeof import('./vector-options.js');
    row = optimizeVector(row, statement, options.optimize, state.arch.features.has('avx512vl'));
  }
  let encodedAs = statement;
  // `fword ptr` means 16:32 in 16-bit code, whatever the instruction (but for lea).
  if (
    intel &&
    state.bits === 16 &&
    row.size !== 32 &&
    mnemonic !== 'lea' &&
    plain.some((operand) => operand.kind === 'memory' && operand.size === 6)
  ) {
    encodedAs = statement.withPrefixes({ ...prefixes, dataSize: true });
  }
  if (options.optimize && row.encoding === 'legacy') {
    const { optimizeInteger } = require('./optimize.js') as typeof import('./optimize.js');
    const choice = optimizeInteger(row, statement, host);
    row = choice.row;
    encodedAs = choice.statement;
  }
  if (options.fenceAsLockAdd === true) {
    const { fenceAsLockAdd } = require('./hardening.js') as typeof import('./hardening.js');
    const replaced = fenceAsLockAdd(row, state.bits);
    if (replaced !== null) return replaced;
  }
  if (options.sseCheck !== undefined && options.sseCheck !== 'none' && row.encoding === 'legacy' && usesSse(row)) {
    const message = `SSE instruction \`${row.mnemonic}' is used`;
    if (options.sseCheck === 'error') host.error(message, statement.column);
    else host.warning(message, statement.column);
  }
  let encoded = encodeRow(row, encodedAs, host);
  if (encoded !== null && encoded.bytes.length > 15) {
    host.warning(`instruction length of ${encoded.bytes.length} bytes exceeds the limit of 15`, statement.column);
  }
  if (encoded !== null && state.annotate === true) {
    const { annotate } = require('./annotate.js') as typeof import('./annotate.js');
    encoded = { ...encoded, notes: annotate(encoded, row, matched, encodedAs, state) };
  }
  if (encoded === null || !hardens(options)) return encoded;
  const { harden } = require('./hardening.js') as typeof import('./hardening.js');
  return harden(encoded, row, encodedAs, host);
}

/** What -msse-check looks for. */
const usesSse = (row: Template): boolean =>
  row.features.some((feature) => /^(sse|aes|pclmul|gfni|sha|sse4a)/.test(feature)) &&
  row.operands.some((kind) => kind.register === 'xmm') &&
  !row.operands.some((kind) => kind.register === 'mm');

const isThree = (expression: Expr): boolean => expression.kind === 'constant' && expression.value === 3n;

/** AT&T operands in Intel order; null after a message. */
function readAtt(text: string, at: number, column: number, host: EncoderHost): Operand[] | null {
  const operands: Operand[] = [];
  const pieces = splitOperands(text, at, column, host);
  if (pieces === null) return null;
  for (let i = 0; i < pieces.length; i += 2) {
    const operand = parseAttOperand(text.slice(pieces[i], pieces[i + 1]), column + pieces[i], host);
    if (operand === failed) return null;
    if (operand.kind === 'immediate' && operands.some((other) => 'indirect' in other && other.indirect === true)) {
      host.error('immediate operand illegal with absolute jump', column + pieces[i]);
      return null;
    }
    operands.push(operand);
  }
  return operands.reverse();
}

/** The matching row, from those found before where the statement has nothing out of the ordinary. */
function findRow(resolved: Resolved, statement: Statement, host: Listener): Template | null {
  const types = immediateTypes(statement, host);
  const { matches } = resolved;
  // Intel operands name sizes, which the code leaves out.
  const code =
    matches !== null && !statement.intel && statement.vector === null && statement.prefixes === noPrefixes
      ? matchCode(statement, types)
      : -1;
  if (code < 0) {
    const row = matchStatement(statement, types, host);
    if (row === null || !statement.operands.some((operand) => operand.kind === 'register' && operand.port === true)) return row;
    if (row.operands.some((kind) => kind.fixed === 'dx')) return row;
    host.error(`input/output port address isn't allowed with \`${row.mnemonic}'`, statement.column);
    return null;
  }
  if (resolved.epoch !== host.state.epoch) {
    matches!.clear();
    resolved.epoch = host.state.epoch;
  }
  const known = matches!.get(code);
  if (known !== undefined) return known;
  const before = host.said;
  const row = matchStatement(statement, types, host);
  if (row !== null && host.said === before && matches!.size < 4096) matches!.set(code, row);
  return row;
}

/** gas's message for a mnemonic none of whose forms the CPU or the mode has. */
function available(resolved: Resolved, written: string, column: number, host: EncoderHost): boolean {
  const mode = host.state.bits === 64 ? 2 : 1;
  const everything = host.state.arch.features.has('*');
  // Outside 64-bit code only the x87's 64-bit integers take a `q`.
  const wide = resolved.suffix === 'q' && mode === 1 && resolved.mnemonic !== 'movq' && !resolved.rows[0].flags.has('attsyn');
  let supported = false;
  for (const row of resolved.rows) {
    if (!everything && !row.features.every((feature) => hasFeature(host.state, feature))) continue;
    if ((row.modes & mode) !== 0 && (!wide || row.suffixes.includes('q'))) return true;
    supported = true;
  }
  if (wide && supported) {
    host.error(`\`${written}' is only supported in 64-bit mode`, column, written.length);
    return false;
  }
  const message = supported
    ? `\`${resolved.mnemonic}' is ${mode === 2 ? 'not supported' : 'only supported'} in 64-bit mode`
    : `\`${resolved.mnemonic}' is not supported on \`${archName(host.state)}'`;
  host.error(message, column, written.length);
  return false;
}

/** A statement as gas shows it: white space collapsed, the mnemonic in lower case. */
function shown(text: string): string {
  return scrub(text)
    .trim()
    .replace(/^[\w.{-]+/, (mnemonic) => mnemonic.toLowerCase());
}
