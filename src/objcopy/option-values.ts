/** What objcopy's options say in their arguments: numbers, flags, pairs, and files with names of symbols. */
import { HostError } from '../host.js';
import { latin1 } from './elf/raw.js';
import { fatal, ObjcopyError } from './errors.js';
import { SEC, SYM } from './model.js';
import type { AddedSymbol, NamedFile, ObjcopyOptions, SymbolNames } from './options.js';
import { rule } from './section-rules.js';

export function atoi(text: string): number {
  const digits = /^\s*([+-]?\d+)/.exec(text);
  return digits ? Number(BigInt.asIntN(32, BigInt(digits[1].replace('+', '')))) : 0;
}

/** strtoull with base 0; null when something is left over. */
function scan(text: string): bigint | null {
  const m = /^\s*([+-]?)(0[xX][0-9a-fA-F]+|\d+)?$/.exec(text);
  if (!m) return null;
  if (m[2] === undefined) return text === '' ? 0n : null;
  if (/^0\d/.test(m[2]) && !/^[0-7]+$/.test(m[2])) return null;
  let value = /^0\d/.test(m[2]) ? BigInt(`0o${m[2].slice(1)}`) : BigInt(m[2].toLowerCase());
  if (value > 0xffffffffffffffffn) value = 0xffffffffffffffffn;
  return BigInt.asUintN(64, m[1] === '-' ? -value : value);
}

/** strtoull's value of the longest prefix that is a number. */
function scanPrefix(text: string): bigint {
  const m = /^\s*[+-]?(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)/.exec(text);
  return m ? (scan(m[0]) ?? 0n) : 0n;
}

export function number(text: string, option: string): bigint {
  return scan(text) ?? fatal(`${option}: bad number: ${text}`);
}

export function changeSection(o: ObjcopyOptions, value: string, long: string): void {
  let at = value.indexOf('=');
  if (at < 0) at = value.indexOf('+');
  if (at < 0) at = value.indexOf('-');
  if (at < 0) fatal(`bad format for --${long}`);
  const amount = number(value.slice(at + 1), `--${long}`);
  const signed = BigInt.asUintN(64, value[at] === '-' ? -amount : amount);
  const pattern = value.slice(0, at);
  const set = value[at] === '=';
  if (long !== 'change-section-lma') rule(o, pattern, { [set ? 'setVma' : 'alterVma']: signed });
  if (long !== 'change-section-vma') rule(o, pattern, { [set ? 'setLma' : 'alterLma']: signed });
}

export function setAlignment(o: ObjcopyOptions, value: string): void {
  const equals = value.indexOf('=');
  if (equals < 0) fatal('bad format for --set-section-alignment: argument needed');
  const text = value.slice(equals + 1);
  if (!/^\s*[+-]?\d/.test(text)) fatal('bad format for --set-section-alignment: numeric argument needed');
  const amount = scanPrefix(text);
  if (amount === 0n || amount > 0x7fffffffffffffffn) fatal('bad format for --set-section-alignment: numeric argument needed');
  const power = Math.log2(Number(amount));
  if (!Number.isInteger(power)) fatal('bad format for --set-section-alignment: alignment is not a power of two');
  rule(o, value.slice(0, equals), { alignPower: power });
}

const SECTION_FLAGS: [string, number][] = [
  ['alloc', SEC.ALLOC],
  ['load', SEC.LOAD],
  ['noload', SEC.NEVER_LOAD],
  ['readonly', SEC.READONLY],
  ['debug', SEC.DEBUGGING],
  ['code', SEC.CODE],
  ['data', SEC.DATA],
  ['rom', SEC.ROM],
  ['exclude', SEC.EXCLUDE],
  ['share', SEC.SHARED_LIBRARY],
  ['contents', SEC.HAS_CONTENTS],
  ['merge', SEC.MERGE],
  ['strings', SEC.STRINGS],
];

/** Comma-separated flags, each of which may be cut short; a section is writable unless `readonly` is among them. */
export function sectionFlags(text: string): number {
  let flags = 0;
  for (const word of text.split(',')) {
    const found = SECTION_FLAGS.find(([name]) => name.startsWith(word.toLowerCase()));
    if (!found) {
      throw new ObjcopyError(`unrecognized section flag \`${word}'\nsupported flags: ${SECTION_FLAGS.map(([name]) => name).join(', ')}`);
    }
    flags |= found[1];
  }
  return flags;
}

export function renameSection(o: ObjcopyOptions, value: string): void {
  const m = /^([^=]*)=([^,]*)(?:,(.*))?$/s.exec(value);
  if (!m || m[1] === '' || m[2] === '') fatal('bad format for --rename-section');
  if (o.renames.has(m[1])) fatal(`Multiple renames of section ${m[1]}`);
  o.renames.set(m[1], { name: m[2], flags: m[3] === undefined ? undefined : sectionFlags(m[3]) });
}

export function namedFile(value: string, option: string): NamedFile {
  const equals = value.indexOf('=');
  if (equals < 0) fatal(`bad format for ${option}`);
  return { section: value.slice(0, equals), file: value.slice(equals + 1) };
}

export function readFileOr(path: string, readFile: (p: string) => Uint8Array, message: (e: HostError) => string): Uint8Array {
  try {
    return readFile(path);
  } catch (error) {
    if (error instanceof HostError) fatal(message(error));
    throw error;
  }
}

