/**
 * Reads mangled C++ names: Itanium C++ ABI, section 5.1 "External Names", which gives the grammar that each method is named after.
 */
import { expression, literal } from './expressions.js';
import {
  ArrayType,
  Expansion,
  FunctionName,
  FunctionType,
  List,
  MemberPointer,
  Nested,
  Pack,
  Parameter,
  Pointer,
  Qualified,
  Sequence,
  Structor,
  Template,
  Unnamed,
  Word,
  Wrapped,
  type Node,
} from './nodes.js';
import { BUILTIN, EXTENDED, OPERATORS, SPECIAL_NAME, SPECIAL_TYPE, STANDARD } from './tables.js';

/** The text is no mangled name. */
export class Malformed extends Error {}

/** What the reading of a name found out besides the name. */
interface NameState {
  /** Its last component has template arguments: the function's result is part of the mangling. */
  endsWithTemplate: boolean;
  /** A constructor, destructor or conversion has no result. */
  noResult: boolean;
  /** ` const`, ` volatile`, ` &` of a member function. */
  qualifiers: string;
}

const DEPTH_LIMIT = 256;

export class Parser {
  pos = 0;
  depth = 0;
  private readonly substitutions: Node[] = [];
  /** What `T_` means; an object, so that a parameter may be used before its arguments are read. */
  private args: { list: readonly Node[] | null } = { list: null };

  constructor(readonly text: string) {}

  peek(offset = 0): string {
    return this.text[this.pos + offset] ?? '';
  }

  two(): string {
    return this.text.slice(this.pos, this.pos + 2);
  }

  accept(token: string): boolean {
    if (!this.text.startsWith(token, this.pos)) return false;
    this.pos += token.length;
    return true;
  }

  expect(token: string): void {
    if (!this.accept(token)) throw new Malformed();
  }

  get atEnd(): boolean {
    return this.pos >= this.text.length;
  }

  private nested<T>(read: () => T): T {
    this.depth += 1;
    if (this.depth > DEPTH_LIMIT) throw new Malformed();
    const result = read();
    this.depth -= 1;
    return result;
  }

  private remember<T extends Node>(node: T): T {
    this.substitutions.push(node);
    return node;
  }

  number(): number {
    const digits = /^\d+/.exec(this.text.slice(this.pos, this.pos + 12))?.[0];
    if (digits === undefined) throw new Malformed();
    this.pos += digits.length;
    return Number(digits);
  }

  /** `_` is 0, `0_` is 1: the sequence numbers of parameters, lambdas and discriminators. */
  sequence(): number {
    if (this.accept('_')) return 0;
    const value = this.number() + 1;
    this.expect('_');
    return value;
  }

  // ---- symbols ----------------------------------------------------------------------------------------------------

  /** <encoding>: a function with its type, an object, or one of the compiler's own. */
  encoding(top: boolean): Node {
    return this.nested(() => {
      if (this.peek() === 'T' || this.peek() === 'G') return this.special();
      const outer = this.args;
      this.args = { list: null };
      const state: NameState = { endsWithTemplate: false, noResult: false, qualifiers: '' };
      const name = this.name(state);
      if (this.atEnd || this.peek() === 'E' || this.peek() === '.') {
        this.args = outer;
        return name;
      }
      const result = state.endsWithTemplate && !state.noResult ? this.type() : null;
      const params = this.parameters();
      const args = state.endsWithTemplate ? this.args.list : null;
      this.args = outer;
      // What is local to a function names it without its result.
      return new FunctionName(name, new FunctionType(top ? result : null, params, state.qualifiers), args);
    });
  }

  private parameters(): Node[] {
    const params: Node[] = [];
    while (!this.atEnd && this.peek() !== 'E' && this.peek() !== '.') {
      if ((this.peek() === 'R' || this.peek() === 'O') && this.peek(1) === 'E') break;
      params.push(this.type());
    }
    if (params.length === 0) throw new Malformed();
    return params.length === 1 && params[0] instanceof Word && params[0].text === 'void' ? [] : params;
  }

