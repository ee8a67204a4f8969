/** Address → source line, from .debug_line (DWARF 2 to 5, section 6.2): what objdump -l and -S print. */
import type { ObjectFile, ObjectSection } from '../../object.js';

export interface LineRow {
  readonly address: bigint;
  /** In a relocatable file: the section that the address counts in. */
  readonly section?: ObjectSection;
  readonly file: string;
  readonly line: number;
  /** The row only ends a sequence. */
  readonly end: boolean;
}

class Reader {
  at = 0;
  private readonly view: DataView;

  constructor(readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u8(): number {
    return this.view.getUint8(this.at++);
  }

  unsigned(size: number): bigint {
    let value = 0n;
    for (let i = 0; i < size; i++) value |= BigInt(this.u8()) << BigInt(8 * i);
    return value;
  }

  uleb(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      scale *= 128;
      if (byte < 0x80) return value;
    }
  }

  sleb(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      scale *= 128;
      if (byte < 0x80) return (byte & 0x40) !== 0 ? value - scale : value;
    }
  }

  string(): string {
    const start = this.at;
    while (this.u8() !== 0);
    return Buffer.from(this.bytes.subarray(start, this.at - 1)).toString('utf8');
  }
}

/** Rows of every line program, in file order; [] without a .debug_line or with a damaged one. */
export function debugLines(object: ObjectFile): LineRow[] {
  const section = object.sections.find((s) => s.name === '.debug_line');
  if (!section) return [];
  const strings = (name: string): Uint8Array => object.sections.find((s) => s.name === name)?.data ?? new Uint8Array(0);
  const rows: LineRow[] = [];
  try {
    const reader = new Reader(relocated(object, section));
    const sections = new Map<number, ObjectSection>();
    for (const { offset, symbol } of section.relocations) {
      if (symbol && typeof symbol.section === 'object') sections.set(Number(offset), symbol.section);
    }
    while (reader.at < reader.bytes.length) readUnit(reader, object, strings, sections, rows);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return rows;
}

/** Contents with the relocations of a relocatable file applied: addresses and offsets within sections. */
function relocated(object: ObjectFile, section: ObjectSection): Uint8Array {
  if (section.relocations.length === 0) return section.data;
  // Not slice: a Buffer's would share its memory.
  const data = new Uint8Array(section.data);
  const view = new DataView(data.buffer);
  for (const relocation of section.relocations) {
    const at = Number(relocation.offset);
    const wide = object.machine === 62 && relocation.type === 1;
    if (at + (wide ? 8 : 4) > data.length) continue;
    const base = relocation.symbol?.value ?? 0n;
    if (wide) view.setBigUint64(at, BigInt.asUintN(64, base + relocation.addend), true);
    else
      view.setUint32(
        at,
        Number(BigInt.asUintN(32, base + (object.machine === 62 ? relocation.addend : BigInt(view.getUint32(at, true))))),
        true,
      );
  }
  return data;
}

function readUnit(
  reader: Reader,
  object: ObjectFile,
  strings: (name: string) => Uint8Array,
  sections: ReadonlyMap<number, ObjectSection>,
  rows: LineRow[],
): void {
  let offsetSize = 4;
  let length = Number(reader.unsigned(4));
  if (length === 0xffffffff) {
    offsetSize = 8;
    length = Number(reader.unsigned(8));
  }
  const end = reader.at + length;
  const version = Number(reader.unsigned(2));
  const addressSize = version >= 5 ? reader.u8() : object.elfClass / 8;
  if (version >= 5) reader.u8();
  const headerLength = Number(reader.unsigned(offsetSize));
  const program = reader.at + headerLength;
  const minimum = reader.u8();
  if (version >= 4) reader.u8();
  reader.u8();
  const lineBase = (reader.u8() << 24) >> 24;
  const lineRange = reader.u8() || 1;
  const opcodeBase = reader.u8();
  const operands = Array.from({ length: Math.max(0, opcodeBase - 1) }, () => reader.u8());
  const files = version >= 5 ? tables5(reader, offsetSize, strings) : tables2(reader);
  reader.at = program;
  let address = 0n;
  let file = 1;
  let line = 1;
  let section: ObjectSection | undefined;
  const emit = (last: boolean): void => void rows.push({ address, section, file: files(file), line, end: last });
  while (reader.at < end) {
    const opcode = reader.u8();
    if (opcode >= opcodeBase) {
      const adjusted = opcode - opcodeBase;
      address += BigInt(Math.floor(adjusted / lineRange) * minimum);
      line += lineBase + (adjusted % lineRange);
      emit(false);
    } else if (opcode === 0) {
      const size = reader.uleb();
      const next = reader.at + size;
      const extended = reader.u8();
      if (extended === 1) {
        emit(true);
        address = 0n;
        file = 1;
        line = 1;
      } else if (extended === 2) {
        section = sections.get(reader.at);
        address = reader.unsigned(Math.min(addressSize, size - 1));
      }
      reader.at = next;
    } else if (opcode === 1) emit(false);
    else if (opcode === 2) address += BigInt(reader.uleb() * minimum);
    else if (opcode === 3) line += reader.sleb();
    else if (opcode === 4) file = reader.uleb();
    else if (opcode === 8) address += BigInt(Math.floor((255 - opcodeBase) / lineRange) * minimum);
    else if (opcode === 9) address += reader.unsigned(2);
    else for (let i = 0; i < (operands[opcode - 1] ?? 0); i++) reader.uleb();
  }
  reader.at = end;
}

const joined = (directory: string, name: string): string => (name.startsWith('/') || directory === '' ? name : `${directory}/${name}`);

function tables2(reader: Reader): (file: number) => string {
  const directories = [''];
  for (let name = reader.string(); name !== ''; name = reader.string()) directories.push(name);
  const files = [''];
  for (let name = reader.string(); name !== ''; name = reader.string()) {
    files.push(joined(directories[reader.uleb()] ?? '', name));
    reader.uleb();
    reader.uleb();
  }
  return (file) => files[file] ?? '';
}

/** DWARF 5's self-describing tables of directories and files. */
function tables5(reader: Reader, offsetSize: number, strings: (name: string) => Uint8Array): (file: number) => string {
  const table = (): { path: string; directory: number }[] => {
    const formats = Array.from({ length: reader.u8() }, () => [reader.uleb(), reader.uleb()] as const);
    return Array.from({ length: reader.uleb() }, () => {
      const entry = { path: '', directory: 0 };
      for (const [content, form] of formats) {
        const value = formValue(reader, form, offsetSize, strings);
        if (content === 1) entry.path = String(value);
        else if (content === 2) entry.directory = Number(value);
      }
      return entry;
    });
  };
  const directories = table();
  const files = table();
  return (file) => (files[file] ? joined(directories[files[file].directory]?.path ?? '', files[file].path) : '');
}

function formValue(reader: Reader, form: number, offsetSize: number, strings: (name: string) => Uint8Array): string | number {
  const pooled = (name: string): string => {
    const pool = new Reader(strings(name));
    pool.at = Number(reader.unsigned(offsetSize));
    return pool.string();
  };
  switch (form) {
    case 0x08:
      return reader.string();
    case 0x0e:
      return pooled('.debug_str');
    case 0x1f:
      return pooled('.debug_line_str');
    case 0x0b:
      return reader.u8();
    case 0x05:
      return Number(reader.unsigned(2));
    case 0x06:
      return Number(reader.unsigned(4));
    case 0x0f:
      return reader.uleb();
    case 0x1e:
      reader.at += 16;
      return 0;
    case 0x09:
      reader.at += reader.uleb();
      return 0;
    default:
      throw new RangeError(`DWARF form ${form}`);
  }
}
