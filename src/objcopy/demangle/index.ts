/** C++ names as people write them: Itanium C++ ABI, section 5.1; in the style of `c++filt` 2.40. */
import { TooComplex, write, type Node } from './nodes.js';
import { Malformed, Parser } from './parser.js';

/** The name that the symbol `mangled` stands for; null when it is none that was mangled. */
export function demangle(mangled: string): string | null {
  if (!mangled.startsWith('_Z')) return null;
  const at = mangled.indexOf('@');
  const version = at < 0 ? '' : mangled.slice(at);
  try {
    const parser = new Parser((at < 0 ? mangled : mangled.slice(0, at)).slice(2));
    const node: Node = parser.encoding(true);
    let text = '';
    // Copies that the compiler made: `.cold`, `.isra.0`, `.constprop.1`.
    while (parser.peek() === '.') {
      const clone = /^\.(?:[A-Za-z_]+(?:\.\d+)*|\d+)/.exec(parser.text.slice(parser.pos))?.[0];
      if (clone === undefined) return null;
      parser.pos += clone.length;
      text += ` [clone ${clone}]`;
    }
    if (!parser.atEnd) return null;
    return write(node, { depth: 0, work: 0, args: null, lambda: false }) + text + version;
  } catch (error) {
    if (error instanceof Malformed || error instanceof TooComplex) return null;
    throw error;
  }
}
