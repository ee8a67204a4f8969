/** Sections: .text, .data, .bss, .section, .pushsection … (gas manual, nodes Section, SubSection, PushSection, Previous). */
import type { Arguments } from '../arguments.js';
import type { Assembler } from '../assembler.js';
import { sectionTypes, specialSection, type SpecialSection } from '../section-names.js';
import type { Section } from '../sections.js';
import { demandString, readString } from './string.js';
import type { Directive, DirectiveTable } from './index.js';

export const SHF = {
  WRITE: 1n, ALLOC: 2n, EXECINSTR: 4n, MERGE: 0x10n, STRINGS: 0x20n, LINK_ORDER: 0x80n, GROUP: 0x200n, TLS: 0x400n, GNU_RETAIN: 0x200000n,
  GNU_MBIND: 0x1000000n, LARGE: 0x10000000n, EXCLUDE: 0x80000000n,
} as const; // prettier-ignore

/** Flags of systems (0x0ff00000) and processors, and LINK_ORDER, are never wrong for a well-known name. */
const UNJUDGED = 0xfff00080n;
/** A section that is named again with flags must have these as before. */
const COMPARED = SHF.WRITE | SHF.ALLOC | SHF.EXECINSTR | SHF.MERGE | SHF.STRINGS | SHF.TLS | SHF.EXCLUDE;

/** What .section said. */
interface SectionRequest {
  name: string;
  type: number | null;
  flags: bigint;
  entsize: number;
  group: { signature: string; comdat: boolean } | null;
  linkedTo: string | null;
  unique: number | null;
  /** sh_info of GNU_MBIND sections. */
  info: number | null;
}

function builtIn(pick: (asm: Assembler) => Section): Directive {
  return (asm, args) => {
    const subsection = args.atEnd() ? 0 : args.absoluteNumber();
    args.demandEnd();
    asm.switchTo(pick(asm), subsection);
  };
}

/** .data; under -R its subsections follow those of .text. */
const data: Directive = (asm, args) => {
  const subsection = args.atEnd() ? 0 : args.absoluteNumber();
  args.demandEnd();
  if (asm.options.readonlyData === true) asm.switchTo(asm.text, subsection + 1000);
  else asm.switchTo(asm.data, subsection);
};

const section: Directive = (asm, args) => {
  const request = readRequest(asm, args, false);
  if (request !== null) enter(asm, findOrMake(asm, request), 0);
};

/** Behind all other subsections of .text: where -R puts what lies in .data itself. */
const AFTER_TEXT = 2 ** 40;

function enter(asm: Assembler, made: Section, subsection: number): void {
  if (asm.options.readonlyData === true && made === asm.data) asm.switchTo(asm.text, AFTER_TEXT + subsection);
  else asm.switchTo(made, subsection);
}

const pushSection: Directive = (asm, args) => {
  const saved = { current: asm.place, previous: asm.previous };
  const request = readRequest(asm, args, true);
  if (request === null) return;
  asm.sectionStack.push(saved);
  enter(asm, findOrMake(asm, request), request.subsection);
};

const popSection: Directive = (asm, args) => {
  const saved = asm.sectionStack.pop();
  if (saved === undefined) {
    asm.warning('.popsection without corresponding .pushsection; ignored');
    return;
  }
  asm.previous = saved.previous;
  asm.enter(saved.current.section, saved.current.subsection);
  args.demandEnd();
};

// What stands behind it is the next statement.
const previous: Directive = (asm) => {
  if (asm.previous === null) {
    asm.warning('.previous without corresponding .section; ignored');
    return;
  }
  const to = asm.previous;
  asm.switchTo(to.section, to.subsection);
};

const subsection: Directive = (asm, args) => {
  const number = args.absoluteNumber();
  args.demandEnd();
  asm.switchTo(asm.section, number);
};

/** .attach_to_group NAME: the section at hand joins that group. */
const attachToGroup: Directive = (asm, args) => {
  const name = sectionName(asm, args);
  if (name === '') {
    asm.warning('group name not parseable');
    return;
  }
  if (asm.section.group !== null) asm.warning(`section ${asm.section.name} already has a group (${asm.section.group.signature})`);
  else {
    asm.section.group = { signature: name, comdat: false };
    asm.section.flags |= SHF.GROUP;
  }
};