  private special(): Node {
    const code = this.two();
    this.pos += 2;
    const ofType = SPECIAL_TYPE[code];
    if (ofType !== undefined) return new Wrapped(ofType, this.type());
    const ofName = SPECIAL_NAME[code];
    if (ofName !== undefined) return new Wrapped(ofName, this.name());
    switch (code) {
      case 'Th':
      case 'Tv':
        this.pos -= 1;
        this.callOffset();
        return new Wrapped(code === 'Th' ? 'non-virtual thunk to ' : 'virtual thunk to ', this.encoding(true));
      case 'Tc':
        this.callOffset();
        this.callOffset();
        return new Wrapped('covariant return thunk to ', this.encoding(true));
      case 'TC': {
        const derived = this.type();
        this.number();
        this.expect('_');
        const base = this.type();
        return new Sequence(['construction vtable for ', base, '-in-', derived]);
      }
      case 'TA':
        return new Wrapped('template parameter object for ', this.templateArgument());
      case 'GR': {
        const name = this.name();
        const count = this.atEnd ? 0 : this.base36();
        return new Sequence([`reference temporary #${count} for `, name]);
      }
      case 'GA':
        return new Wrapped('hidden alias for ', this.encoding(true));
      case 'GT':
        return new Wrapped(
          this.accept('n') ? 'non-transaction clone for ' : (this.expect('t'), 'transaction clone for '),
          this.encoding(true),
        );
      default:
        throw new Malformed();
    }
  }

  private callOffset(): void {
    if (this.accept('h')) {
      this.accept('n');
      this.number();
    } else {
      this.expect('v');
      this.accept('n');
      this.number();
      this.expect('_');
      this.accept('n');
      this.number();
    }
    this.expect('_');
  }

  // ---- names ------------------------------------------------------------------------------------------------------

  name(state: NameState = { endsWithTemplate: false, noResult: false, qualifiers: '' }): Node {
    return this.nested(() => {
      switch (this.peek()) {
        case 'N':
          return this.nestedName(state);
        case 'Z':
          return this.localName(state);
        case 'S':
          if (this.peek(1) !== 't') {
            const node = this.substitution(false);
            if (this.peek() !== 'I') return node;
            state.endsWithTemplate = true;
            return this.template(node, true);
          }
      }
      const std = this.accept('St');
      const plain = this.unqualified(state, null);
      const node: Node = std ? new Nested(new Word('std'), plain) : plain;
      if (this.peek() !== 'I') return node;
      state.endsWithTemplate = true;
      return this.template(this.remember(node), true);
    });
  }

  private nestedName(state: NameState): Node {
    this.expect('N');
    state.qualifiers = this.qualifiers();
    if (this.accept('R')) state.qualifiers += ' &';
    else if (this.accept('O')) state.qualifiers += ' &&';
    let node: Node | null = null;
    while (!this.accept('E')) {
      state.endsWithTemplate = false;
      const c = this.peek();
      // Substitutions, parameters and decltype only start a name.
      if (node !== null && (c === 'T' || (c === 'S' && this.peek(1) !== 't'))) throw new Malformed();
      if (c === 'S' && this.peek(1) !== 't') node = this.substitution(/[CD]/.test(this.text[this.pos + 2] ?? ''));
      else if (c === 'I') {
        if (node === null) throw new Malformed();
        node = this.template(node, true);
        state.endsWithTemplate = true;
        if (this.peek() !== 'E') this.remember(node);
        continue;
      } else if (c === 'T') node = this.remember(this.templateParameter());
      else if (c === 'D' && (this.peek(1) === 't' || this.peek(1) === 'T')) node = this.remember(this.decltype());
      else if (c === 'M') {
        // The initializer of a member: a scope for lambdas.
        this.pos += 1;
      } else {
        const std = this.accept('St');
        const part = this.unqualified(state, node);
        node = std ? new Nested(new Word('std'), part) : node === null ? part : new Nested(node, part);
        if (this.peek() !== 'E') this.remember(node);
      }
    }
    if (node === null) throw new Malformed();
    return node;
  }

