/** Common symbols: .comm, .lcomm, .largecomm, .tls_common (gas manual, nodes Comm, Lcomm; node i386-Directives). */
import type { Arguments } from '../arguments.js';
import type { Assembler } from '../assembler.js';
import { isConstant } from '../expression.js';
import type { Section } from '../sections.js';
import type { AsmSymbol } from '../symbols.js';
import type { Directive } from './index.js';
import { symbolName } from './symbol.js';

const STT_OBJECT = 1;
const STT_TLS = 6;

/** Alignment when none is given: that of the largest scalar that fits, up to `most`. */
function naturalAlign(size: bigint, most: number): number {
  let align = 1;
  while (align < most && BigInt(align) < size) align *= 2;
  return align;
}

function common(options: { large?: boolean; tls?: boolean; local?: boolean; untyped?: boolean; takesAlign: boolean }): Directive {
  return (asm, args) => {
    const name = symbolName(asm, args);
    if (name === null) return;
    args.comma();
    const at = args.at;
    const expr = args.expression();
    if (expr.kind === 'absent') {
      asm.error('missing size expression', at);
      args.pos = args.end;
      return;
    }
    const value = asm.evaluateNow(expr);
    let size = value !== null && isConstant(value) ? value.value : args.toAbsolute(expr, at);
    const limit = asm.addressSize === 4 ? 0xffffffffn : (1n << 64n) - 1n;
    // Only what a minus has made is below zero.
    if (expr.kind === 'constant' && expr.signed !== true) size = BigInt.asUintN(64, size);
    if (size < 0n || size > limit) {
      asm.warning(`size (${size}) out of range, ignored`, at);
      args.pos = args.end;
      return;
    }
    let symbol = asm.symbols.listed(name);
    if (symbol.defined && symbol.common === null) {
      if (!symbol.redefinable) {
        asm.error(`symbol \`${name}' is already defined`);
        args.pos = args.end;
        return;
      }
      asm.forget(symbol);
      symbol = asm.symbols.replace(symbol);
      symbol.redefinable = false;
    }
    const local = options.local === true || (symbol.localSaid && options.untyped !== true);
    const align = options.takesAlign ? readAlign(asm, args, local) : null;
    if (align === undefined) return;
    const old = symbol.common;
    const large = options.large === true && asm.is64 ? largeBss(asm) : null;
    if (options.large === true && large === null) asm.warning('.largecomm supported only in 64bit mode, producing .comm');
    if (old !== null && old.size !== size) asm.warning(`size of "${name}" is already ${old.size}; not changing to ${size}`);
    if (local) {
      symbol.type = options.tls === true ? STT_TLS : STT_OBJECT;
      allocate(asm, symbol, large ?? asm.bss, size, align ?? (options.local === true ? naturalAlign(size, size >= 8n ? 8 : 4) : 1));
    } else {
      symbol.type = options.tls === true ? STT_TLS : STT_OBJECT;
      symbol.common = { size: old?.size ?? size, align: align ?? naturalAlign(size, 16), large: large !== null };
      if (symbol.binding === 'local') symbol.binding = 'global';
    }
    args.demandEnd();
  };
}

/** `, alignment`; null when there is none, undefined after an error. That of a local symbol must be a power of two. */
function readAlign(asm: Assembler, args: Arguments, local: boolean): number | null | undefined {
  if (!args.comma()) return null;
  const at = args.at;
  if (args.peek() < 0) {
    asm.error('expected alignment after size', at);
    return undefined;
  }
  let align = args.absoluteNumber();
  if (align < 0) {
    asm.warning('alignment negative; 0 assumed', at);
    align = 0;
  }
  if (align === 0) return local ? 1 : null;
  if (local && !Number.isInteger(Math.log2(align))) {
    asm.error('alignment not a power of 2', at);
    args.pos = args.end;
    return undefined;
  }
  return align;
}

/** Room for the symbol in `section`; output goes on where it was. */
function allocate(asm: Assembler, symbol: AsmSymbol, section: Section, size: bigint, align: number): void {
  const { place, previous } = asm;
  // As in gas: behind what .bss itself holds.
  asm.enter(section, 1);
  asm.align(Math.log2(align), null, 0);
  asm.forget(symbol);
  asm.placeSymbol(symbol);
  symbol.size = { kind: 'constant', value: size };
  asm.fill({ kind: 'constant', value: size }, Uint8Array.of(0), false);
  asm.enter(place.section, place.subsection);
  asm.previous = previous;
}

function largeBss(asm: Assembler): Section {
  const found = asm.sectionsByName.get('.lbss')?.[0];
  if (found !== undefined) return found;
  const made = asm.makeSection('.lbss');
  made.type = 8;
  made.flags = 0x10000003n;
  made.noBits = true;
  return made;
}

export const commonDirectives: Record<string, Directive> = {
  '.comm': common({ takesAlign: true }),
  '.common': common({ takesAlign: true }),
  '.common.s': common({ takesAlign: false, untyped: true }),
  '.lcomm': common({ takesAlign: false, local: true }),
  '.largecomm': common({ takesAlign: true, large: true }),
  '.tls_common': common({ takesAlign: true, tls: true }),
};