/** The name of a section: in quotes, or up to a blank or comma. */
function sectionName(asm: Assembler, args: Arguments): string {
  if (args.peek() === 34) return demandString(asm, args) ?? '';
  const { at } = args;
  const name = args.word();
  if (name === '') {
    asm.error('missing name', at);
    args.skip();
  }
  return name;
}

/** `NAME[, subsection][, "flags"[, type[, entsize][, linked-to][, group[, comdat]][, info][, unique, N]]]`; null after an error. */
function readRequest(asm: Assembler, args: Arguments, push: boolean): (SectionRequest & { subsection: number }) | null {
  const name = substituted(asm, sectionName(asm, args));
  if (name === '') return null;
  const symbol = asm.symbols.find(name);
  if (symbol?.defined === true && !symbol.isSection && !symbol.redefinable && symbol.equated?.kind !== 'register') {
    asm.error(`section name '${name}' already defined as another symbol`);
    args.skip();
    return null;
  }
  const request: SectionRequest & { subsection: number } = {
    name,
    type: null,
    flags: 0n,
    entsize: 0,
    group: null,
    linkedTo: null,
    unique: null,
    info: null,
    subsection: 0,
  };
  if (args.comma()) {
    let more = true;
    if (push && /^\d/.test(args.text.slice(args.pos))) {
      request.subsection = args.absoluteNumber();
      more = args.comma();
    }
    if (more && args.peek() !== 34) {
      asm.error(`character following name is not '#'`, args.at);
      args.skip();
      return null;
    }
    if (more && !readFlags(asm, args, request)) return null;
  }
  args.demandEnd();
  const { flags } = request;
  if ((flags & SHF.GNU_MBIND) !== 0n && (flags & SHF.ALLOC) === 0n) asm.error(`SHF_ALLOC isn't set for GNU_MBIND section: ${name}`);
  if ((flags & (SHF.GNU_MBIND | SHF.GNU_RETAIN)) !== 0n) asm.gnuExtensions = true;
  return request;
}

/** --sectname-subst: `%S` is the section at hand. */
function substituted(asm: Assembler, name: string): string {
  if (asm.options.sectnameSubst !== true) return name;
  // As gas does: the first % decides, and what was put in is looked at again (a name with %S in it would never end).
  let result = name;
  for (let rounds = 0; rounds < 64; rounds++) {
    const at = result.indexOf('%');
    if (at < 0 || result[at + 1] !== 'S') break;
    result = result.slice(0, at) + asm.section.name + result.slice(at + 2);
  }
  return result;
}

function readFlags(asm: Assembler, args: Arguments, request: SectionRequest): boolean {
  const at = args.at;
  const letters = readString(asm, args)!;
  let inherit = false;
  for (let i = 0; i < letters.length; i++) {
    const letter = letters[i];
    if (letter === '?') inherit = true;
    else if (letter >= '0' && letter <= '9') {
      const digits = /^(?:0[xX][0-9a-fA-F]+|0[0-7]*|[0-9]+)/.exec(letters.slice(i))![0];
      i += digits.length - 1;
      request.flags |= numeric(digits);
    } else if (letter === 'a' && letters[i + 1] === 'm') {
      // "am" and "ams": an old way to say "aM" and "aMS".
      request.flags |= SHF.ALLOC | SHF.MERGE | (letters[i + 2] === 's' ? SHF.STRINGS : 0n);
      i += letters[i + 2] === 's' ? 2 : 1;
    } else {
      const flag = flagLetters[letter];
      if (flag === undefined || (letter === 'l' && !asm.is64)) {
        asm.fatalError(`bad .section directive: want a,${asm.is64 ? 'l,' : ''}w,x,M,S,G,T in string`, at + 1 + i);
        return false;
      }
      request.flags |= flag;
    }
  }
  if (args.peek() === 44) {
    const before = args.pos;
    args.comma();
    const type = readType(asm, args);
    if (type === undefined) args.pos = before;
    else request.type = type;
  }
  readEntitySize(asm, args, request);
  if ((request.flags & SHF.LINK_ORDER) !== 0n && args.comma()) {
    // A section's number is taken, but comes to nothing in the object.
    if (digits(args) === null) request.linkedTo = args.name() || null;
  }
  if ((request.flags & SHF.GROUP) !== 0n) {
    if (inherit) asm.warning('? section flag ignored with G present');
    inherit = false;
    if (args.peek() !== 44) {
      asm.warning('group name for SHF_GROUP not specified');
      request.flags &= ~SHF.GROUP;
    } else readGroup(asm, args, request);
  }
  if (inherit && asm.section.group !== null) request.group = asm.section.group;
  if ((request.flags & SHF.GNU_MBIND) !== 0n && /^,\s*\d/.test(args.text.slice(args.pos))) {
    args.comma();
    const text = args.text.slice(args.pos);
    request.info = Number(BigInt.asUintN(32, digits(args)!));
    if (request.info === 0xffffffff) {
      asm.warning(`unsupported mbind section info: ${text}`);
      request.info = 0;
    }
  }
  readUnique(asm, args, request);
  return true;
}

