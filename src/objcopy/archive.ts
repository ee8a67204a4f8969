/** `ar` archives (ar(5)): members, long names, the symbol index. Written by GNU ar; thin archives are refused by name. */
import { TskvmError } from '../diagnostics.js';

export interface ArchiveMember {
  readonly name: string;
  readonly data: Uint8Array;
  /** Where its header starts in the archive. */
  readonly offset: number;
  /** Seconds since 1970, from its header. */
  readonly date: number;
  readonly user: number;
  readonly group: number;
  /** As in stat(2). */
  readonly mode: number;
}

export interface Archive {
  readonly members: readonly ArchiveMember[];
  /** Symbol → number of the member that defines it (the first, when several do). */
  readonly index: ReadonlyMap<string, number>;
  /** The index as it stands in the file; absent when there is none. */
  readonly table?: { readonly bytes: number; readonly symbols: readonly { readonly name: string; readonly member: number | undefined }[] };
}

const MAGIC = '!<arch>\n';
const THIN = '!<thin>\n';
const HEADER = 60;

const latin1 = (bytes: Uint8Array, from: number, to: number): string => {
  let text = '';
  for (let i = from; i < to; i++) text += String.fromCharCode(bytes[i]);
  return text;
};

export function isThinArchive(bytes: Uint8Array): boolean {
  return latin1(bytes, 0, Math.min(8, bytes.length)) === THIN;
}

export function isArchive(bytes: Uint8Array): boolean {
  const magic = latin1(bytes, 0, Math.min(8, bytes.length));
  return magic === MAGIC || magic === THIN;
}

/** Reads an archive; `name` is for messages. Truncated or contradictory headers are an error, never a loop. */
export function readArchive(bytes: Uint8Array, name: string): Archive {
  const bad = (what: string): never => {
    throw new TskvmError(`${name}: malformed archive (${what})`, 1);
  };
  if (latin1(bytes, 0, 8) === THIN) throw new TskvmError(`${name}: thin archives are not supported: make it with \`ar rcs' without T`, 1);
  const members: ArchiveMember[] = [];
  const memberAt = new Map<number, number>();
  let names: Uint8Array | null = null;
  let indexData: { bytes: Uint8Array; wide: boolean } | null = null;
  for (let at = 8; at < bytes.length;) {
    if (at + HEADER > bytes.length) {
      // A single pad byte at the end is harmless.
      if (bytes.length - at <= 1) break;
      bad('truncated member header');
    }
    if (bytes[at + 58] !== 0x60 || bytes[at + 59] !== 0x0a) bad(`no member header at offset ${at}`);
    const size = Number(latin1(bytes, at + 48, at + 58).trim());
    if (!Number.isInteger(size) || size < 0 || at + HEADER + size > bytes.length) bad(`member size at offset ${at}`);
    let data = bytes.subarray(at + HEADER, at + HEADER + size);
    const raw = latin1(bytes, at, at + 16).trimEnd();
    if (raw === '/' || raw === '/SYM64/') indexData = { bytes: data, wide: raw !== '/' };
    else if (raw === '//') names = data;
    else {
      let member = raw.endsWith('/') ? raw.slice(0, -1) : raw;
      if (/^\/\d+$/.test(raw)) {
        const start = Number(raw.slice(1));
        if (!names || start >= names.length) bad(`long name ${raw}`);
        let end = start;
        while (end < names!.length && names![end] !== 0x0a) end++;
        member = latin1(names!, start, end).replace(/\/$/, '');
      } else if (/^#1\/\d+$/.test(raw)) {
        const length = Number(raw.slice(3));
        if (length > data.length) bad(`long name ${raw}`);
        member = latin1(data, 0, length).replace(/\0+$/, '');
        data = data.subarray(length);
      }
      memberAt.set(at, members.length);
      const field = (from: number, to: number): string => latin1(bytes, at + from, at + to).trim();
      const [date, user, group] = [field(16, 28), field(28, 34), field(34, 40)].map((text) => Number(text) || 0);
      members.push({ name: member, data, offset: at, date, user, group, mode: parseInt(field(40, 48), 8) || 0 });
    }
    at += HEADER + size + (size & 1);
  }
  const table = indexData ? readTable(indexData, memberAt) : undefined;
  const index = new Map<string, number>();
  for (const { name: symbol, member } of table?.symbols ?? []) if (member !== undefined && !index.has(symbol)) index.set(symbol, member);
  return { members, index, table };
}

function readTable(source: { bytes: Uint8Array; wide: boolean }, memberAt: ReadonlyMap<number, number>): NonNullable<Archive['table']> {
  const symbols: { name: string; member: number | undefined }[] = [];
  const { bytes, wide } = source;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = wide ? 8 : 4;
  const word = (at: number): number => (at + width > bytes.length ? 0 : wide ? Number(view.getBigUint64(at)) : view.getUint32(at));
  const count = Math.min(word(0), Math.floor(bytes.length / width));
  const start = width * (count + 1);
  for (let i = 0, text = start; i < count && text < bytes.length; i++) {
    let end = text;
    while (end < bytes.length && bytes[end] !== 0) end++;
    symbols.push({ name: latin1(bytes, text, end), member: memberAt.get(word(width * (i + 1))) });
    text = end + 1;
  }
  return { bytes: Math.max(0, bytes.length - start), symbols };
}
