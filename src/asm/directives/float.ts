/** Floating-point data: .float, .double, .tfloat, .hfloat, .bfloat16 and their older names (gas manual, nodes Float, Double; i386-Float). */
import type { Arguments } from '../arguments.js';
import type { Assembler } from '../assembler.js';
import { encodeFloat, floatFormats, parseFloatLiteral, type FloatFormat } from '../float-format.js';
import type { Directive, DirectiveTable } from './index.js';

function floats(format: FloatFormat): Directive {
  return (asm, args) => {
    if (args.atEnd()) return;
    args.convertCharacters();
    do {
      const bits = readFloat(asm, args, format);
      if (bits === null || !store(asm, format, bits, 1)) return;
    } while (args.comma());
    args.demandEnd();
  };
}

/** .dcb.s count, value */
function block(format: FloatFormat): Directive {
  return (asm, args) => {
    const count = args.absoluteNumber();
    args.skipBlanks();
    const bits = args.comma() ? readFloat(asm, args, format) : 0n;
    if (bits === null || !store(asm, format, bits, count)) return;
    args.demandEnd();
  };
}

/** The bits of the literal at the cursor; null after an error. */
function readFloat(asm: Assembler, args: Arguments, format: FloatFormat): bigint | null {
  args.skipBlanks();
  const at = args.at;
  // `0f`, `0d`, … only say that a floating number follows.
  if (/^0[a-zA-Z]/.test(args.text.slice(args.pos, args.pos + 2))) args.pos += 2;
  if (args.text[args.pos] === ':') return readBits(asm, args, format);
  const { literal, end } = parseFloatLiteral(args.text, args.pos);
  args.pos = end;
  const bits = encodeFloat(literal, format);
  if (bits !== null) return bits;
  asm.error('cannot create floating-point number', at, end - args.pos + 1);
  args.pos = args.end;
  return null;
}

/** `:40490fdb`: the bits from the highest digit on; missing ones are zero. Null after a warning about too many. */
function readBits(asm: Assembler, args: Arguments, format: FloatFormat): bigint | null {
  args.pos += 1;
  const written = /^(?:[0-9a-fA-F][0-9a-fA-F_]*)?/.exec(args.text.slice(args.pos))![0];
  const digits = written.replaceAll('_', '');
  if (digits.length > format.size * 2) {
    asm.warning('floating point constant too large', args.at, written.length);
    args.skip();
    return null;
  }
  args.pos += written.length;
  return BigInt(`0x${digits.padEnd(format.size * 2, '0')}`);
}

function store(asm: Assembler, format: FloatFormat, bits: bigint, count: number): boolean {
  if (asm.section.noBits) {
    asm.error(
      asm.section.absolute ? 'attempt to store float in absolute section' : `attempt to store float in section \`${asm.section.name}'`,
    );
    return false;
  }
  for (let i = 0; i < count; i++) asm.emitBig(format.size, bits);
  return true;
}

const { half, bfloat16, single, double, extended } = floatFormats;

export const floatTable: DirectiveTable = {
  '.float': floats(single),
  '.single': floats(single),
  '.ffloat': floats(single),
  '.dc.s': floats(single),
  '.double': floats(double),
  '.dfloat': floats(double),
  '.dc.d': floats(double),
  '.tfloat': floats(extended),
  '.dc.x': floats(extended),
  '.hfloat': floats(half),
  '.bfloat16': floats(bfloat16),
  '.dcb.s': block(single),
  '.dcb.d': block(double),
  '.dcb.x': block(extended),
};