function readEntitySize(asm: Assembler, args: Arguments, request: SectionRequest): void {
  if ((request.flags & SHF.MERGE) === 0n) return;
  if (args.comma()) {
    request.entsize = args.absoluteNumber();
    if (request.entsize >= 0) return;
    asm.warning('invalid merge entity size');
    request.entsize = 0;
  } else asm.warning('entity size for SHF_MERGE not specified');
  request.flags &= ~SHF.MERGE;
}

/** The value of digits as C writes them, at most 64 bits. */
function numeric(text: string): bigint {
  const value = BigInt(/^0[0-7]+$/.test(text) ? `0o${text}` : text);
  return value > 0xffffffffffffffffn ? 0xffffffffffffffffn : value;
}

/** A number without sign or operators, if one stands here. */
function digits(args: Arguments): bigint | null {
  const match = /^(?:0[xX][0-9a-fA-F]+|0[0-7]*|[0-9]+)/.exec(args.text.slice(args.pos));
  if (match === null) return null;
  args.pos += match[0].length;
  args.skipBlanks();
  return numeric(match[0]);
}

const flagLetters: Record<string, bigint | undefined> = {
  a: SHF.ALLOC, e: SHF.EXCLUDE, o: SHF.LINK_ORDER, w: SHF.WRITE, x: SHF.EXECINSTR, M: SHF.MERGE, S: SHF.STRINGS, G: SHF.GROUP, T: SHF.TLS,
  R: SHF.GNU_RETAIN, d: SHF.GNU_MBIND, l: SHF.LARGE,
}; // prettier-ignore

/** `@progbits`, `%nobits`, `"note"`, `@0x12345`; null: unknown, after a warning; undefined: no type stands here. */
function readType(asm: Assembler, args: Arguments): number | null | undefined {
  const c = args.peek();
  let word: string;
  if (c === 64 || c === 37) {
    args.pos += 1;
    const number = digits(args);
    if (number !== null) return Number(BigInt.asUintN(32, number)) || null;
    word = args.name() ?? '';
  } else if (c === 34) word = readString(asm, args) ?? '';
  else return undefined;
  args.skipBlanks();
  if (/^\d/.test(word)) {
    const number = /^(?:0[xX][0-9a-fA-F]+|0[0-7]*|[0-9]+)/.exec(word)![0];
    if (number.length !== word.length) asm.warning('extraneous characters at end of numeric section type');
    return Number(BigInt.asUintN(32, numeric(number))) || null;
  }
  const type = word === 'unwind' && asm.is64 ? 0x70000001 : sectionTypes[word];
  if (type !== undefined) return type;
  asm.warning('unrecognized section type');
  return null;
}

function readGroup(asm: Assembler, args: Arguments, request: SectionRequest): void {
  args.comma();
  const signature = sectionName(asm, args);
  if (signature === '') {
    request.flags &= ~SHF.GROUP;
    return;
  }
  request.group = { signature, comdat: request.name.startsWith('.gnu.linkonce') };
  if (!args.comma()) return;
  request.group.comdat = args.text.startsWith('comdat', args.pos);
  if (request.group.comdat) args.pos += 6;
  args.skipBlanks();
}

function readUnique(asm: Assembler, args: Arguments, request: SectionRequest): void {
  if (!/^,\s*unique/.test(args.text.slice(args.pos))) return;
  args.comma();
  args.pos += 6;
  args.skipBlanks();
  if (!args.comma()) return;
  const text = args.text.slice(args.pos);
  const id = digits(args);
  if (id === null) return;
  if (id > 0xffffffffn) asm.error(`unsupported section id: ${text}`);
  else request.unique = Number(id);
}

