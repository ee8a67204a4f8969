/** Well-known section names and the types and flags that they imply (gABI, "Special Sections", and GNU's additions). */

/** Types by the names that .section takes after `@`. */
export const sectionTypes: Record<string, number | undefined> = {
  progbits: 1,
  note: 7,
  nobits: 8,
  init_array: 14,
  fini_array: 15,
  preinit_array: 16,
};

export interface SpecialSection {
  readonly name: string;
  /** `.` and more may follow the name. */
  readonly dotted?: boolean;
  readonly type: number;
  readonly flags: bigint;
  readonly entsize?: (addressSize: number) => number;
}

const DOT = 46;
const A = 2n;
const WA = 3n;
const AX = 6n;
const WAT = 0x403n;
const LARGE = 0x10000000n;
const pointer = (addressSize: number): number => addressSize;

/** How a name must go on: exactly, `.` may follow, anything may follow, `str` ends it. */
type Match = 'exact' | 'dot' | 'any' | 'str';

// prettier-ignore
const rows: readonly (readonly [name: string, match: Match, type: number, flags: bigint, entsize?: (addressSize: number) => number])[] = [
  ['.bss', 'dot', 8, WA], ['.comment', 'exact', 1, 0n], ['.ctf', 'exact', 1, 0n],
  ['.data', 'dot', 1, WA], ['.data1', 'exact', 1, WA], ['.debug', 'exact', 1, 0n], ['.debug_line', 'exact', 1, 0n], ['.debug_info', 'exact', 1, 0n],
  ['.debug_abbrev', 'exact', 1, 0n], ['.debug_aranges', 'exact', 1, 0n], ['.dynamic', 'exact', 6, A], ['.dynstr', 'exact', 3, A], ['.dynsym', 'exact', 11, A],
  ['.fini', 'exact', 1, AX], ['.fini_array', 'dot', 15, WA, pointer],
  ['.gnu.linkonce.b', 'dot', 8, WA], ['.gnu.linkonce.n', 'dot', 8, WA], ['.gnu.linkonce.p', 'dot', 1, WA],
  ['.gnu.lto_', 'any', 1, 0x80000000n], ['.got', 'exact', 1, WA], ['.gnu.version', 'exact', 0x6fffffff, 0n],
  ['.gnu.version_d', 'exact', 0x6ffffffd, 0n], ['.gnu.version_r', 'exact', 0x6ffffffe, 0n], ['.gnu.liblist', 'exact', 0x6ffffff7, A],
  ['.gnu.conflict', 'exact', 9, A], ['.gnu.hash', 'exact', 0x6ffffff6, A],
  ['.hash', 'exact', 5, A],
  ['.init', 'exact', 1, AX], ['.init_array', 'dot', 14, WA, pointer], ['.interp', 'exact', 1, 0n],
  ['.line', 'exact', 1, 0n],
  ['.noinit', 'dot', 8, WA], ['.note.GNU-stack', 'exact', 1, 0n], ['.note', 'any', 7, 0n],
  ['.persistent.bss', 'exact', 8, WA], ['.persistent', 'dot', 1, WA], ['.preinit_array', 'dot', 16, WA, pointer], ['.plt', 'exact', 1, AX],
  ['.rodata', 'dot', 1, A], ['.rodata1', 'exact', 1, A], ['.relr.dyn', 'exact', 19, A], ['.rela', 'any', 4, 0n], ['.rel', 'dot', 9, 0n],
  ['.shstrtab', 'exact', 3, 0n], ['.strtab', 'exact', 3, 0n], ['.symtab', 'exact', 2, 0n], ['.stab', 'str', 3, 0n],
  ['.tbss', 'dot', 8, WAT], ['.tdata', 'dot', 1, WAT], ['.text', 'dot', 1, AX],
];

// prettier-ignore
const rows64: typeof rows = [
  ['.gnu.linkonce.lb', 'dot', 8, WA | LARGE], ['.gnu.linkonce.lr', 'dot', 1, A | LARGE], ['.gnu.linkonce.lt', 'dot', 1, AX | LARGE],
  ['.lbss', 'dot', 8, WA | LARGE], ['.ldata', 'dot', 1, WA | LARGE], ['.lrodata', 'dot', 1, A | LARGE],
];

/** Where relocations have no addends, their tables may be called anything that begins so. */
const rows32: typeof rows = [
  ['.relr.dyn', 'exact', 19, A],
  ['.rela', 'any', 4, 0n],
  ['.rel', 'any', 9, 0n],
];

/** All rows by the two characters behind the dot, made when first asked for: a source may have very many sections. */
let byStart: Map<string, typeof rows>[] = [];

function rowsFor(name: string, is64: boolean): typeof rows {
  if (byStart.length === 0) {
    byStart = [rows32, rows64].map((own) => {
      const map = new Map<string, (typeof rows)[number][]>();
      for (const row of [...own, ...rows]) {
        const start = row[0].slice(1, 3);
        const same = map.get(start);
        if (same === undefined) map.set(start, [row]);
        else same.push(row);
      }
      return map;
    });
  }
  return byStart[is64 ? 1 : 0].get(name.slice(1, 3)) ?? [];
}

/** What `name` implies, or undefined. */
export function specialSection(name: string, is64: boolean): SpecialSection | undefined {
  if (name.charCodeAt(0) !== 46) return undefined;
  for (const [start, match, type, flags, entsize] of rowsFor(name, is64)) {
    if (!name.startsWith(start)) continue;
    const fits =
      match === 'str'
        ? name.endsWith('str')
        : name.length === start.length || match === 'any' || (match === 'dot' && name.charCodeAt(start.length) === DOT);
    if (fits) return { name: start, dotted: match === 'dot' && start !== '.rel', type, flags, entsize };
  }
  return undefined;
}