export function redefine(o: ObjcopyOptions, source: string, target: string, cause: string): void {
  for (const [from, to] of o.redefine) {
    if (from === source) fatal(`${cause}: Multiple redefinition of symbol "${source}"`);
    if (to === target) fatal(`${cause}: Symbol "${target}" is target of more than one redefinition`);
  }
  o.redefine.set(source, target);
}

export function redefineFile(o: ObjcopyOptions, path: string, readFile: (p: string) => Uint8Array): void {
  const bytes = readFileOr(path, readFile, (e) => `couldn't open symbol redefinition file ${path} (error: ${e.reason})`);
  const lines = latin1(bytes, 0, bytes.length).split(/\r?\n/);
  for (const [index, raw] of lines.entries()) {
    const line = raw.replace(/#.*/, '').trim();
    if (line === '') continue;
    const words = line.split(/\s+/);
    if (words.length < 2) fatal(`${path}:${index + 1}: missing new symbol name`);
    if (words.length > 2) fatal(`${path}:${index + 1}: garbage found at end of line`);
    redefine(o, words[0], words[1], path);
  }
}

export function addNames(path: string, names: SymbolNames, o: ObjcopyOptions, readFile: (p: string) => Uint8Array): void {
  const bytes = readFileOr(path, readFile, (e) =>
    e.code === 'ENOENT' ? `'${path}': No such file\ncannot open '${path}': ${e.reason}` : `cannot open '${path}': ${e.reason}`,
  );
  const lines = latin1(bytes, 0, bytes.length).split(/\r\n|\n|\r/);
  for (const [index, line] of lines.entries()) {
    const m = /^[ \t]*([^\s#]+)?(.*)$/s.exec(line)!;
    if (m[1] === undefined) continue;
    if (/[^\s]/.test(m[2]) && !/^\s*#/.test(m[2])) o.warnings.push(`${path}:${index + 1}: Ignoring rubbish found on this line`);
    names.add(m[1]);
  }
}

const SYMBOL_FLAGS: [string, number][] = [
  ['local', SYM.LOCAL],
  ['global', SYM.GLOBAL],
  ['export', SYM.GLOBAL],
  ['debug', SYM.DEBUGGING],
  ['function', SYM.FUNCTION],
  ['weak', SYM.WEAK],
  ['section', SYM.SECTION],
  ['constructor', SYM.CONSTRUCTOR],
  ['warning', SYM.WARNING],
  ['indirect', SYM.INDIRECT],
  ['file', SYM.FILE],
  ['object', SYM.OBJECT],
  ['synthetic', SYM.SYNTHETIC],
  ['indirect-function', SYM.INDIRECT_FUNCTION],
  ['unique-object', SYM.UNIQUE | SYM.OBJECT],
];

export function addedSymbol(text: string): AddedSymbol {
  const equals = text.indexOf('=');
  if (equals < 0) fatal('bad format for --add-symbol');
  const symbol: AddedSymbol = { name: text.slice(0, equals), value: 0n, flags: SYM.GLOBAL };
  let rest = text.slice(equals + 1);
  const colon = rest.indexOf(':');
  if (colon >= 0) {
    symbol.section = rest.slice(0, colon);
    rest = rest.slice(colon + 1);
  }
  symbol.value = scanPrefix(rest);
  const comma = rest.indexOf(',');
  if (comma >= 0) {
    symbol.flags = 0;
    for (const word of rest.slice(comma + 1).split(',')) {
      if (/^before=/i.test(word)) {
        symbol.before = word.slice(7);
        continue;
      }
      const found = SYMBOL_FLAGS.find(([name]) => name === word.toLowerCase());
      if (!found) {
        const known = [...SYMBOL_FLAGS.map(([name]) => name), 'before=<othersym>'].join(', ');
        throw new ObjcopyError(`unrecognized symbol flag \`${word}'\nsupported flags: ${known}`);
      }
      symbol.flags |= found[1];
    }
  }
  return symbol;
}

export function compression(type: string): ObjcopyOptions['compress'] {
  switch (type.toLowerCase()) {
    case 'none':
      return 'none';
    case 'zlib':
    case 'zlib-gabi':
      return 'zlib-gabi';
    case 'zlib-gnu':
      return 'zlib-gnu';
    case 'zstd':
      return 'zstd';
    default:
      return fatal(`unrecognized --compress-debug-sections type \`${type}'`);
  }
}

export function checkReserve(text: string, option: string): void {
  const m = /^\s*[+-]?(0[xX][0-9a-fA-F]+|\d+)?(,?)(.*)$/s.exec(text)!;
  if (m[2] === '' && m[3] !== '') fatal(`${text}: invalid reserve value for ${option}`);
  if (m[2] === ',' && scan(m[3]) === null) fatal(`${text}: invalid commit value for ${option}`);
}

export function checkSubsystem(text: string): void {
  const m = /^([^:]*)(?::(\d+)(?:\.(\d+))?(.*))?$/s.exec(text);
  const known = ['native', 'windows', 'console', 'posix', 'wince', 'efi-app', 'efi-bsd', 'efi-rtd', 'sal-rtd', 'xbox', 'efi-rom'];
  if (!m || (m[4] ?? '') !== '') fatal(`bad subsystem version \`${text}'`);
  if (!known.includes(m[1])) fatal(`unknown PE subsystem: ${m[1]}`);
}
