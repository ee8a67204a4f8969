/**
 * The instruction table: reading its rows.
 *
 * One row is one instruction form; the columns are separated by `|`:
 *
 *     mnemonic | operands | encoding | modes | features | flags
 *
 * - mnemonic: GNU as's base spelling, without a size suffix.
 * - operands: in Intel order, the SDM's words (see kinds.ts), separated by `, `; empty for none.
 * - encoding: the SDM's notation: `o16 83 /0 ib`, `F3 0F B8 /r`, `VEX.128.66.0F.WIG 58 /r`, `EVEX.512.66.0F.W1 58 /r`.
 *   `o16 o32 o64` give the operand size (and with it the AT&T suffix), `a16 a32 a64` the address size. `0F 0F /r 9E` is a
 *   3DNow! form: the byte after /r follows the operands.
 * - modes: empty: all; `64`: only 64-bit code; `32`: only 16- and 32-bit code.
 * - features: names of -march extensions or CPUs (see arch.ts) joined by `+` (all are needed) or `/` (one of them); empty:
 *   the 8086 has it.
 * - flags, separated by spaces:
 *     lock     may follow `lock`;  hle, hle-release, hle-nolock: takes xacquire/xrelease (only release; without lock)
 *     rep      takes rep;  repz: rep, repe, repne (strings);  bnd, notrack: take those prefixes
 *     d64      operand size 64 without REX.W in 64-bit code (push, call, …)
 *     ds       without a suffix and register the mode's size is meant, silently (push, ret, lgdt, …)
 *     suf=XY   exactly these AT&T suffixes are allowed (`suf=` none); default: b w l q by operand size, none without one
 *     sx       imm8 is sign-extended to the operand size
 *     same     operands stand in the same order in AT&T syntax
 *     rm=N v=N is4=N reg=N   operand N (from 0, Intel order) is in ModRM.rm, VEX.vvvv, /is4, ModRM.reg
 *     att, intel   only with that -mmnemonic (or syntax);  attsyn, intelsyn: only in that syntax
 *     x87      waits: 9B stands before the opcode is part of the encoding column
 *     swap     -O, .s: may be exchanged with the row of the other direction;  store, load: which direction it is
 *     intel64, noint64, noamd64   only with -mintel64, not with it, not with -mamd64
 *     vex      only {vex} chooses it (VEX forms that came after the EVEX ones);  comm: -O2 may exchange the sources
 *     N4       N of disp8*N where it is not the memory operand's size
 *     nosize   a memory operand of any Intel `ptr` size;  ptr=N: of N bytes only, whatever its width (ptr=0: of no `ptr` at all);  ptr+16: of 16 bytes too
 *     addr16, addr32, addr64   the implied register is an address of that size: an address size prefix elsewhere
 *     indirect a branch through a register or memory (`*` in AT&T);  relax: a jump that relaxation sizes;  far: segment, offset
 *     size=N   the operand size that suffixes mean, where it is not that of the encoding
 *     src      the source alone decides the operand size;  string, es: a string instruction, its destination in ES
 *
 * All rows of a mnemonic stand in one table, in order of preference: the first that fits is what is encoded. Rows that
 * differ only in operand size stand together. Tables are text and are not parsed when they are loaded: an index of a
 * table is made at the first look into it, and a mnemonic's rows are parsed when it is first used.
 */
import { kindOf } from './kinds.js';
import type { Kind } from './kinds.js';
import { traitsOf } from './traits.js';

