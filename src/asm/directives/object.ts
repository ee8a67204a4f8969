/** What goes into the object beside code and data: .ident, .version, .reloc, .gnu_attribute, .vtable_*, .line (gas manual). */
import type { Arguments } from '../arguments.js';
import type { Assembler } from '../assembler.js';
import { absent, constant, isConstant } from '../expression.js';
import { relocationByName, R_386, R_X86_64 } from '../relocations.js';
import type { Section } from '../sections.js';
import type { Directive, DirectiveTable } from './index.js';
import { readString, stringDirectives } from './string.js';
import { namedSymbol, symbolName } from './symbol.js';

/** A section of the assembler's own, which no .section has named. */
function ownSection(asm: Assembler, name: string, type: number, flags: bigint, entsize = 0): Section {
  const found = asm.sectionsByName.get(name)?.[0];
  if (found !== undefined) return found;
  const made = asm.makeSection(name, false);
  made.type = type;
  made.flags = flags;
  made.entsize = entsize;
  return made;
}

/** Does `work` with output going to `section`. */
function inside(asm: Assembler, section: Section, work: () => void): void {
  const { place, previous } = asm;
  asm.enter(section);
  work();
  asm.enter(place.section, place.subsection);
  asm.previous = previous;
}

/** .ident "text": a string of .comment. */
const ident: Directive = (asm, args) => {
  const fresh = asm.sectionsByName.get('.comment') === undefined;
  const section = ownSection(asm, '.comment', 1, 0x30n, 1);
  inside(asm, section, () => {
    if (fresh) asm.emitInt(1, 0);
    stringDirectives['.asciz'](asm, args, '.asciz');
  });
};

/** .version "text": a note without description. */
const version: Directive = (asm, args) => {
  const text = readString(asm, args);
  if (text === null) {
    asm.error('expected quoted string', args.at);
    args.demandEnd();
    return;
  }
  inside(asm, ownSection(asm, '.note', 7, 0n), () => {
    asm.emitInt(4, text.length + 1);
    asm.emitInt(4, 0);
    asm.emitInt(4, 1);
    asm.emitText(`${text}\0`);
    asm.align(2, Uint8Array.of(0), 0);
  });
  args.demandEnd();
};

/** `.reloc offset, name[, expression]`. */
const reloc: Directive = (asm, args) => {
  const at = args.at;
  const offset = args.expression();
  if (offset.kind === 'absent') {
    asm.error('missing offset in .reloc', at);
    return;
  }
  if (!args.comma()) {
    asm.error('missing reloc type', args.at);
    args.pos = args.end;
    return;
  }
  const nameAt = args.at;
  const name = args.name() ?? '';
  const type = relocationByName(name, asm.is64);
  if (type === undefined) {
    asm.error('unrecognized reloc type', nameAt, Math.max(1, name.length));
    args.pos = args.end;
    return;
  }
  const expression = args.comma() ? args.expression() : absent;
  args.demandEnd();
  const value = asm.evaluateNow(offset);
  if (value === null || value.sub !== null) {
    asm.error('bad reloc expression', at);
    return;
  }
  if (asm.section.absolute && isConstant(value)) {
    asm.error('invalid offset expression', at);
    return;
  }
  if (isConstant(value)) asm.section.named = true;
  asm.section.lateFixups.push({ offset, type, expression, line: asm.line, file: asm.file, sequence: null, numeric: isConstant(value) });
};

const attribute: Directive = (asm, args) => {
  const tag = attributeNumber(asm, args, true);
  if (tag === null) return;
  if (!args.comma()) {
    asm.error('expected <tag> , <value>', args.at);
    args.skip();
    return;
  }
  // As the generic ABI has it: 32 takes both, odd tags strings, even ones numbers.
  const takesBoth = tag === 32;
  const takesText = takesBoth || (tag > 2 && (tag & 1) === 1);
  let number = 0;
  let text: string | null = null;
  if (takesBoth || !takesText) {
    const value = attributeNumber(asm, args);
    if (value === null) return;
    number = value;
    if (takesBoth && !args.comma()) {
      asm.error('expected comma', args.at);
      return;
    }
  }
  if (takesText) {
    text = readString(asm, args);
    if (text === null) {
      asm.error('bad string constant', args.at);
      return;
    }
  }
  args.demandEnd();
  gnuAttributes(asm).set(tag, { number: takesBoth || !takesText ? number : null, text });
};

type Attributes = Map<number, { number: number | null; text: string | null }>;

