/** readelf -V: the sections of symbol versions. */
import { sectionBytes, type RawElf, type RawSection } from '../../objcopy/elf/raw.js';
import { symbolVersions } from '../../objcopy/elf/versions.js';
import { hex, linkedStrings, text, type View } from './text.js';

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export function versionSections({ raw }: View): string {
  let out = '';
  for (const s of raw.sections) {
    const data = sectionBytes(raw, s);
    if (!data) continue;
    if (s.type === 0x6fffffff) out += symbolTable(raw, s, data);
    else if (s.type === 0x6ffffffe) out += needs(raw, s, data);
    else if (s.type === 0x6ffffffd) out += definitions(raw, s, data);
  }
  return out === '' ? '\nNo version information found in this file.\n' : out;
}

function place(raw: RawElf, s: RawSection): string {
  return ` Addr: 0x${hex(s.address, 16)}  Offset: 0x${hex(s.offset, 8)}  Link: ${s.link} (${raw.sections[s.link]?.name ?? '<corrupt>'})\n`;
}

const entries = (count: number): string => `contains ${count} ${count === 1 ? 'entry' : 'entries'}:\n`;

function symbolTable(raw: RawElf, s: RawSection, data: Uint8Array): string {
  const view = viewOf(data);
  const count = data.length >> 1;
  const names = symbolVersions(raw);
  let out = `\nVersion symbols section '${s.name}' ${entries(count)}${place(raw, s)}`;
  for (let i = 0; i < count; i += 4) {
    out += `  ${hex(i, 3)}:`;
    for (let j = i; j < i + 4 && j < count; j++) {
      const word = view.getUint16(j * 2, true);
      if (word === 0) out += '   0 (*local*)    ';
      else if (word === 1) out += '   1 (*global*)   ';
      else out += `${hex(word & 0x7fff).padStart(4)}${(word & 0x8000) !== 0 ? 'h' : ' '}${versionName(names[j]?.name ?? '*invalid*')}`;
    }
    out += '\n';
  }
  return out;
}

/** In a column of 13. What is longer gets the blanks that it would need to be as much shorter, as GNU's printf has it. */
function versionName(name: string): string {
  return `(${name}${')'.padEnd(Math.abs(12 - name.length))}`.padEnd(13);
}

const FLAGS: [number, string][] = [
  [1, 'BASE'],
  [2, 'WEAK'],
  [4, 'INFO'],
];

function flagNames(flags: number): string {
  if (flags === 0) return 'none';
  const names = FLAGS.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
  if ((flags & ~7) !== 0) names.push('<unknown>');
  return names.join(' | ');
}

function needs(raw: RawElf, s: RawSection, data: Uint8Array): string {
  const view = viewOf(data);
  const strings = linkedStrings(raw, s);
  let out = `\nVersion needs section '${s.name}' ${entries(s.info)}${place(raw, s)}`;
  for (let at = 0, left = s.info; left > 0 && at + 16 <= data.length; left--) {
    const count = view.getUint16(at + 2, true);
    out += `  ${at === 0 ? '000000' : `0x${hex(at, 4)}`}: Version: ${view.getUint16(at, true)}  File: ${text(strings, view.getUint32(at + 4, true))}  Cnt: ${count}\n`;
    let aux = at + view.getUint32(at + 8, true);
    for (let i = 0; i < count && aux + 16 <= data.length; i++) {
      const name = text(strings, view.getUint32(aux + 8, true));
      out += `  0x${hex(aux, 4)}:   Name: ${name}  Flags: ${flagNames(view.getUint16(aux + 4, true))}  Version: ${view.getUint16(aux + 6, true)}\n`;
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

function definitions(raw: RawElf, s: RawSection, data: Uint8Array): string {
  const view = viewOf(data);
  const strings = linkedStrings(raw, s);
  let out = `\nVersion definition section '${s.name}' ${entries(s.info)}${place(raw, s)}`;
  for (let at = 0, left = s.info; left > 0 && at + 20 <= data.length; left--) {
    const count = view.getUint16(at + 6, true);
    let aux = at + view.getUint32(at + 12, true);
    const name = (): string => text(strings, view.getUint32(aux, true));
    const number = at === 0 ? '000000' : `0x${hex(at, 4)}`;
    out += `  ${number}: Rev: ${view.getUint16(at, true)}  Flags: ${flagNames(view.getUint16(at + 2, true))}`;
    out += `  Index: ${view.getUint16(at + 4, true)}  Cnt: ${count}  Name: ${aux + 8 <= data.length ? name() : '<corrupt>'}\n`;
    for (let i = 1; i < count && aux + 8 <= data.length; i++) {
      const step = view.getUint32(aux + 4, true);
      if (step === 0 || aux + step + 8 > data.length) break;
      aux += step;
      out += `  0x${hex(aux, 4)}: Parent ${i}: ${name()}\n`;
    }
    const step = view.getUint32(at + 16, true);
    if (step === 0) break;
    at += step;
  }
  return out;
}
