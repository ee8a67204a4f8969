/** What stands in character constants and strings: escape sequences (C11 6.4.4.4). */

const simple: Record<string, number> = { n: 10, t: 9, r: 13, b: 8, f: 12, v: 11, a: 7, e: 27, E: 27 };
const piece = /\\([0-7]{1,3})|\\x([0-9a-fA-F]*)|\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})|\\([^])|([^])/g;

/** Said about an escape sequence; `error`: the constant is none. */
export type EscapeReport = (message: string, error: boolean) => void;

/** The values of the characters between the quotes, each of `bits` bits. */
export function characters(body: string, bits = 8, report: EscapeReport = () => {}): bigint[] {
  const values: bigint[] = [];
  const push = (value: bigint, kind: string): void => {
    const kept = BigInt.asUintN(bits, value);
    if (kept !== value) report(`${kind} escape sequence out of range`, false);
    values.push(kept);
  };
  for (const [, octal, hex, universal, escaped, plain] of body.matchAll(piece)) {
    if (octal !== undefined) push(BigInt(parseInt(octal, 8)), 'octal');
    else if (hex !== undefined) {
      if (hex === '') report('\\x used with no following hex digits', true);
      else push(BigInt(`0x${hex}`), 'hex');
    } else if (universal !== undefined) {
      report('universal character names are only valid in C++ and C99', false);
      const point = parseInt(universal.slice(1), 16);
      if (bits > 8) values.push(BigInt(point));
      else if (point <= 0x10ffff) for (const byte of new TextEncoder().encode(String.fromCodePoint(point))) values.push(BigInt(byte));
    } else if (escaped !== undefined) {
      if (!(escaped in simple) && !'\\\'"?'.includes(escaped)) report(`unknown escape sequence: '\\${escaped}'`, false);
      values.push(BigInt(simple[escaped] ?? escaped.charCodeAt(0)));
    } else values.push(BigInt(plain.charCodeAt(0)));
  }
  return values;
}