  private localName(state: NameState): Node {
    this.expect('Z');
    const outer = this.encoding(false);
    this.expect('E');
    if (this.accept('s')) {
      this.discriminator();
      return new Nested(outer, new Word('string literal'));
    }
    if (this.accept('d')) {
      const number = this.sequence() + 1;
      return new Nested(outer, new Nested(new Word(`{default arg#${number}}`), this.name(state)));
    }
    const inner = this.name(state);
    this.discriminator();
    return new Nested(outer, inner);
  }

  private discriminator(): void {
    if (!this.accept('_')) return;
    if (this.accept('_')) {
      this.number();
      this.accept('_');
    } else if (/\d/.test(this.peek())) this.pos += 1;
    else throw new Malformed();
  }

  /** <unqualified-name>, with its ABI tags; `outer` is the class of a constructor. */
  unqualified(state: NameState, outer: Node | null): Node {
    let node: Node;
    const c = this.peek();
    if (c === 'L') {
      this.pos += 1;
      return this.unqualified(state, outer);
    }
    if (/\d/.test(c)) node = this.sourceName();
    else if (c === 'C' || (c === 'D' && /[0-5]/.test(this.peek(1)))) node = this.structor(state, outer);
    else if (this.accept('DC')) {
      const names: Node[] = [];
      while (!this.accept('E')) names.push(this.sourceName());
      node = new Wrapped('[', new List(names), ']');
    } else if (this.accept('Ut')) node = new Unnamed([`{unnamed type#${this.sequence() + 1}}`]);
    else if (this.accept('Ul')) node = this.lambda();
    else if (/[a-z]/.test(c)) node = this.operator(state);
    else throw new Malformed();
    while (this.accept('B')) node = new Wrapped('', node, `[abi:${this.identifier()}]`);
    return node;
  }

  private structor(state: NameState, outer: Node | null): Node {
    if (outer === null) throw new Malformed();
    state.noResult = true;
    const destroys = this.peek() === 'D';
    this.pos += 1;
    if (!destroys && this.accept('I')) {
      this.pos += 1;
      this.type();
    } else this.pos += 1;
    return new Structor(outer, destroys);
  }

  private lambda(): Node {
    const params: Node[] = [];
    while (!this.accept('E')) params.push(this.type());
    const [only] = params;
    const shown = params.length === 1 && only instanceof Word && only.text === 'void' ? [] : params;
    return new Unnamed(['{lambda(', new List(shown), `)#${this.sequence() + 1}}`]);
  }

  identifier(): string {
    const length = this.number();
    const text = this.text.slice(this.pos, this.pos + length);
    if (text.length !== length || length === 0) throw new Malformed();
    this.pos += length;
    return text;
  }

  sourceName(): Node {
    const text = this.identifier();
    return new Word(/^_GLOBAL_[._$]N/.test(text) ? '(anonymous namespace)' : text);
  }

  private operator(state: NameState): Node {
    const code = this.two();
    this.pos += 2;
    if (code === 'cv') {
      state.noResult = true;
      return new Wrapped('operator ', this.conversionType());
    }
    if (code === 'li') return new Wrapped('operator"" ', this.sourceName());
    if (code[0] === 'v' && /\d/.test(code[1] ?? '')) return new Wrapped('operator ', this.sourceName());
    const operator = OPERATORS[code];
    if (operator === undefined) throw new Malformed();
    const [text] = operator;
    return new Word(`operator${/^[a-z]/.test(text) ? ' ' : ''}${text.trimEnd()}`);
  }

  /** The type of a conversion operator may use the arguments that follow its name. */
  private conversionType(): Node {
    const outer = this.args;
    this.args = { list: null };
    this.pendingConversion = this.args;
    this.inConversion = true;
    const type = this.type();
    this.inConversion = false;
    if (this.peek() !== 'I') this.args.list = outer.list;
    this.args = outer;
    return type;
  }

