/** Sections: .text, .data, .bss, .section, .pushsection … (gas manual, nodes Section, SubSection, PushSection, Previous). */
import type { Arguments } from '../arguments.js';
import type { Assembler } from '../assembler.js';
import { sectionTypes, specialSection } from '../section-names.js';
import type { Section } from '../sections.js';
import { demandString, readString } from './string.js';
import type { Directive, DirectiveTable } from './index.js';

export const SHF = {
  WRITE: 1n, ALLOC: 2n, EXECINSTR: 4n, MERGE: 0x10n, STRINGS: 0x20n, LINK_ORDER: 0x80n, GROUP: 0x200n, TLS: 0x400n, GNU_RETAIN: 0x200000n,
  GNU_MBIND: 0x1000000n, LARGE: 0x10000000n, EXCLUDE: 0x80000000n,
} as const; // prettier-ignore

/** Processor- and system-specific flags do not take part in comparisons. */
const SHF_MASK = 0xfff00000n;

/** What .section said. */
export interface SectionRequest {
  name: string;
  /** Flags, type or more were given. */
  given: boolean;
  type: number | null;
  flags: bigint;
  entsize: number;
  group: { signature: string; comdat: boolean } | null;
  linkedTo: string | null;
  unique: number | null;
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
    args.demandEnd();
    return;
  }
  asm.previous = saved.previous;
  asm.enter(saved.current.section, saved.current.subsection);
  args.demandEnd();
};

const previous: Directive = (asm, args) => {
  if (asm.previous === null) {
    asm.warning('.previous without corresponding .section; ignored');
    args.demandEnd();
    return;
  }
  const to = asm.previous;
  args.demandEnd();
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

/** `NAME[, subsection][, "flags"[, type[, entsize][, linked-to][, group[, comdat]][, unique, N]]]`; null after an error. */
function readRequest(asm: Assembler, args: Arguments, push: boolean): (SectionRequest & { subsection: number }) | null {
  const name = substituted(asm, sectionName(asm, args));
  if (name === '') return null;
  const request = {
    name,
    given: false,
    type: null,
    flags: 0n,
    entsize: 0,
    group: null,
    linkedTo: null,
    unique: null,
    info: null,
    subsection: 0,
  };
  const result: SectionRequest & { subsection: number } = request;
  if (args.comma()) {
    if (push && args.peek() !== 34) {
      result.subsection = args.absoluteNumber();
      if (!args.comma()) return finished(args, result);
    }
    if (args.peek() !== 34) {
      asm.error(`character following name is not '#'`, args.at);
      args.pos = args.end;
      return null;
    }
    result.given = true;
    if (!readFlags(asm, args, result)) return null;
  }
  return finished(args, result);
}

function finished<T>(args: Arguments, result: T): T | null {
  return args.demandEnd() ? result : null;
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
      const match = /^(?:0[xX][0-9a-fA-F]+|[0-9]+)/.exec(letters.slice(i))![0];
      i += match.length - 1;
      request.flags |= BigInt(/^0[0-7]+$/.test(match) ? `0o${match}` : match);
    } else {
      const flag = flagLetters[letter];
      if (flag === undefined || (letter === 'l' && !asm.is64)) {
        asm.error(`bad .section directive: want a,${asm.is64 ? 'l,' : ''}w,x,M,S,G,T in string`, at + 1 + i);
        return false;
      }
      request.flags |= flag;
      if (letter === 'R' || letter === 'd') asm.gnuExtensions = true;
    }
  }
  if (inherit) {
    if ((request.flags & SHF.GROUP) !== 0n) asm.warning('? section flag ignored with G present');
    else if (asm.section.group !== null) {
      request.group = asm.section.group;
      request.flags |= SHF.GROUP;
    }
  }
  const wantsGroup = (request.flags & SHF.GROUP) !== 0n && request.group === null;
  if (args.peek() === 44) {
    const before = args.pos;
    args.comma();
    const type = readType(asm, args);
    if (type === undefined) args.pos = before;
    else request.type = type;
  }
  const { flags } = request;
  if ((flags & SHF.MERGE) !== 0n) {
    if (args.comma()) {
      request.entsize = args.absoluteNumber();
      if (request.entsize < 0) {
        asm.warning('invalid merge entity size');
        request.flags &= ~SHF.MERGE;
        request.entsize = 0;
      }
    } else {
      asm.warning('entity size for SHF_MERGE not specified');
      request.flags &= ~SHF.MERGE;
    }
  }
  if ((flags & SHF.GNU_MBIND) !== 0n && /^,\s*(0x)?[0-9a-fA-F]+/.test(args.text.slice(args.pos)) && args.comma())
    request.info = args.absoluteNumber();
  if ((flags & SHF.LINK_ORDER) !== 0n) {
    if (args.comma()) {
      if (/^0\s*(,|$)/.test(args.text.slice(args.pos))) args.absoluteNumber();
      else request.linkedTo = args.name() ?? '';
      if (request.linkedTo === '') request.linkedTo = null;
    } else asm.warning('linked-to symbol for SHF_LINK_ORDER not specified');
  }
  if (wantsGroup && !readGroup(asm, args, request)) {
    asm.warning('group name for SHF_GROUP not specified');
    request.flags &= ~SHF.GROUP;
  }
  return readUnique(asm, args, request);
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
    const digits = /^\d/.test(args.text.slice(args.pos));
    if (digits) return args.absoluteNumber();
    word = args.name() ?? '';
  } else if (c === 34) word = args.name() ?? '';
  else return undefined;
  args.skipBlanks();
  const type = word === 'unwind' && asm.is64 ? 0x70000001 : sectionTypes[word];
  if (type !== undefined) return type;
  asm.warning('unrecognized section type');
  return null;
}

