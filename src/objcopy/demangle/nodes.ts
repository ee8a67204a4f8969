/**
 * What a mangled C++ name says, as a tree, and how each part is written. A type is written around the name that it declares
 * (`int (*f)(char)`), hence in two halves: `left` of it and `right` of it.
 * Spelling as `nm -C` and `c++filt` have it (cp-demangle's style: `int const*`, `A<B<int> >`).
 */

/** What template parameters stand for in a function that is being written, and in what it is written in. */
interface Arguments {
  readonly list: readonly Node[];
  readonly outer: Arguments | null;
}

/** What writing needs to know. */
export interface Scope {
  /** Index into the packs of the expansion at hand; undefined outside of expansions. */
  pack?: number;
  depth: number;
  /** Nodes written so far. */
  work: number;
  args: Arguments | null;
  /** The parameters of a lambda are being written: template parameters are its `auto`s. */
  lambda: boolean;
}

/** Names nested or expanded beyond this are taken for attacks: their symbols are shown as they stand. */
const DEPTH_LIMIT = 1000;
const LENGTH_LIMIT = 200_000;
const WORK_LIMIT = 1_000_000;

export class TooComplex extends Error {}

export abstract class Node {
  /** What stands before the declared name. */
  abstract left(scope: Scope): string;
  /** What stands behind it. */
  right(_scope: Scope): string {
    return '';
  }
  /** The node that stands for this one: template parameters give their argument. */
  resolved(_scope: Scope): Node {
    return this;
  }
  /** The packs that this node expands over, for `Dp` and `sp`. */
  packs(_found: Pack[], _scope: Scope): void {}
  /** The last component of the name, without template arguments: what constructors are called. */
  base(): Node {
    return this;
  }
}

function enter(scope: Scope): void {
  scope.depth += 1;
  scope.work += 1;
  if (scope.depth > DEPTH_LIMIT || scope.work > WORK_LIMIT) throw new TooComplex();
}

/** A node written out. */
export function write(node: Node, scope: Scope): string {
  enter(scope);
  const text = node.left(scope) + node.right(scope);
  if (text.length > LENGTH_LIMIT) throw new TooComplex();
  scope.depth -= 1;
  return text;
}

/**
 * Several nodes with commas between. Of what writes nothing, empty packs, c++filt leaves out the comma at the end of a list, but
 * not the one at the start or in the middle.
 */
export function list(nodes: readonly Node[], scope: Scope): string {
  let text = '';
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i];
    if (node !== undefined) text = write(node, scope) + (text === '' ? '' : `, ${text}`);
  }
  return text;
}

/** Whether a list ends with something that writes nothing: c++filt then takes the comma for what stands last. */
function endsEmpty(nodes: readonly Node[], scope: Scope): boolean {
  const last = nodes.at(-1);
  if (last === undefined) return false;
  if (last instanceof Pack && last.nodes.length > 0) return endsEmpty(last.nodes, scope);
  return nodes.length > 1 && write(last, scope) === '';
}

/** A word: an identifier, a builtin type, an operator's name. */
export class Word extends Node {
  constructor(
    readonly text: string,
    /** What a constructor of the class is called, where that is not the word itself (`Ss`). */
    readonly short?: Node,
  ) {
    super();
  }
  left(): string {
    return this.text;
  }
  override base(): Node {
    return this.short ?? this;
  }
}

/** A node between two texts: `vtable for X`, `X[abi:cxx11]`. */
export class Wrapped extends Node {
  constructor(
    readonly before: string,
    readonly inner: Node,
    readonly after = '',
  ) {
    super();
  }
  left(scope: Scope): string {
    return this.before + write(this.inner, scope) + this.after;
  }
  override packs(found: Pack[], scope: Scope): void {
    this.inner.packs(found, scope);
  }
  override base(): Node {
    return this.before === '' ? this.inner.base() : this;
  }
}

/** Parts one behind the other. */
export class Sequence extends Node {
  constructor(readonly parts: readonly (string | Node)[]) {
    super();
  }
  left(scope: Scope): string {
    return this.parts.map((part) => (typeof part === 'string' ? part : write(part, scope))).join('');
  }
  override packs(found: Pack[], scope: Scope): void {
    for (const part of this.parts) if (typeof part !== 'string') part.packs(found, scope);
  }
}

/** `A, B, C` of nodes. */
export class List extends Node {
  constructor(readonly nodes: readonly Node[]) {
    super();
  }
  left(scope: Scope): string {
    return list(this.nodes, scope);
  }
  override packs(found: Pack[], scope: Scope): void {
    for (const node of this.nodes) node.packs(found, scope);
  }
}

