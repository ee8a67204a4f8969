/** Decimal text to binary floating point, rounded to nearest, by integer arithmetic (IEEE 754; SDM volume 1, 4.2.2). */

export interface FloatFormat {
  /** Bytes in memory. */
  readonly size: number;
  readonly exponentBits: number;
  /** Bits of the significand that are stored. */
  readonly fractionBits: number;
  /** The integer bit is stored too (x87 extended). */
  readonly explicit?: boolean;
}

export const floatFormats = {
  half: { size: 2, exponentBits: 5, fractionBits: 10 },
  bfloat16: { size: 2, exponentBits: 8, fractionBits: 7 },
  single: { size: 4, exponentBits: 8, fractionBits: 23 },
  double: { size: 8, exponentBits: 11, fractionBits: 52 },
  extended: { size: 10, exponentBits: 15, fractionBits: 63, explicit: true },
} as const satisfies Record<string, FloatFormat>;

/** What a literal says before it is rounded: digits × 10**exponent, or a special value. */
export interface FloatLiteral {
  readonly kind: 'number' | 'infinity' | 'quiet' | 'signaling';
  readonly negative: boolean;
  readonly digits: bigint;
  readonly exponent: number;
}

/** The longest prefix of `text` at `pos` that is a floating literal; an empty one is zero. */
export function parseFloatLiteral(text: string, pos: number): { literal: FloatLiteral; end: number } {
  const match = /^([+-]?)(?:(infinity|inf|[qs]?nan)|(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d*))?)/i.exec(text.slice(pos, pos + 20_000))!;
  const negative = match[1] === '-';
  const end = pos + match[0].length;
  if (match[2] !== undefined) {
    const word = match[2].toLowerCase();
    const kind = word.startsWith('inf') ? 'infinity' : word === 'snan' ? 'signaling' : 'quiet';
    return { literal: { kind, negative, digits: 0n, exponent: 0 }, end };
  }
  const fraction = match[4] ?? '';
  const digits = BigInt(`${match[3]}${fraction}` || '0');
  const written = Number(match[5] || 0);
  return { literal: { kind: 'number', negative, digits, exponent: (Number.isNaN(written) ? 0 : written) - fraction.length }, end };
}

/** The bits of `literal`, as one integer; null when it is too large (or far too small) for the format. */
export function encodeFloat(literal: FloatLiteral, format: FloatFormat): bigint | null {
  const { exponentBits, fractionBits } = format;
  const signAt = BigInt(exponentBits + fractionBits + (format.explicit === true ? 1 : 0));
  const sign = literal.negative ? 1n << signAt : 0n;
  const top = (1n << BigInt(exponentBits)) - 1n;
  const compose = (exponent: bigint, fraction: bigint): bigint => {
    if (format.explicit !== true) return sign | (exponent << BigInt(fractionBits)) | fraction;
    const integer = exponent === 0n ? 0n : 1n << BigInt(fractionBits);
    return sign | (exponent << BigInt(fractionBits + 1)) | integer | fraction;
  };
  const ones = (1n << BigInt(fractionBits)) - 1n;
  switch (literal.kind) {
    case 'infinity':
      return compose(top, 0n);
    case 'quiet':
      return compose(top, ones);
    case 'signaling':
      return compose(top, ones ^ (1n << BigInt(fractionBits - 1)));
    case 'number':
  }
  if (literal.digits === 0n) return sign;
  // Exponents beyond any format need no arithmetic.
  const magnitude = literal.digits.toString().length + literal.exponent;
  if (magnitude > 6000) return null;
  if (magnitude < -6000) return null;
  let numerator = literal.digits;
  let denominator = 1n;
  if (literal.exponent >= 0) numerator *= 10n ** BigInt(literal.exponent);
  else denominator = 10n ** BigInt(-literal.exponent);
  const bias = 2 ** (exponentBits - 1) - 1;
  let exponent = bitLength(numerator) - bitLength(denominator);
  if (exponent >= 0 ? numerator < denominator << BigInt(exponent) : numerator << BigInt(-exponent) < denominator) exponent -= 1;
  const least = 1 - bias;
  // gas refuses what is far too small as it refuses what is too large: the bits would have to move beyond its words.
  const words = Math.min(5, Math.ceil((exponentBits + fractionBits) / 16));
  const lost = -exponent - bias + (format.explicit === true ? 1 : 0);
  if (exponent + bias >= Number(top) || lost > 16 * words + 14 - 2 * exponentBits) return null;
  // Subnormal numbers keep the least exponent.
  const used = Math.max(exponent, least);
  const shift = fractionBits - used;
  if (shift >= 0) numerator <<= BigInt(shift);
  else denominator <<= BigInt(-shift);
  let significand = numerator / denominator;
  const rest = (numerator % denominator) * 2n;
  // A tie goes away from zero, as in gas (not to even).
  if (rest >= denominator) significand += 1n;
  let biased = BigInt(used + bias);
  const hidden = 1n << BigInt(fractionBits);
  if (significand >= hidden * 2n) {
    significand >>= 1n;
    biased += 1n;
  }
  if (significand < hidden) biased = 0n;
  return compose(biased, significand & (hidden - 1n));
}

function bitLength(value: bigint): number {
  const hex = value.toString(16);
  return hex.length * 4 - Math.clz32(Number.parseInt(hex[0], 16)) + 28;
}