function readGroup(asm: Assembler, args: Arguments, request: SectionRequest): boolean {
  if (!args.comma()) return false;
  const signature = args.peek() === 34 ? args.name() : args.word();
  if (signature === null || signature === '') return false;
  request.group = { signature, comdat: false };
  if (/^,\s*comdat\b/.test(args.text.slice(args.pos)) && args.comma()) {
    args.word();
    request.group.comdat = true;
  }
  void asm;
  return true;
}

function readUnique(asm: Assembler, args: Arguments, request: SectionRequest): boolean {
  if (!/^\s*,\s*unique\b/.test(args.text.slice(args.pos))) return true;
  args.comma();
  args.word();
  if (!args.comma()) return true;
  const at = args.at;
  if (!/^\d/.test(args.text.slice(args.pos))) {
    args.demandEnd();
    return false;
  }
  const number = args.absolute();
  if (number < 0n || number >= 0xffffffffn) {
    asm.error('unsupported section id value', at);
    return true;
  }
  request.unique = Number(number);
  return true;
}

/** The section that the request names, made when it is new. */
export function findOrMake(asm: Assembler, request: SectionRequest): Section {
  const { name } = request;
  const old = asm.sectionsByName
    .get(name)
    ?.find((s) => s.group?.signature === request.group?.signature && s.linkedTo === request.linkedTo && s.unique === request.unique);
  const special = specialSection(name, asm.is64);
  let { type } = request;
  let flags = request.flags;
  if (special !== undefined) {
    if (type === null) type = special.type;
    else if (type !== special.type) {
      const array = special.type >= 14 && special.type <= 16;
      if (old === undefined && !array) {
        if (special.type !== 7 && type < 0x70000000) asm.warning(`setting incorrect section type for ${name}`);
      } else {
        asm.warning(`ignoring incorrect section type for ${name}`);
        type = special.type;
      }
    }
    if (old === undefined) {
      if ((flags & ~SHF_MASK & ~special.flags) !== 0n && !permitted(name, special, flags, request.group !== null)) {
        asm.warning(`setting incorrect section attributes for ${name}`);
      } else flags |= special.flags;
    }
  }
  if (old !== undefined) {
    if (request.given) compare(asm, old, type, flags, request, special !== undefined);
    return old;
  }
  const made = asm.makeSection(name);
  made.type = type ?? 1;
  made.noBits = made.type === 8;
  made.flags = flags;
  made.group = request.group;
  made.linkedTo = request.linkedTo;
  made.unique = request.unique;
  made.info = request.info;
  made.entsize = request.entsize !== 0 ? request.entsize : (special?.entsize?.(asm.addressSize) ?? 0);
  return made;
}

/** More flags than a well-known name implies are accepted for these. */
function permitted(name: string, special: { type: number; flags: bigint }, flags: bigint, grouped: boolean): boolean {
  const generic = flags & ~SHF_MASK;
  if (special.type === 7) return true;
  if (name === '.note.GNU-stack') return true;
  const extra = generic & ~special.flags;
  if (grouped && (extra & ~SHF.GROUP) === 0n) return true;
  if ((name === '.interp' || name === '.strtab' || name === '.symtab') && extra === SHF.ALLOC) return true;
  // Constants may be merged.
  return (special.flags & SHF.ALLOC) !== 0n && (extra & ~(SHF.MERGE | SHF.STRINGS | SHF.LINK_ORDER | SHF.GROUP)) === 0n;
}

function compare(asm: Assembler, old: Section, type: number | null, flags: bigint, request: SectionRequest, special: boolean): void {
  const tell = (what: string): void => {
    if (special) asm.warning(`ignoring changed section ${what} for ${old.name}`);
    else asm.error(`changed section ${what} for ${old.name}`);
  };
  if (type !== null && type !== old.type) tell('type');
  if ((flags & ~SHF_MASK & ~SHF.GROUP) !== (old.flags & ~SHF_MASK & ~SHF.GROUP)) tell('attributes');
  else if ((flags & SHF.MERGE) !== 0n && request.entsize !== old.entsize) tell('entity size');
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
  '.linkonce': (asm) => asm.warning('.linkonce is not supported for this object file format'),
};