/** `scope::name`. */
export class Nested extends Node {
  constructor(
    readonly outer: Node,
    readonly name: Node,
  ) {
    super();
  }
  left(scope: Scope): string {
    return `${write(this.outer, scope)}::${write(this.name, scope)}`;
  }
  override packs(found: Pack[], scope: Scope): void {
    this.outer.packs(found, scope);
    this.name.packs(found, scope);
  }
  override base(): Node {
    return this.name instanceof Unnamed ? this.outer.base() : this.name.base();
  }
}

/** A lambda or a type without a name. */
export class Unnamed extends Sequence {
  override left(scope: Scope): string {
    const { lambda } = scope;
    scope.lambda = true;
    const text = super.left(scope);
    scope.lambda = lambda;
    return text;
  }
}

/** A constructor or destructor: named as its class. */
export class Structor extends Node {
  constructor(
    readonly type: Node,
    readonly destroys: boolean,
  ) {
    super();
  }
  left(scope: Scope): string {
    return (this.destroys ? '~' : '') + write(this.type.base(), scope);
  }
}

/** `name<arguments>`. */
export class Template extends Node {
  constructor(
    readonly name: Node,
    readonly args: readonly Node[],
  ) {
    super();
  }
  left(scope: Scope): string {
    const name = write(this.name, scope);
    const args = list(this.args, scope);
    return `${name}${name.endsWith('<') ? ' ' : ''}<${args}${args.endsWith('>') && !endsEmpty(this.args, scope) ? ' ' : ''}>`;
  }
  override packs(found: Pack[], scope: Scope): void {
    this.name.packs(found, scope);
    for (const arg of this.args) arg.packs(found, scope);
  }
  override base(): Node {
    return this.name.base();
  }
}

/** A template argument that is a pack: outside of an expansion all of it, inside the one element. */
export class Pack extends Node {
  constructor(readonly nodes: readonly Node[]) {
    super();
  }
  left(scope: Scope): string {
    return list(this.nodes, scope);
  }
}

/**
 * A use of a template parameter (`T_`), looked up when it is written: where a substitution repeats it in another function, it is
 * that function's parameter; in the type of a conversion operator it is known only after the type.
 */
export class Parameter extends Node {
  constructor(
    readonly args: { readonly list: readonly Node[] | null },
    readonly index: number,
  ) {
    super();
  }
  private argument(scope: Scope): Node | null {
    const list = scope.args?.list ?? this.args.list;
    return list?.[this.index] ?? null;
  }
  override resolved(scope: Scope): Node {
    if (scope.lambda) return new Word(`auto:${this.index + 1}`);
    const argument = this.argument(scope);
    if (argument === null) throw new TooComplex();
    if (argument instanceof Pack && scope.pack !== undefined) return argument.nodes[scope.pack] ?? new Word('');
    return argument;
  }
  /** Writes the argument, whose own parameters are those of the function around. */
  private half(scope: Scope, side: 'left' | 'right'): string {
    const { args, lambda } = scope;
    const node = this.resolved(scope);
    if (args !== null) scope.args = args.outer;
    scope.lambda = false;
    const text = guarded(scope, () => node[side](scope));
    scope.args = args;
    scope.lambda = lambda;
    return text;
  }
  left(scope: Scope): string {
    return this.half(scope, 'left');
  }
  override right(scope: Scope): string {
    return this.half(scope, 'right');
  }
  override packs(found: Pack[], scope: Scope): void {
    const argument = this.argument(scope);
    if (argument instanceof Pack) found.push(argument);
  }
}

function guarded(scope: Scope, make: () => string): string {
  enter(scope);
  const text = make();
  scope.depth -= 1;
  return text;
}

/** `pattern...`: once for every element of the packs in it. */
export class Expansion extends Node {
  constructor(readonly pattern: Node) {
    super();
  }
  left(scope: Scope): string {
    const found: Pack[] = [];
    this.pattern.packs(found, scope);
    const [first] = found;
    if (first === undefined) return `${write(this.pattern, scope)}...`;
    const outer = scope.pack;
    const parts: string[] = [];
    for (let i = 0; i < first.nodes.length; i++) {
      scope.pack = i;
      parts.push(write(this.pattern, scope));
    }
    scope.pack = outer;
    return parts.filter((part) => part !== '').join(', ');
  }
}

/** `type const`, `type volatile`, `type complex`: `qualifiers` with the blank before it. */
export class Qualified extends Node {
  constructor(
    readonly inner: Node,
    readonly qualifiers: string,
  ) {
    super();
  }
  left(scope: Scope): string {
    const inner = this.inner.resolved(scope);
    // `const` applied to a const argument is said once; that of an array belongs to its elements.
    if (inner instanceof Qualified && inner.qualifiers === this.qualifiers) return inner.left(scope);
    return inner.left(scope) + this.qualifiers;
  }
  override right(scope: Scope): string {
    return this.inner.right(scope);
  }
  override packs(found: Pack[], scope: Scope): void {
    this.inner.packs(found, scope);
  }
}