export interface Template {
  readonly mnemonic: string;
  /** In Intel order. */
  readonly operands: readonly Kind[];
  /** Operands that must be written (without the implicit ones). */
  readonly required: number;
  readonly encoding: 'legacy' | 'vex' | 'evex' | 'xop' | '3dnow';
  /** 0 one-byte, 1 0F, 2 0F38, 3 0F3A, 5 and 6 MAP5/6; XOP 8, 9, 10. */
  readonly map: number;
  /** Mandatory prefix: 0 none, 1 66, 2 F3, 3 F2. */
  readonly pp: 0 | 1 | 2 | 3;
  /** VEX.W: 0, 1, -1 ignored (WIG). */
  readonly w: -1 | 0 | 1;
  /** VEX.L'L: 0, 1, 2, -1 ignored (LIG). */
  readonly l: -1 | 0 | 1 | 2;
  /** 9B stands before it. */
  readonly wait: boolean;
  /** Opcode bytes after the map's escape. */
  readonly opcode: readonly number[];
  /** /0 to /7, -1: /r, -2: no ModRM. */
  readonly modrm: number;
  /** The byte after the operands of a 3DNow! form. */
  readonly suffixByte: number;
  /** 0, or what o16, o32, o64 say; 8 for byte forms. */
  readonly size: 0 | 8 | 16 | 32 | 64;
  /** o64: REX.W, unless the form is d64. */
  readonly wide: boolean;
  readonly addressSize: 0 | 16 | 32 | 64;
  /** Bit 0: 16- and 32-bit code, bit 1: 64-bit code. */
  readonly modes: number;
  readonly features: readonly string[];
  readonly flags: ReadonlySet<string>;
  /** Those of the flags that traits.ts has bits for. */
  readonly traits: number;
  /** AT&T suffixes that fit. */
  readonly suffixes: string;
  /** Operand numbers, -1: none. */
  readonly reg: number;
  readonly rm: number;
  readonly vvvv: number;
  readonly is4: number;
  /** +rb, +rw, +rd, +ro, +i: added to the last opcode byte. */
  readonly plus: number;
}

/** What the encoding column alone says. */
type ParsedEncoding = Pick<
  Template,
  'encoding' | 'map' | 'pp' | 'w' | 'l' | 'wait' | 'opcode' | 'modrm' | 'suffixByte' | 'size' | 'addressSize' | 'is4'
> & { plusRegister: boolean };

const encodingCache = new Map<string, ParsedEncoding>();

const vexMaps: Record<string, number> = {
  '0F': 1,
  '0F38': 2,
  '0F3A': 3,
  MAP5: 5,
  MAP6: 6,
  X8: 8,
  X9: 9,
  XA: 10,
};
const prefixNumber: Record<string, 1 | 2 | 3> = { '66': 1, F3: 2, F2: 3 };

/** Parses one row of a table. */
export function parseRow(row: string): Template {
  const columns = row.split('|').map((column) => column.trim());
  const [mnemonic, operandText, encodingText, modeText = '', featureText = '', flagText = ''] = columns;
  const operands = operandText === '' ? [] : operandText.split(',').map((text) => kindOf(text.trim()));
  const flags = new Set(flagText === '' ? [] : flagText.split(' ').filter(Boolean));
  const features = featureText === '' ? [] : featureText.split('+');
  let encoding = encodingCache.get(encodingText);
  if (encoding === undefined) {
    encoding = parseEncoding(encodingText);
    encodingCache.set(encodingText, encoding);
  }
  let size = encoding.size;
  if (size === 0 && encoding.encoding === 'legacy' && operands.some((kind) => kind.size === 8 || kind.moffs === 8)) size = 8;
  let suffixes = { 0: '', 8: 'b', 16: 'w', 32: 'l', 64: 'q' }[size];
  for (const flag of flags) {
    if (flag.startsWith('suf=')) suffixes = flag.slice(4);
    else if (flag.startsWith('size=')) size = Number(flag.slice(5)) as Template['size'];
  }
  if (suffixes === 'b' && size === 0) size = 8;
  const { map, pp, w, l, wait, opcode, modrm, suffixByte, addressSize } = encoding;
  const { reg, rm, vvvv, is4, plus } = placeOperands(operands, encoding, flags);
  // Written out, not spread: a spread makes a slow object of eight times the size.
  return {
    mnemonic,
    operands,
    required: operands.reduce((count, kind) => count + (kind.implicit ? 0 : 1), 0),
    encoding: encoding.encoding,
    map,
    pp,
    w,
    l,
    wait,
    opcode,
    modrm,
    suffixByte,
    size,
    wide: encoding.size === 64,
    addressSize,
    modes: modeText === '64' ? 2 : modeText === '32' ? 1 : 3,
    features,
    flags,
    traits: traitsOf(flags, operands, mnemonic, features),
    suffixes,
    reg,
    rm,
    vvvv,
    is4,
    plus,
  };
}

const isHex = (c: number): boolean => (c >= 48 && c <= 57) || (c >= 65 && c <= 70);