/** The section that the request names, made when it is new. */
function findOrMake(asm: Assembler, request: SectionRequest): Section {
  const { name } = request;
  const retained = request.flags & SHF.GNU_RETAIN;
  const old = asm.sectionsByName
    .get(name)
    ?.find(
      (s) =>
        s.group?.signature === request.group?.signature &&
        s.linkedTo === request.linkedTo &&
        s.unique === request.unique &&
        (s.info ?? 0) === (request.info ?? 0) &&
        (s.flags & SHF.GNU_RETAIN) === retained,
    );
  const special = specialSection(name, asm.is64);
  const type = special === undefined ? request.type : typeOf(asm, request, special, old !== undefined);
  let { flags } = request;
  if (special !== undefined && old === undefined && attributesFit(asm, request, special)) flags |= special.flags;
  if (request.group !== null) flags |= SHF.GROUP;
  const section = old ?? asm.makeSection(name);
  if (old === undefined) {
    section.type = type ?? 1;
    section.noBits = section.type === 8;
    section.flags = flags;
    section.group = request.group;
    section.linkedTo = request.linkedTo;
    section.unique = request.unique;
    section.info = request.info;
    section.entsize = request.entsize !== 0 ? request.entsize : (special?.entsize?.(asm.addressSize) ?? 0);
  } else compare(asm, old, type, flags, request, special !== undefined);
  return section;
}

/** The type of a section with a well-known name: what is said is warned about when it is not the one that the name implies. */
function typeOf(asm: Assembler, { name, type }: SectionRequest, special: SpecialSection, known: boolean): number {
  if (type === null || type === special.type) return special.type;
  const array = special.type >= 14 && special.type <= 16;
  const large = asm.addressSize === 8 && (special.flags & SHF.LARGE) !== 0n;
  if (known || array || large) {
    asm.warning(`ignoring incorrect section type for ${name}`);
    return special.type;
  }
  if (special.type !== 7 && type < 0x70000000) asm.warning(`setting incorrect section type for ${name}`);
  return type;
}

/** May the flags that the name implies be added to those given? Else those given stand alone, after a warning. */
function attributesFit(asm: Assembler, { name, flags, group }: SectionRequest, special: SpecialSection): boolean {
  if ((flags & ~UNJUDGED & ~special.flags) === 0n) return true;
  const generic = flags & ~SHF.GNU_RETAIN;
  if (special.type === 7 && (generic === SHF.ALLOC || generic === SHF.EXECINSTR)) return true;
  if (special.dotted === true && name !== special.name && (generic & ~special.flags & ~(SHF.MERGE | SHF.STRINGS)) === 0n) return true;
  if (generic === SHF.ALLOC && /^\.(interp|strtab|symtab)$/.test(name)) return false;
  if (generic === SHF.EXECINSTR && name === '.note.GNU-stack') return false;
  if (group === null) asm.warning(`setting incorrect section attributes for ${name}`);
  return false;
}

function compare(asm: Assembler, old: Section, type: number | null, flags: bigint, request: SectionRequest, special: boolean): void {
  const tell = (what: string): void => {
    if (special) asm.warning(`ignoring changed section ${what} for ${old.name}`);
    else asm.error(`changed section ${what} for ${old.name}`);
  };
  if (type !== null && type !== old.type) tell('type');
  if (request.flags === 0n) return;
  // Memory that is loaded from the file or not.
  const loaded = (is: bigint, kind: number | null): boolean => (is & SHF.ALLOC) !== 0n && kind !== 8;
  const changed =
    (flags & COMPARED) !== (old.flags & COMPARED) ||
    loaded(flags, type) !== loaded(old.flags, old.type) ||
    (request.group?.comdat === true) !== (old.group?.comdat === true);
  if (changed) tell('attributes');
  else old.flags = flags;
  if ((flags & SHF.MERGE) !== 0n && request.entsize !== old.entsize) asm.error(`changed section entity size for ${old.name}`);
}

export const sectionDirectives: DirectiveTable = {
  '.text': builtIn((asm) => asm.text),
  '.data': data,
  '.bss': builtIn((asm) => asm.bss),
  '.section': section,
  '.sect': section,
  '.section.s': section,
  '.sect.s': section,
  '.pushsection': pushSection,
  '.popsection': popSection,
  '.previous': previous,
  '.subsection': subsection,
  '.attach_to_group': attachToGroup,
  '.linkonce': (asm, args) => {
    const type = args.atEnd() ? 'discard' : (args.name() ?? '');
    if (!/^(?:discard|one_only|same_size|same_contents)$/i.test(type)) asm.warning(`unrecognized .linkonce type \`${type}'`);
    asm.warning('.linkonce is not supported for this object file format');
    args.demandEnd();
  },
};
