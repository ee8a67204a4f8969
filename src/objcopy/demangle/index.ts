/** C++ names (Itanium C++ ABI, section 5.1) and Rust names as people write them; in the style of binutils 2.40. */
import { TooComplex, write, type Node } from './nodes.js';
import { Malformed, Parser } from './parser.js';

/** The name that the symbol `mangled` stands for; null when it is none that was mangled. Bounded in time and length. */
export function demangle(mangled: string): string | null {
  // What linkers and targets put in front and behind: `.name`, `name@VERSION`.
  const parts = /^([.$]*)(_Z[^@]*)(@.*)?$/s.exec(mangled);
  if (parts === null) return null;
  const [, before = '', name = '', version = ''] = parts;
  const text = rust(name) ?? cxx(name);
  return text === null ? null : before + text + version;
}

function cxx(name: string): string | null {
  try {
    const parser = new Parser(name.slice(2));
    const node: Node = parser.encoding(true);
    let clones = '';
    // Copies that the compiler made: `.cold`, `.isra.0`, `.constprop.1`.
    while (parser.peek() === '.') {
      const clone = /^\.(?:[A-Za-z_]+(?:\.\d+)*|\d+)/.exec(parser.text.slice(parser.pos))?.[0];
      if (clone === undefined) return null;
      parser.pos += clone.length;
      clones += ` [clone ${clone}]`;
    }
    return parser.atEnd ? write(node, { depth: 0, work: 0, args: null, lambda: false }) + clones : null;
  } catch (error) {
    if (error instanceof Malformed || error instanceof TooComplex) return null;
    throw error;
  }
}

const RUST_ESCAPES: Readonly<Record<string, string>> = { SP: '@', BP: '*', RF: '&', LT: '<', GT: '>', LP: '(', RP: ')', C: ',' };

/** Rust's first mangling: nested names as in C++, of which the last is `h` and a hash. */
function rust(name: string): string | null {
  if (!/17h[0-9a-f]{16}E$/.test(name) || !name.startsWith('_ZN')) return null;
  const hash = name.slice(-17, -1);
  if (new Set(hash).size < 5) return null;
  const parts: string[] = [];
  for (let rest = name.slice(3, -20); rest !== '';) {
    const digits = /^\d+/.exec(rest)?.[0];
    if (digits === undefined) return null;
    const part = rest.slice(digits.length, digits.length + Number(digits));
    if (part.length !== Number(digits)) return null;
    rest = rest.slice(digits.length + part.length);
    parts.push(
      part
        .replace(/^_(?=\$)/, '')
        .replace(/\.\./g, '::')
        .replace(/\$(?:u([0-9a-f]+)|([A-Z]+))\$/g, (all, code: string | undefined, word: string | undefined) =>
          code === undefined ? (RUST_ESCAPES[word ?? ''] ?? all) : String.fromCodePoint(Math.min(parseInt(code, 16), 0x10ffff)),
        ),
    );
  }
  return parts.length === 0 ? null : parts.join('::');
}