function parseEncoding(text: string): ParsedEncoding {
  let form: Template['encoding'] = 'legacy';
  let map = 0;
  let pp: Template['pp'] = 0;
  let w: Template['w'] = 0;
  let l: Template['l'] = 0;
  let wait = false;
  let modrm = -2;
  let suffixByte = -1;
  let size: Template['size'] = 0;
  let addressSize: Template['addressSize'] = 0;
  let plusRegister = false;
  let hasIs4 = false;
  const opcode: number[] = [];
  for (const word of text.split(' ')) {
    if (word === '') continue;
    // No regular expressions for what nearly every row has: compiling them is felt in a small program.
    if (word.length === 2 && isHex(word.charCodeAt(0)) && isHex(word.charCodeAt(1))) {
      if (modrm !== -2) suffixByte = parseInt(word, 16);
      else if (form === 'legacy' && opcode.length === 0 && map === 0 && Object.hasOwn(prefixNumber, word)) pp = prefixNumber[word];
      else if (form === 'legacy' && opcode.length === 0 && map === 0 && word === '9B' && !text.endsWith('9B')) wait = true;
      else if (form === 'legacy' && opcode.length === 0 && map === 0 && word === '0F') map = 1;
      else if (form === 'legacy' && opcode.length === 0 && map === 1 && (word === '38' || word === '3A')) map = word === '38' ? 2 : 3;
      else opcode.push(parseInt(word, 16));
    } else if (word[2] === '+' && /^[0-9A-F]{2}\+(rb|rw|rd|ro|i)$/.test(word)) {
      opcode.push(parseInt(word, 16));
      plusRegister = true;
    } else if (word === '/r') modrm = -1;
    else if (word.length === 2 && word[0] === '/' && word[1] >= '0' && word[1] <= '7') modrm = Number(word[1]);
    else if (word === 'o16' || word === 'o32' || word === 'o64') size = Number(word.slice(1)) as Template['size'];
    else if (word === 'a16' || word === 'a32' || word === 'a64') addressSize = Number(word.slice(1)) as Template['addressSize'];
    else if (word === 'ib' || word === 'iw' || word === 'id') continue;
    else if (word === '/is4' || word === '/is5') hasIs4 = true;
    else if (/^(VEX|EVEX|XOP)\./.test(word)) {
      const parts = word.split('.');
      form = parts[0].toLowerCase() as Template['encoding'];
      for (const part of parts.slice(1)) {
        if (Object.hasOwn(vexMaps, part)) map = vexMaps[part];
        else if (Object.hasOwn(prefixNumber, part)) pp = prefixNumber[part];
        else if (part[0] === 'W') w = part === 'W1' ? 1 : part === 'W0' ? 0 : -1;
        else l = part === '256' || part === 'L1' ? 1 : part === '512' ? 2 : part === 'LIG' ? -1 : 0;
      }
    } else if (!/^(NP|i[bwdo]|c[bwdp]|mo|\/vsib|!?\(?11\)?:.*)$/.test(word)) throw new Error(`encoding ${text}: ${word}`);
  }
  if (form === 'legacy' && map === 1 && opcode.length === 1 && opcode[0] === 0x0f && suffixByte >= 0) form = '3dnow';
  return {
    encoding: form,
    map,
    pp,
    w,
    l,
    wait,
    opcode,
    modrm,
    suffixByte,
    size,
    addressSize,
    plusRegister,
    is4: hasIs4 ? 0 : -1,
  };
}

