/** <expression> and <expr-primary> of the Itanium C++ ABI (section 5.1.6), written with cp-demangle's parentheses. */
import { Expansion, FunctionName, List, Nested, Sequence, Template, Word, Wrapped, type Node } from './nodes.js';
import { Malformed, type Parser } from './parser.js';
import { LITERAL_SUFFIX, OPERATORS } from './tables.js';

/** `Lb1E`, `Lj5E`, `L_Z…E`. */
export function literal(p: Parser): Node {
  p.expect('L');
  if (p.accept('_Z') || p.accept('Z')) {
    const node = p.encoding(true);
    p.expect('E');
    return node;
  }
  const code = p.peek();
  const type = p.type();
  const end = p.text.indexOf('E', p.pos);
  if (end < 0) throw new Malformed();
  const value = p.text.slice(p.pos, end).replace(/^n/, '-');
  p.pos = end + 1;
  if (type instanceof Word) {
    if (code === 'b' && (value === '0' || value === '1')) return new Word(value === '1' ? 'true' : 'false');
    const suffix = code.length === 1 ? LITERAL_SUFFIX[code] : undefined;
    if (suffix !== undefined) return new Word(value + suffix);
    if (type.text === 'decltype(nullptr)' && (value === '' || value === '0')) return new Wrapped('(', type, `)${value}`);
  }
  const real = type instanceof Word && /^(float|double|long double|__float128)$/.test(type.text);
  return new Sequence(['(', type, real ? `)[${value}]` : `)${value}`]);
}

/** Operands that are names or parameters of functions stand without parentheses. */
function operand(node: Node): Node {
  return node instanceof Word || node instanceof Nested || node instanceof Name || node instanceof List
    ? node
    : new Wrapped('(', node, ')');
}

/** `std::declval<int>`: called, it stands in parentheses. */
function endsInTemplate(node: Node): boolean {
  const inner = node instanceof Name ? node.inner : node;
  return inner instanceof Nested && inner.name instanceof Template;
}

/** A name in an expression, template arguments and all. */
class Name extends Wrapped {
  constructor(node: Node) {
    super('', node);
  }
}

function expressionsToE(p: Parser): Node[] {
  const nodes: Node[] = [];
  while (!p.accept('E')) nodes.push(expression(p));
  return nodes;
}

/** `fp_`, `fp0_`, `fL0p_`: a parameter of the function whose type is being written. */
function functionParameter(p: Parser): Node {
  p.expect('f');
  if (p.accept('pT')) return new Word('this');
  if (p.accept('L')) {
    p.number();
  }
  p.expect('p');
  while (/[rVK]/.test(p.peek())) p.pos += 1;
  return new Word(`{parm#${p.sequence() + 1}}`);
}

/** `sr` TYPE NAME, `on` OPERATOR, `dn` DESTRUCTOR, or a plain name. */
function unresolvedName(p: Parser): Node {
  if (p.accept('sr')) {
    let scope: Node;
    if (/\d/.test(p.peek())) {
      scope = simpleId(p);
      if (p.peek() !== 'E') {
        const name = simpleId(p);
        // Compilers up to GCC 4 wrote one type and one name here; today names go on to an E, behind which the last one stands.
        if (p.peek() === 'E' && !/[\ddo]/.test(p.peek(1))) return new Nested(scope, name);
        scope = new Nested(scope, name);
      }
      while (!p.accept('E')) scope = new Nested(scope, simpleId(p));
    } else scope = p.type();
    return new Nested(scope, baseName(p));
  }
  return baseName(p);
}

function simpleId(p: Parser): Node {
  const name = p.sourceName();
  return p.peek() === 'I' ? new Template(name, p.templateArguments()) : name;
}

function baseName(p: Parser): Node {
  if (p.accept('dn')) return new Wrapped('~', /\d/.test(p.peek()) ? simpleId(p) : p.type());
  p.accept('on');
  const name = p.unqualified({ endsWithTemplate: false, noResult: false, qualifiers: '' }, null);
  return p.peek() === 'I' ? new Template(name, p.templateArguments()) : name;
}

export function expression(p: Parser): Node {
  p.depth += 1;
  if (p.depth > 256) throw new Malformed();
  const node = read(p);
  p.depth -= 1;
  return node;
}