/** An array, with or without qualifiers. */
function isArray(node: Node, scope: Scope): boolean {
  let inner = node;
  while (inner instanceof Qualified) inner = inner.inner.resolved(scope);
  return inner instanceof ArrayType;
}

/** A pointer or reference: `mark` is `*`, `&` or `&&`. */
export class Pointer extends Node {
  constructor(
    readonly inner: Node,
    readonly mark: string,
  ) {
    super();
  }
  /** What is pointed to, and the mark: references to references collapse. */
  private target(scope: Scope): { inner: Node; mark: string } {
    let inner = this.inner.resolved(scope);
    let { mark } = this;
    while (mark !== '*' && inner instanceof Pointer && inner.mark !== '*') {
      if (inner.mark === '&') mark = '&';
      inner = inner.inner.resolved(scope);
    }
    return { inner, mark };
  }
  left(scope: Scope): string {
    const { inner, mark } = this.target(scope);
    const text = guarded(scope, () => inner.left(scope));
    if (inner instanceof FunctionType) return `${text}(${mark}`;
    return isArray(inner, scope) ? `${text} (${mark}` : text + mark;
  }
  override right(scope: Scope): string {
    const { inner } = this.target(scope);
    const text = guarded(scope, () => inner.right(scope));
    return inner instanceof FunctionType || isArray(inner, scope) ? `)${text}` : text;
  }
  override packs(found: Pack[], scope: Scope): void {
    this.inner.packs(found, scope);
  }
}

/** `type (class::*)(…)`, `type class::*`. */
export class MemberPointer extends Node {
  constructor(
    readonly type: Node,
    readonly inner: Node,
  ) {
    super();
  }
  left(scope: Scope): string {
    const inner = this.inner.resolved(scope);
    const mark = `${write(this.type, scope)}::*`;
    const text = inner.left(scope);
    if (inner instanceof FunctionType) return `${text}(${mark}`;
    return isArray(inner, scope) ? `${text} (${mark}` : `${text} ${mark}`;
  }
  override right(scope: Scope): string {
    const inner = this.inner.resolved(scope);
    const text = inner.right(scope);
    return inner instanceof FunctionType || isArray(inner, scope) ? `)${text}` : text;
  }
  override packs(found: Pack[], scope: Scope): void {
    this.type.packs(found, scope);
    this.inner.packs(found, scope);
  }
}

/** `type [n]`. */
export class ArrayType extends Node {
  constructor(
    readonly element: Node,
    readonly size: Node | null,
  ) {
    super();
  }
  left(scope: Scope): string {
    return this.element.left(scope);
  }
  override right(scope: Scope): string {
    const size = this.size === null ? '' : write(this.size, scope);
    const element = this.element.right(scope);
    return ` [${size}]${element.trimStart()}`;
  }
  override packs(found: Pack[], scope: Scope): void {
    this.element.packs(found, scope);
    this.size?.packs(found, scope);
  }
}

/** Result, parameters, and what follows them (` const`, ` &`, ` noexcept`). */
export class FunctionType extends Node {
  constructor(
    readonly result: Node | null,
    readonly params: readonly Node[],
    readonly suffix: string,
  ) {
    super();
  }
  left(scope: Scope): string {
    if (this.result === null) return '';
    // Where the result goes on behind the parameters, its left half ends in `(*`.
    return this.result.left(scope) + (this.result.right(scope) === '' ? ' ' : '');
  }
  override right(scope: Scope): string {
    const outer = scope.pack;
    const params = list(this.params, scope);
    scope.pack = outer;
    return `(${params})${this.suffix}${this.result?.right(scope) ?? ''}`;
  }
  override packs(found: Pack[], scope: Scope): void {
    this.result?.packs(found, scope);
    for (const param of this.params) param.packs(found, scope);
  }
}

/** A function with its name: the whole of a symbol, or the scope of what is local to it. */
export class FunctionName extends Node {
  constructor(
    readonly name: Node,
    readonly type: FunctionType,
    /** The arguments of its template; null when it is none. */
    readonly args: readonly Node[] | null,
  ) {
    super();
  }
  left(scope: Scope): string {
    const outer = scope.args;
    if (this.args !== null) scope.args = { list: this.args, outer };
    const text = this.type.left(scope) + write(this.name, scope) + this.type.right(scope);
    scope.args = outer;
    return text;
  }
}