/** Which operand goes into which field, by the rules of the SDM's operand encoding tables; flags say where they differ. */
function placeOperands(
  operands: readonly Kind[],
  encoding: ParsedEncoding,
  flags: ReadonlySet<string>,
): { reg: number; rm: number; vvvv: number; is4: number; plus: number } {
  const place = { reg: -1, rm: -1, vvvv: -1, is4: -1, plus: -1 };
  for (const flag of flags) {
    const given = flag.includes('=') ? /^(reg|rm|v|is4)=(\d)$/.exec(flag) : null;
    if (given !== null) place[(given[1] === 'v' ? 'vvvv' : given[1]) as 'reg'] = Number(given[2]);
  }
  // Operands that take part: neither immediates nor implied registers.
  const taken = new Set(Object.values(place));
  const free: number[] = [];
  operands.forEach((kind, i) => {
    const encodes = (kind.register !== null && kind.fixed === null) || kind.memory;
    if (encodes && !taken.has(i)) free.push(i);
  });
  const take = (): number => free.shift() ?? -1;
  if (encoding.plusRegister) {
    place.plus = take();
    return place;
  }
  if (encoding.modrm === -2) return place;
  if (place.rm < 0) {
    let at = free.findIndex((i) => operands[i].memory);
    // Registers only: with /r and one operand in vvvv, or /is4, the third is in rm; `/digit` has vvvv before rm.
    if (at < 0) at = encoding.modrm >= 0 ? free.length - 1 : encoding.is4 >= 0 ? 2 : free.length - 1;
    if (at >= 0 && at < free.length) place.rm = free.splice(at, 1)[0];
  }
  if (encoding.modrm === -1 && place.reg < 0) place.reg = take();
  if (encoding.encoding !== 'legacy' && place.vvvv < 0) {
    // A form with /is4 and only one more operand (XMM of a 3-operand FMA4 without vvvv) does not exist.
    place.vvvv = take();
  }
  if (encoding.is4 >= 0 && place.is4 < 0) place.is4 = take();
  return place;
}

/** One table of rows, indexed by mnemonic at the first look-up. */
export class RowTable {
  private index: Map<string, [start: number, end: number]> | undefined;
  private readonly parsed = new Map<string, readonly Template[]>();

  /** `beginnings`: the first two letters of all its mnemonics, so that it need not be loaded to look in vain; '': any. */
  constructor(
    private readonly load: () => string,
    private readonly beginnings = '',
  ) {}

  /** False: a mnemonic cannot be here. */
  mayHave(mnemonic: string): boolean {
    return this.beginnings === '' || this.beginnings.includes(mnemonic.slice(0, 2));
  }

  private text = '';

  private build(): Map<string, [number, number]> {
    this.text = this.load();
    const { text } = this;
    const index = new Map<string, [number, number]>();
    let at = 0;
    let current = '';
    while (at < text.length) {
      let end = text.indexOf('\n', at);
      if (end < 0) end = text.length;
      const space = text.indexOf(' ', at);
      if (space > at && space < end && text.charCodeAt(at) !== 35) {
        const mnemonic = text.slice(at, space);
        if (mnemonic === current) index.get(mnemonic)![1] = end;
        else if (!index.has(mnemonic)) index.set(mnemonic, [at, end]);
        else throw new Error(`the rows of ${mnemonic} do not stand together`);
        current = mnemonic;
      }
      at = end + 1;
    }
    return index;
  }

  private lookups = 0;

  /** Where the rows of a mnemonic stand. The first few are searched for: a small source would not pay for an index. */
  private rangeOf(mnemonic: string): [start: number, end: number] | undefined {
    if (this.index === undefined && ++this.lookups > 40) this.index = this.build();
    if (this.index !== undefined) return this.index.get(mnemonic);
    this.text ||= this.load();
    const { text } = this;
    const start = text.indexOf(`\n${mnemonic} `) + 1;
    if (start === 0) return undefined;
    let end = start;
    for (let at = start; at < text.length && (text[at] === '#' || text[at] === '\n' || text.startsWith(`${mnemonic} `, at));) {
      const row = text[at] !== '#' && text[at] !== '\n';
      const next = text.indexOf('\n', at);
      at = next < 0 ? text.length : next + 1;
      if (row) end = next < 0 ? text.length : next;
    }
    return [start, end];
  }

  /** The rows of a mnemonic in order of preference, or undefined. */
  find(mnemonic: string): readonly Template[] | undefined {
    let rows = this.parsed.get(mnemonic);
    if (rows === undefined) {
      const range = this.rangeOf(mnemonic);
      if (range === undefined) return undefined;
      rows = this.text
        .slice(range[0], range[1])
        .split('\n')
        .filter((line) => line !== '' && line[0] !== '#')
        .map(parseRow);
      this.parsed.set(mnemonic, rows);
    }
    return rows;
  }

  mnemonics(): Iterable<string> {
    this.index ??= this.build();
    return this.index.keys();
  }
}