function read(p: Parser): Node {
  const c = p.peek();
  if (c === 'L') return literal(p);
  if (c === 'T') return new Name(p.templateParameter());
  if (c === 'f' && /[pL]/.test(p.peek(1)) && !/^f[lrLR](?![\dp])/.test(p.text.slice(p.pos, p.pos + 3))) return functionParameter(p);
  if (/\d/.test(c)) return new Name(simpleId(p));
  const code = p.two();
  switch (code) {
    case 'sr':
    case 'on':
    case 'dn':
      return new Name(unresolvedName(p));
    case 'sp':
      p.pos += 2;
      return new Expansion(expression(p));
    case 'tl':
    case 'il': {
      p.pos += 2;
      const type = code === 'tl' ? p.type() : null;
      return new Sequence([...(type === null ? [] : [type]), '{', new List(expressionsToE(p)), '}']);
    }
    case 'cv': {
      p.pos += 2;
      const type = p.type();
      const args = p.accept('_') ? expressionsToE(p) : null;
      return new Sequence(['(', type, ')', args === null ? operand(expression(p)) : new Wrapped('(', new List(args), ')')]);
    }
    case 'cl':
    case 'cp': {
      p.pos += 2;
      const callee = expression(p);
      return new Sequence([
        endsInTemplate(callee) ? new Wrapped('(', callee, ')') : operand(callee),
        '(',
        new List(expressionsToE(p)),
        ')',
      ]);
    }
    case 'sZ':
    case 'sP': {
      p.pos += 2;
      const args = code === 'sZ' ? expression(p) : new List(sizedArguments(p));
      return new Sequence(['sizeof...(', args, ')']);
    }
    case 'st':
    case 'at':
    case 'ti':
      p.pos += 2;
      return new Wrapped(`${OPERATORS[code]?.[0] ?? ''}(`, p.type(), ')');
    case 'fl':
    case 'fr':
    case 'fL':
    case 'fR':
      return fold(p, code);
    case 'nx':
      p.pos += 2;
      return new Wrapped('noexcept (', expression(p), ')');
    case 'dt':
    case 'pt': {
      p.pos += 2;
      const object = expression(p);
      return new Sequence([operand(object), code === 'dt' ? '.' : '->', unresolvedName(p)]);
    }
    case 'gs':
      p.pos += 2;
      return new Wrapped('::', read(p));
    case 'sc':
    case 'dc':
    case 'cc':
    case 'rc': {
      p.pos += 2;
      const type = p.type();
      return new Sequence([`${OPERATORS[code]?.[0] ?? ''}<`, type, '>(', expression(p), ')']);
    }
    case 'nw':
    case 'na':
      return newExpression(p, code);
    case 'mm_':
    case 'tr':
      p.pos += 2;
      return new Word('throw');
  }
  return operation(p, code);
}

function operation(p: Parser, code: string): Node {
  const operator = OPERATORS[code];
  if (operator === undefined) throw new Malformed();
  p.pos += 2;
  const [text, count] = operator;
  if (count === 1) {
    if (code === 'pp' || code === 'mm') {
      const prefix = p.accept('_');
      const node = operand(expression(p));
      return new Sequence(prefix ? [text, node] : [node, text]);
    }
    const node = expression(p);
    // The address of a function of a class or namespace is written without its parameters.
    if (code === 'ad' && node instanceof FunctionName && node.name instanceof Nested && node.type.suffix === '')
      return new Sequence([text, node.name]);
    return new Sequence([text, operand(node)]);
  }
  const left = expression(p);
  if (code === 'ix') return new Sequence([operand(left), '[', expression(p), ']']);
  const right = expression(p);
  if (count === 3) return new Sequence([operand(left), text, operand(right), ' : ', operand(expression(p))]);
  // A comparison would end the template arguments: it stands in parentheses of its own.
  const parts = new Sequence([operand(left), text, operand(right)]);
  return code === 'gt' ? new Wrapped('(', parts, ')') : parts;
}

function sizedArguments(p: Parser): Node[] {
  const nodes: Node[] = [];
  while (!p.accept('E')) nodes.push(p.templateArgument());
  return nodes;
}

/** `(... + pack)`. */
function fold(p: Parser, code: string): Node {
  p.pos += 2;
  const operator = OPERATORS[p.two()]?.[0] ?? '';
  p.pos += 2;
  const first = operand(expression(p));
  if (code === 'fl') return new Sequence(['(...', operator, first, ')']);
  if (code === 'fr') return new Sequence(['(', first, operator, '...)']);
  return new Sequence(['(', first, operator, '...', operator, operand(expression(p)), ')']);
}

function newExpression(p: Parser, code: string): Node {
  p.pos += 2;
  const placement: Node[] = [];
  while (!p.accept('_')) placement.push(expression(p));
  const type = p.type();
  const parts: (string | Node)[] = [code === 'na' ? 'new[] ' : 'new '];
  if (placement.length > 0) parts.push('(', new List(placement), ') ');
  parts.push(type);
  if (p.accept('pi')) parts.push('(', new List(expressionsToE(p)), ')');
  else if (p.peek() === 'i') parts.push(expression(p));
  else p.expect('E');
  return new Sequence(parts);
}
