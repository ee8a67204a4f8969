/** Writes `ar` archives (ar(5)) as binutils does: the symbol index, the table of long names, the members. */
import { ByteBuffer } from '../bytes.js';

export interface NewMember {
  readonly name: string;
  readonly data: Uint8Array;
  /** Names that the index lists. */
  readonly symbols: readonly string[];
  /** Whether it is an object at all: an archive without any has no index. */
  readonly object: boolean;
  readonly stamp: Stamp;
}

/** What a member's header says about its file. */
export interface Stamp {
  /** Seconds since 1970. */
  readonly date: number;
  readonly user: number;
  readonly group: number;
  /** As in stat(2). */
  readonly mode: number;
}

/** Of members that shall be the same whoever makes them, and whenever. */
export const PLAIN_STAMP: Stamp = { date: 0, user: 0, group: 0, mode: 0o644 };

/** Names of up to this length stand in the header. */
const SHORT_NAME = 15;
const HEADER = 60;

/** The archive's bytes. `indexDate`: seconds since 1970, for the index's own header; undefined: no index. */
export function writeArchive(members: readonly NewMember[], indexDate: number | undefined): Uint8Array {
  const out = new ByteBuffer(4096);
  const text = (value: string): void => {
    const bytes = new Uint8Array(value.length);
    for (let i = 0; i < value.length; i++) bytes[i] = value.charCodeAt(i);
    out.append(bytes);
  };
  let names = '';
  const nameOf = members.map(({ name }) => {
    if (name.length <= SHORT_NAME) return `${name}/`;
    const at = names.length;
    names += `${name}/\n`;
    return `/${at}`;
  });
  const namesSize = names.length + (names.length & 1);
  text('!<arch>\n');
  if (indexDate !== undefined && members.some((m) => m.object)) {
    const strings = members.flatMap((m) => m.symbols.map((s) => `${s}\0`)).join('');
    const count = members.reduce((sum, m) => sum + m.symbols.length, 0);
    const size = 4 + count * 4 + strings.length;
    const padded = size + (size & 1);
    text(header('/', { date: indexDate, user: 0, group: 0, mode: 0 }, padded));
    const table = new Uint8Array(4 + count * 4);
    const view = new DataView(table.buffer);
    view.setUint32(0, count);
    let at = 8 + HEADER + padded + (names === '' ? 0 : HEADER + namesSize);
    let i = 0;
    for (const { symbols, data } of members) {
      for (let left = symbols.length; left > 0; left--) view.setUint32(4 + 4 * i++, at);
      at += HEADER + data.length + (data.length & 1);
    }
    out.append(table);
    text(strings + (padded > size ? '\0' : ''));
  }
  if (names !== '') text(`//${' '.repeat(46)}${String(namesSize).padEnd(10)}\`\n${names}${namesSize > names.length ? '\n' : ''}`);
  members.forEach(({ data, stamp }, i) => {
    text(header(nameOf[i], stamp, data.length));
    out.append(data);
    if ((data.length & 1) !== 0) text('\n');
  });
  return out.bytes.slice(0, out.length);
}

function header(name: string, { date, user, group, mode }: Stamp, size: number): string {
  const field = (value: string, width: number): string => value.slice(0, width).padEnd(width);
  return `${field(name, 16)}${field(String(date), 12)}${field(String(user), 6)}${field(String(group), 6)}${field(mode.toString(8), 8)}${field(String(size), 10)}\`\n`;
}