  private inConversion = false;

  /** What parameters in the type of a conversion operator refer to, until its arguments are read. */
  private pendingConversion: { list: readonly Node[] | null } | null = null;

  // ---- templates and substitutions ------------------------------------------------------------------------------------

  /** `I…E` behind `name`; `names`: the arguments are what `T_` means from here on. */
  template(name: Node, names: boolean): Node {
    const pending = this.pendingConversion;
    this.pendingConversion = null;
    const args = this.templateArguments();
    if (names) {
      if (pending !== null && pending.list === null) pending.list = args;
      this.args = { list: args };
    }
    return new Template(name, args);
  }

  templateArguments(): Node[] {
    return this.nested(() => {
      this.expect('I');
      const outer = this.args;
      const args: Node[] = [];
      while (!this.accept('E')) args.push(this.templateArgument());
      this.args = outer;
      return args;
    });
  }

  templateArgument(): Node {
    switch (this.peek()) {
      case 'X': {
        this.pos += 1;
        const node = expression(this);
        this.expect('E');
        return node;
      }
      case 'L':
        return literal(this);
      case 'J': {
        this.pos += 1;
        const nodes: Node[] = [];
        while (!this.accept('E')) nodes.push(this.templateArgument());
        return new Pack(nodes);
      }
      default:
        return this.type();
    }
  }

  templateParameter(): Node {
    this.expect('T');
    return new Parameter(this.args, this.sequence());
  }

  private base36(): number {
    if (this.accept('_')) return 0;
    const digits = /^[0-9A-Z]+/.exec(this.text.slice(this.pos, this.pos + 8))?.[0];
    if (digits === undefined) throw new Malformed();
    this.pos += digits.length;
    this.expect('_');
    return parseInt(digits, 36) + 1;
  }

  private substitution(forStructor: boolean): Node {
    this.expect('S');
    const standard = STANDARD[this.peek()];
    if (standard !== undefined) {
      this.pos += 1;
      const [short, long, base] = standard;
      let node: Node = new Word(forStructor ? long : short, new Word(base));
      if (this.peek() === 'B') {
        while (this.accept('B')) node = new Wrapped('', node, `[abi:${this.identifier()}]`);
        this.remember(node);
      }
      return node;
    }
    const node = this.substitutions[this.base36()];
    if (node === undefined) throw new Malformed();
    return node;
  }

  // ---- types ------------------------------------------------------------------------------------------------------

  /** <CV-qualifiers> as they are written behind the type. */
  private qualifiers(): string {
    let text = '';
    if (this.accept('r')) text = ' restrict';
    if (this.accept('V')) text = ` volatile${text}`;
    if (this.accept('K')) text = ` const${text}`;
    return text;
  }

  type(): Node {
    return this.nested(() => this.typeInside());
  }

