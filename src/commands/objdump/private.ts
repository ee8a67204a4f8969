/** objdump -p: program headers, the dynamic section, versions. */
import { sectionBytes, type RawElf, type RawSection } from '../../objcopy/elf/raw.js';
import type { Program } from '../../objcopy/model.js';
import { linkedStrings, text } from '../readelf/text.js';
import { TAGS } from '../readelf/tables.js';
import { address } from './headers.js';

const SEGMENTS: Record<number, string> = {
  0: 'NULL',
  1: 'LOAD',
  2: 'DYNAMIC',
  3: 'INTERP',
  4: 'NOTE',
  5: 'SHLIB',
  6: 'PHDR',
  7: 'TLS',
  0x6474e550: 'EH_FRAME',
  0x6474e551: 'STACK',
  0x6474e552: 'RELRO',
};

/** Tags whose value is a string. */
const STRINGS = new Set([1, 14, 15, 29, 0x7ffffffd, 0x7fffffff]);

export function privateHeaders(program: Program): string {
  const raw = program.elf;
  if (!raw) return '';
  return segments(program, raw) + dynamicSection(program, raw) + definitions(raw) + references(raw);
}

function segments(program: Program, raw: RawElf): string {
  if (raw.segments.length === 0) return '';
  let out = '\nProgram Header:\n';
  const of = (value: bigint): string => `0x${address(program, value)}`;
  for (const s of raw.segments) {
    const name = SEGMENTS[s.type] ?? `0x${s.type.toString(16)}`;
    let power = 0;
    while (1n << BigInt(power) < s.align && power < 63) power++;
    out += `${name.padStart(8)} off    ${of(s.offset)} vaddr ${of(s.virtualAddress)} paddr ${of(s.physicalAddress)} align 2**${power}\n`;
    const flags = `${(s.flags & 4) !== 0 ? 'r' : '-'}${(s.flags & 2) !== 0 ? 'w' : '-'}${(s.flags & 1) !== 0 ? 'x' : '-'}`;
    const rest = s.flags & ~7;
    out += `         filesz ${of(s.fileSize)} memsz ${of(s.memorySize)} flags ${flags}${rest !== 0 ? ` ${(rest >>> 0).toString(16)}` : ''}\n`;
  }
  return out;
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function find(raw: RawElf, type: number): { section: RawSection; data: Uint8Array } | undefined {
  const section = raw.sections.find((s) => s.type === type);
  const data = section && sectionBytes(raw, section);
  return section && data && data.length > 0 ? { section, data } : undefined;
}

function dynamicSection(program: Program, raw: RawElf): string {
  const table = find(raw, 6);
  if (!table) return '';
  const strings = linkedStrings(raw, table.section);
  const view = viewOf(table.data);
  const wide = raw.elfClass === 64;
  let out = '\nDynamic Section:\n';
  for (let at = 0; at + (wide ? 16 : 8) <= view.byteLength; at += wide ? 16 : 8) {
    const tag = wide ? Number(view.getBigUint64(at, true)) : view.getUint32(at, true);
    const value = wide ? view.getBigUint64(at + 8, true) : BigInt(view.getUint32(at + 4, true));
    if (tag === 0) break;
    const name = TAGS[tag] ?? `0x${tag.toString(16)}`;
    out += `  ${name.padEnd(20)} ${STRINGS.has(tag) ? text(strings, Number(value)) : `0x${address(program, value)}`}\n`;
  }
  return out;
}

const hex = (value: number, width: number): string => `0x${value.toString(16).padStart(width, '0')}`;

function definitions(raw: RawElf): string {
  const table = find(raw, 0x6ffffffd);
  if (!table) return '';
  const { data } = table;
  const strings = linkedStrings(raw, table.section);
  const view = viewOf(data);
  let out = '\nVersion definitions:\n';
  for (let at = 0; at + 20 <= data.length;) {
    let aux = at + view.getUint32(at + 12, true);
    const count = view.getUint16(at + 6, true);
    const [flags, index, hash] = [view.getUint16(at + 2, true), view.getUint16(at + 4, true), view.getUint32(at + 8, true)];
    out += `${index} ${hex(flags, 2)} ${hex(hash, 8)} ${aux + 8 <= data.length ? text(strings, view.getUint32(aux, true)) : '<corrupt>'}\n`;
    const parents: string[] = [];
    for (let i = 1; i < count; i++) {
      const step = aux + 8 <= data.length ? view.getUint32(aux + 4, true) : 0;
      if (step === 0 || aux + step + 8 > data.length) break;
      aux += step;
      parents.push(`${text(strings, view.getUint32(aux, true))} `);
    }
    if (parents.length > 0) out += `\t${parents.join('')}\n`;
    const step = view.getUint32(at + 16, true);
    if (step === 0) break;
    at += step;
  }
  return out;
}

function references(raw: RawElf): string {
  const table = find(raw, 0x6ffffffe);
  if (!table) return '';
  const { data } = table;
  const strings = linkedStrings(raw, table.section);
  const view = viewOf(data);
  let out = '\nVersion References:\n';
  for (let at = 0; at + 16 <= data.length;) {
    out += `  required from ${text(strings, view.getUint32(at + 4, true))}:\n`;
    let aux = at + view.getUint32(at + 8, true);
    for (let i = view.getUint16(at + 2, true); i > 0 && aux + 16 <= data.length; i--) {
      const [hash, flags, index] = [view.getUint32(aux, true), view.getUint16(aux + 4, true), view.getUint16(aux + 6, true)];
      out += `    ${hex(hash, 8)} ${hex(flags, 2)} ${String(index).padStart(2, '0')} ${text(strings, view.getUint32(aux + 8, true))}\n`;
      const step = view.getUint32(aux + 12, true);
      if (step === 0) break;
      aux += step;
    }
    const step = view.getUint32(at + 12, true);
    if (step === 0) break;
    at += step;
  }
  return out;
}
