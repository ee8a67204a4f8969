/**
 * v86 answers the ports of its own interrupt controllers inside its WebAssembly code, before anybody outside is asked.
 * Our controllers are devices on the bus, so the two functions in question are replaced by calls to the outside: the
 * module's bytes are edited before they are compiled (WebAssembly core specification, binary format).
 */

/** Mangled names end like this: the functions inside, and the imports that they call for all other ports. */
const pairs = [
  { inner: 'cpu13io_port_read8', outer: '2js13io_port_read8', parameters: 1 },
  { inner: 'cpu14io_port_write8', outer: '2js14io_port_write8', parameters: 2 },
] as const;

const SECTION_CUSTOM = 0;
const SECTION_IMPORT = 2;
const SECTION_EXPORT = 7;
const SECTION_CODE = 10;
const NAME_FUNCTIONS = 1;
const LOCAL_GET = 0x20;
const CALL = 0x10;
const NOP = 0x01;
const END = 0x0b;

/** Reads LEB128 numbers and names from a position on. */
class Reader {
  constructor(
    readonly bytes: Uint8Array,
    public at: number,
  ) {}

  number(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.at++];
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }

  name(): string {
    const length = this.number();
    const text = Buffer.from(this.bytes.buffer, this.bytes.byteOffset + this.at, length).toString('latin1');
    this.at += length;
    return text;
  }
}

/** Function numbers by name, for the names that are wanted. */
function functionNames(reader: Reader, end: number): Map<string, number> {
  const found = new Map<string, number>();
  while (reader.at < end) {
    const kind = reader.number();
    const next = reader.number() + reader.at;
    if (kind === NAME_FUNCTIONS) {
      for (let left = reader.number(); left > 0; left--) {
        const index = reader.number();
        const name = reader.name();
        for (const { inner, outer } of pairs) {
          if (name.endsWith(outer)) found.set(outer, index);
          else if (name.endsWith(inner)) found.set(inner, index);
        }
      }
    }
    reader.at = next;
  }
  return found;
}

/** LEB128 of a function number. */
function leb(value: number): number[] {
  const bytes: number[] = [];
  for (; value >= 0x80; value = Math.floor(value / 128)) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value];
}

/**
 * The module with its stack pointer, global 0, as export `stack_pointer`: a guest is left by an exception, which does not give
 * back the stack of v86's functions.
 */
function exposeStack(wasm: Uint8Array): Uint8Array {
  const reader = new Reader(wasm, 8);
  while (reader.at < wasm.length) {
    const start = reader.at;
    const id = reader.number();
    const end = reader.number() + reader.at;
    if (id === SECTION_EXPORT) {
      const count = leb(reader.number() + 1);
      const name = Buffer.from('stack_pointer');
      const body = Buffer.concat([
        Uint8Array.from(count),
        wasm.subarray(reader.at, end),
        Uint8Array.of(name.length),
        name,
        Uint8Array.of(3, 0),
      ]);
      return Buffer.concat([wasm.subarray(0, start), Uint8Array.from([id, ...leb(body.length)]), body, wasm.subarray(end)]);
    }
    reader.at = end;
  }
  return wasm;
}

/** The edited module, or null: it is not the build that is known. */
export function exposeInside(original: Uint8Array): Uint8Array | null {
  const wasm = exposeStack(original);
  return exposePorts(wasm) ? wasm : null;
}

function exposePorts(wasm: Uint8Array): boolean {
  const reader = new Reader(wasm, 8);
  let code = 0;
  let names = new Map<string, number>();
  let imported = 0;
  while (reader.at < wasm.length) {
    const id = reader.number();
    const end = reader.number() + reader.at;
    if (id === SECTION_CODE) code = reader.at;
    else if (id === SECTION_IMPORT) imported = countFunctions(reader);
    else if (id === SECTION_CUSTOM && reader.name() === 'name') names = functionNames(reader, end);
    reader.at = end;
  }
  if (code === 0 || pairs.some(({ inner, outer }) => !names.has(inner) || (names.get(outer) ?? imported) >= imported)) return false;
  for (const { inner, outer, parameters } of pairs) {
    reader.at = code;
    reader.number();
    for (let index = imported; index < (names.get(inner) as number); index++) reader.at = reader.number() + reader.at;
    const size = reader.number();
    // No locals; the arguments go to the outside.
    const body = [0, ...Array.from({ length: parameters }, (_, i) => [LOCAL_GET, i]).flat(), CALL, ...leb(names.get(outer) as number)];
    if (size < body.length + 1) return false;
    wasm.set(body, reader.at);
    wasm.fill(NOP, reader.at + body.length, reader.at + size - 1);
    wasm[reader.at + size - 1] = END;
  }
  return true;
}

/** Imported functions come first in the numbering. */
function countFunctions(reader: Reader): number {
  let functions = 0;
  for (let left = reader.number(); left > 0; left--) {
    reader.name();
    reader.name();
    const kind = reader.number();
    if (kind === 0) {
      functions += 1;
      reader.number();
    } else {
      // Table: element type and limits; memory: limits; global: type and mutability.
      if (kind === 1 || kind === 3) reader.number();
      const limits = reader.number();
      if (kind !== 3) {
        reader.number();
        if ((limits & 1) !== 0) reader.number();
      }
    }
  }
  return functions;
}