function attributeNumber(asm: Assembler, args: Arguments, tag = false): number | null {
  const at = args.at;
  const c = args.peek();
  if (tag && (/[A-Za-z_]/.test(String.fromCharCode(c)) || c === 34)) asm.error(`Attribute name not recognised: ${args.name()}`, at);
  else {
    const expr = args.expression();
    if (expr.kind === 'constant') return Number(expr.value);
    asm.error(tag ? 'expected <tag> , <value>' : 'expected numeric constant', at);
  }
  args.pos = args.end;
  return null;
}

/** .gnu.attributes: `A`, then one vendor section "gnu" with the attributes of the file, by tag. */
function gnuAttributes(asm: Assembler): Attributes {
  const known = asm.parts.get('attributes') as Attributes | undefined;
  if (known !== undefined) return known;
  const made: Attributes = new Map();
  asm.parts.set('attributes', made);
  asm.finishers.push(() => {
    const body: number[] = [];
    const leb = (value: number): void => {
      for (; value > 127; value = Math.floor(value / 128)) body.push((value % 128) | 128);
      body.push(value);
    };
    for (const [tag, { number, text }] of [...made].sort((a, b) => a[0] - b[0])) {
      leb(tag);
      if (number !== null) leb(number);
      if (text !== null) body.push(...Array.from(text, (c) => c.charCodeAt(0)), 0);
    }
    inside(asm, ownSection(asm, '.gnu.attributes', 0x6ffffff5, 0n), () => {
      asm.emitText('A');
      asm.emitInt(4, body.length + 13);
      asm.emitText('gnu\0\x01');
      asm.emitInt(4, body.length + 5);
      asm.emitBytes(body);
    });
  });
  return made;
}

const vtableInherit: Directive = (asm, args) => {
  const child = args.name() ?? '';
  const offset = asm.symbols.find(child);
  if (offset === undefined) asm.error(`expected \`${child}' to have already been set for .vtable_inherit`);
  if (!args.comma()) {
    asm.error('expected comma after name in .vtable_inherit', args.at);
    return;
  }
  if (offset === undefined) {
    args.skip();
    return;
  }
  const parent = /^0\s*$/.test(args.text.slice(args.pos)) ? null : symbolName(asm, args);
  args.pos = args.end;
  asm.section.lateFixups.push({
    offset: offset.defined ? offset.reference : constant(0),
    type: asm.is64 ? R_X86_64.GNU_VTINHERIT : R_386.GNU_VTINHERIT,
    expression: parent === null ? constant(0) : asm.symbolReference(parent),
    line: asm.line,
    file: asm.file,
    sequence: asm.section.fixups.length,
    numeric: !offset.defined,
  });
};

const vtableEntry: Directive = (asm, args) => {
  const named = namedSymbol(asm, args);
  if (!args.comma()) {
    asm.error('expected comma after name in .vtable_entry', args.at);
    return;
  }
  const offset = args.absolute();
  args.demandEnd();
  const table = asm.symbolReference(named.name);
  asm.addFixup(
    0,
    { kind: 'binary', operator: '+', left: table, right: constant(offset) },
    false,
    asm.is64 ? R_X86_64.GNU_VTENTRY : R_386.GNU_VTENTRY,
  );
};

/** .line N: this line is line N. */
const line: Directive = (asm, args) => {
  const number = args.absoluteNumber();
  args.demandEnd();
  if (number >= 0) asm.setLine(number + 1);
};

/** .linefile N "file" flags. */
const lineFile: Directive = (asm, args) => {
  const digit = args.peek();
  if (digit < 48 || digit > 57) {
    args.skip();
    return;
  }
  const number = args.absoluteNumber();
  const file = readString(asm, args) ?? undefined;
  args.pos = args.end;
  asm.setLine(number, file);
};

const end: Directive = (asm, args) => {
  args.skip();
  asm.ended = true;
};

const rva: Directive = (asm, args) => {
  if (args.atEnd()) return;
  do {
    const { add, sub } = asm.evaluateNow(args.expression()) ?? { add: null, sub: null };
    if (add === null || sub !== null) return asm.fatalError('rva without symbol');
    asm.error('cannot represent relocation type BFD_RELOC_RVA', args.at);
  } while (args.comma());
  args.demandEnd();
};

export const objectTable: DirectiveTable = {
  '.ident': ident,
  '.version': version,
  '.reloc': reloc,
  '.gnu_attribute': attribute,
  '.vtable_inherit': vtableInherit,
  '.vtable_entry': vtableEntry,
  '.line': line,
  '.linefile': lineFile,
  '.end': end,
  '.rva': rva,
};
