/** What stands between input sections: the script's fill, nops in code (as ld pads on x86), zeros elsewhere. */

/** ld's nops for x86-64 by length. */
const LONG = [
  [], [0x90], [0x66, 0x90], [0x0f, 0x1f, 0], [0x0f, 0x1f, 0x40, 0], [0x0f, 0x1f, 0x44, 0, 0], [0x66, 0x0f, 0x1f, 0x44, 0, 0],
  [0x0f, 0x1f, 0x80, 0, 0, 0, 0], [0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0], [0x66, 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0],
  [0x66, 0x2e, 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0],
]; // prettier-ignore

export function fillGap(data: Uint8Array, start: number, end: number, pattern: Uint8Array | null, code: boolean, machine: number): void {
  if (pattern !== null) {
    if (pattern.length > 0) for (let i = start; i < end; i++) data[i] = pattern[(i - start) % pattern.length];
    return;
  }
  if (!code) return;
  const longest = machine === 62 ? 10 : 2;
  for (let at = start; at < end;) {
    const length = Math.min(longest, end - at);
    data.set(LONG[length], at);
    at += length;
  }
}