  private typeInside(): Node {
    const c = this.peek();
    switch (c) {
      case 'r':
      case 'V':
      case 'K': {
        const qualifiers = this.qualifiers();
        if (this.isFunctionType()) {
          const type = this.functionType();
          return this.remember(new FunctionType(type.result, type.params, qualifiers + type.suffix));
        }
        let node = this.type();
        for (const one of qualifiers.trimStart().split(' ')) node = new Qualified(node, ` ${one}`);
        return this.remember(node);
      }
      case 'P':
      case 'R':
      case 'O':
        this.pos += 1;
        return this.remember(new Pointer(this.type(), { P: '*', R: '&', O: '&&' }[c]));
      case 'C':
      case 'G':
        this.pos += 1;
        return this.remember(new Wrapped('', this.type(), c === 'C' ? ' _Complex' : ' _Imaginary'));
      case 'A':
        return this.remember(this.arrayType());
      case 'M': {
        this.pos += 1;
        const type = this.type();
        return this.remember(new MemberPointer(type, this.type()));
      }
      case 'F':
        return this.remember(this.functionType());
      case 'T': {
        if (/[sue]/.test(this.peek(1))) this.pos += 2;
        else {
          const parameter = this.remember(this.templateParameter());
          return this.peek() === 'I' && this.isOfParameter() ? this.remember(this.template(parameter, false)) : parameter;
        }
        return this.remember(this.name());
      }
      case 'U': {
        this.pos += 1;
        const qualifier = this.identifier();
        const args = this.peek() === 'I' ? this.templateArguments() : null;
        const inner = this.type();
        const word = new Word(` ${qualifier}`);
        return this.remember(new Sequence([inner, args === null ? word : new Template(word, args)]));
      }
      case 'u':
        this.pos += 1;
        return this.remember(this.sourceName());
      case 'D':
        return this.extendedType();
      case 'S':
        if (this.peek(1) !== 't') {
          const node = this.substitution(false);
          return this.peek() === 'I' ? this.remember(this.template(node, false)) : node;
        }
    }
    const builtin = BUILTIN[c];
    if (builtin !== undefined) {
      this.pos += 1;
      return new Word(builtin);
    }
    // Arguments inside a type do not change what parameters mean outside.
    const outer = this.args;
    const node = this.name();
    this.args = outer;
    return this.remember(node);
  }

  /** In the type of a conversion operator, the arguments behind a parameter may be the operator's own: then they stand last. */
  private isOfParameter(): boolean {
    if (!this.inConversion) return true;
    const { pos, depth, pendingConversion } = this;
    const { length } = this.substitutions;
    this.templateArguments();
    const more = this.peek() === 'I';
    this.pos = pos;
    this.depth = depth;
    this.pendingConversion = pendingConversion;
    this.substitutions.length = length;
    return more;
  }

  private isFunctionType(): boolean {
    return this.peek() === 'F' || /^D[xoOw]/.test(this.two());
  }

  private functionType(): FunctionType {
    let suffix = '';
    if (this.accept('Dx')) suffix = ' transaction_safe';
    if (this.accept('Do')) suffix += ' noexcept';
    else if (this.accept('DO')) {
      expression(this);
      this.expect('E');
      suffix += ' noexcept';
    } else if (this.accept('Dw')) {
      while (!this.accept('E')) this.type();
      suffix += ' throw';
    }
    this.expect('F');
    this.accept('Y');
    const result = this.type();
    const params = this.parameters();
    if (this.accept('R')) suffix = ` &${suffix}`;
    else if (this.accept('O')) suffix = ` &&${suffix}`;
    this.expect('E');
    return new FunctionType(result, params, suffix);
  }

  private arrayType(): Node {
    this.expect('A');
    let size: Node | null = null;
    if (/\d/.test(this.peek())) size = new Word(String(this.number()));
    else if (this.peek() !== '_') size = expression(this);
    this.expect('_');
    return new ArrayType(this.type(), size);
  }

  private extendedType(): Node {
    const letter = this.peek(1);
    if (letter === 't' || letter === 'T') return this.remember(this.decltype());
    if (/[xoOw]/.test(letter)) return this.remember(this.functionType());
    this.pos += 2;
    if (letter === 'p') return this.remember(new Expansion(this.type()));
    if (letter === 'v') {
      const size = this.accept('_') ? expression(this) : new Word(String(this.number()));
      this.expect('_');
      const element = this.type();
      return this.remember(new Sequence([element, ' __vector(', size, ')']));
    }
    if (letter === 'F') {
      if (this.accept('16b')) return new Word('std::bfloat16_t');
      const bits = this.number();
      const x = this.accept('x');
      if (!x) this.expect('_');
      return new Word(`_Float${bits}${x ? 'x' : ''}`);
    }
    const builtin = EXTENDED[letter];
    if (builtin === undefined) throw new Malformed();
    return new Word(builtin);
  }

  decltype(): Node {
    this.pos += 2;
    const node = expression(this);
    this.expect('E');
    return new Wrapped('decltype (', node, ')');
  }
}
