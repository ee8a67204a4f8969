/** Linker scripts: text → `Script` (ld manual, node Scripts). */
import { SHF } from '../elf/constants.js';
import type {
  Assignment, InputSpec, OutputSpec, Script, ScriptExpr, ScriptFill, ScriptPlace, SectionPattern, SectionStatement, SortKind,
} from './ast.js'; // prettier-ignore
import { ScriptScanner, scriptNumber } from './script-scanner.js';

/** Binary operators, tightest first; the unary ones bind tighter still. */
const LEVELS = [['*', '/', '%'], ['+', '-'], ['<<', '>>'], ['<=', '>=', '<', '>'], ['==', '!='], ['&'], ['|'], ['&&'], ['||']];
const PRECEDENCE = new Map(LEVELS.flatMap((operators, i) => operators.map((o) => [o, LEVELS.length - i] as const)));

/** Functions whose arguments are names: of sections, symbols, regions. */
const NAME_FUNCTIONS = new Set([
  'ADDR',
  'LOADADDR',
  'SIZEOF',
  'ALIGNOF',
  'DEFINED',
  'ORIGIN',
  'LENGTH',
  'CONSTANT',
  'org',
  'o',
  'len',
  'l',
]);
const FUNCTIONS = new Set([
  'ABSOLUTE', 'ALIGN', 'BLOCK', 'NEXT', 'MAX', 'MIN', 'LOG2CEIL', 'DATA_SEGMENT_ALIGN', 'DATA_SEGMENT_END', 'DATA_SEGMENT_RELRO_END', 'ASSERT',
]); // prettier-ignore
const ASSIGN = new Set(['=', '+=', '-=', '*=', '/=', '&=', '|=', '^=', '<<=', '>>=']);
const DATA: Record<string, 1 | 2 | 4 | 8> = { BYTE: 1, SHORT: 2, LONG: 4, QUAD: 8, SQUAD: 8 };
const SORTS: Record<string, SortKind> = {
  SORT: 'name', SORT_BY_NAME: 'name', SORT_BY_ALIGNMENT: 'alignment', SORT_BY_INIT_PRIORITY: 'init-priority', SORT_NONE: 'none', REVERSE: 'reverse',
}; // prettier-ignore
const MOST_INCLUDES = 10;
const DEEPEST = 200;

export function emptyScript(): Script {
  return {
    statements: [], sections: false, memory: [], aliases: new Map(), phdrs: [], inputs: [], searchDirs: [], undefined: [], noCrossReferences: [],
  }; // prettier-ignore
}

/** Reads a script into `script`. `include` gives the text of an INCLUDEd file. */
export function parseScript(text: string, file: string, script: Script, include: (name: string) => string): Script {
  new ScriptParser(new ScriptScanner(text, file), script, include, 0).all();
  return script;
}

/** A single expression, for --defsym and -Ttext. */
export function parseExpression(text: string, where: string): ScriptExpr {
  const parser = new ScriptParser(new ScriptScanner(text, where), emptyScript(), () => '', 0);
  const value = parser.expression();
  if (parser.s.peek().kind !== 'end') parser.s.fail(`syntax error near \`${parser.s.peek().text}'`);
  return value;
}

class ScriptParser {
  private group = 0;
  private depth = 0;

  constructor(
    readonly s: ScriptScanner,
    private readonly script: Script,
    private readonly include: (name: string) => string,
    private readonly includes: number,
  ) {}

  all(): void {
    while (this.s.peek().kind !== 'end') this.command();
  }

  private place(): ScriptPlace {
    return { file: this.s.file, line: this.s.line };
  }

  private nested(name: string): ScriptParser {
    if (this.includes >= MOST_INCLUDES) this.s.fail('includes nested too deeply');
    return new ScriptParser(new ScriptScanner(this.include(name), name), this.script, this.include, this.includes + 1);
  }

  private command(): void {
    const { s, script } = this;
    if (s.take(';')) return;
    const word = s.peek();
    if (word.kind === 'string') return void script.statements.push(this.assignment());
    switch (word.text) {
      case 'SECTIONS':
        s.next();
        script.sections = true;
        s.expect('{');
        return this.sections();
      case 'MEMORY':
        s.next();
        s.expect('{');
        return this.memory();
      case 'PHDRS':
        s.next();
        s.expect('{');
        return this.phdrs();
      case 'ENTRY':
        script.entry = this.nameArgument();
        return;
      case 'OUTPUT':
        s.next();
        script.output = this.patterns()[0];
        return;
      case 'OUTPUT_FORMAT':
        s.next();
        script.outputFormat = this.patterns()[0];
        return;
      case 'OUTPUT_ARCH':
        s.next();
        script.outputArch = this.patterns()[0];
        return;
      case 'TARGET':
      case 'FORCE_COMMON_ALLOCATION':
      case 'FORCE_GROUP_ALLOCATION':
      case 'INHIBIT_COMMON_ALLOCATION':
      case 'NOCROSSREFS':
      case 'NOCROSSREFS_TO': {
        s.next();
        script.noCrossReferences.push({ sections: this.patterns(), onlyToFirst: word.text === 'NOCROSSREFS_TO' });
        return;
      }
      case 'LD_FEATURE':
        s.next();
        if (s.peek().text === '(') this.patterns();
        return;
      case 'SEARCH_DIR':
        s.next();
        script.searchDirs.push(...this.patterns());
        return;
      case 'STARTUP':
      case 'INPUT':
      case 'GROUP':
        s.next();
        if (word.text === 'GROUP') this.group++;
        for (const name of this.patterns()) {
          const kind = word.text === 'STARTUP' ? 'startup' : 'input';
          script.inputs.push({ name, group: word.text === 'GROUP' ? this.group : 0, kind });
        }
        return;
      case 'EXTERN':
        s.next();
        script.undefined.push(...this.patterns());
        return;
      case 'REGION_ALIAS': {
        s.next();
        const [alias, region] = this.patterns();
        script.aliases.set(alias, region);
        return;
      }
      case 'INCLUDE':
        s.next();
        return this.nested(s.pattern()).all();
      case 'ASSERT':
        script.statements.push(this.assert());
        return;
      case 'VERSION':
      case 'INSERT':
        return s.fail(`${word.text} is not supported`);
      default:
        script.statements.push(this.assignment());
    }
  }

  private nameArgument(): string {
    this.s.next();
    this.s.expect('(');
    const name = this.s.pattern() || this.s.name();
    this.s.expect(')');
    return name;
  }

  /** `( a, b c )`: file names, separated by blanks or commas; AS_NEEDED( … ) is transparent. */
  private patterns(): string[] {
    const { s } = this;
    const out: string[] = [];
    s.expect('(');
    while (!s.take(')')) {
      if (s.take(',')) continue;
      const text = s.pattern();
      if (text === '') s.fail(`syntax error near \`${s.peek().text}'`);
      if (text === 'AS_NEEDED') out.push(...this.patterns());
      else out.push(text);
    }
    return out;
  }

  private sections(): void {
    const { s } = this;
    while (!s.take('}')) {
      if (s.peek().kind === 'end') s.fail("syntax error: `}' is missing at the end of SECTIONS");
      if (s.take(';')) continue;
      const word = s.peek();
      if (word.text === 'ENTRY' && word.kind === 'name') this.script.entry = this.nameArgument();
      else if (word.text === 'ASSERT') this.script.statements.push(this.assert());
      else if (word.text === 'INCLUDE') {
        s.next();
        const inner = this.nested(s.pattern());
        while (inner.s.peek().kind !== 'end') inner.sectionsEntry();
      } else this.sectionsEntry();
    }
  }

  private sectionsEntry(): void {
    const { s, script } = this;
    if (s.take(';')) return;
    if (s.peek().text === 'OVERLAY') return this.overlay();
    script.statements.push(this.isAssignment() ? this.assignment() : this.output());
  }

  /** Sections that share an address and follow one another in the file (ld manual, node Overlay Description). */
  private overlay(): void {
    const { s, script } = this;
    const at = this.place();
    s.next();
    let start: ScriptExpr | undefined;
    if (!s.take(':')) {
      start = this.expression();
      s.expect(':');
    }
    const apart = s.take('NOCROSSREFS');
    let load: ScriptExpr | undefined;
    if (s.take('AT')) {
      s.expect('(');
      load = this.expression();
      s.expect(')');
    }
    s.expect('{');
    const made: OutputSpec[] = [];
    let largest: ScriptExpr | undefined;
    while (!s.take('}')) {
      const place = this.place();
      const name = s.pattern();
      if (name === '') s.fail(`syntax error near \`${s.peek().text}'`);
      s.expect('{');
      const body: SectionStatement[] = [];
      this.body(body);
      const own = this.outputTail();
      const first = made.length === 0;
      const size: ScriptExpr = { kind: 'call', name: 'SIZEOF', names: [name], args: [] };
      largest = largest ? { kind: 'call', name: 'MAX', names: [], args: [largest, size] } : size;
      start ??= first ? undefined : { kind: 'call', name: 'ADDR', names: [made[0].name], args: [] };
      made.push({
        kind: 'output', name, address: first && !start ? undefined : start, loadAddress: first ? load : undefined, alignWithInput: false, body,
        phdrs: own.phdrs, fill: own.fill, overlay: first ? 'first' : 'later', at: place,
      }); // prettier-ignore
    }
    const { region, loadRegion, phdrs, fill } = this.outputTail();
    if (made.length === 0 || !largest) return;
    const base: ScriptExpr = { kind: 'call', name: 'ADDR', names: [made[0].name], args: [] };
    const end: ScriptExpr = { kind: 'binary', operator: '+', left: base, right: largest };
    for (const section of made) {
      script.statements.push({
        ...section,
        end: section === made.at(-1) ? end : undefined,
        region,
        loadRegion: section.overlay === 'first' ? loadRegion : undefined,
        phdrs: section.phdrs.length > 0 ? section.phdrs : phdrs,
        fill: section.fill ?? fill,
      });
    }
    const name = (text: string): string => text.replace(/[^A-Za-z0-9_]/g, '');
    const provide = (symbol: string, value: ScriptExpr): Assignment => ({
      kind: 'assign',
      name: symbol,
      value,
      provide: true,
      hidden: false,
      at,
    });
    for (const { name: section } of made) {
      const loaded: ScriptExpr = { kind: 'call', name: 'LOADADDR', names: [section], args: [] };
      const size: ScriptExpr = { kind: 'call', name: 'SIZEOF', names: [section], args: [] };
      script.statements.push(provide(`__load_start_${name(section)}`, loaded));
      script.statements.push(provide(`__load_stop_${name(section)}`, { kind: 'binary', operator: '+', left: loaded, right: size }));
    }
    if (apart) script.noCrossReferences.push({ sections: made.map((m) => m.name), onlyToFirst: false });
  }

  private isAssignment(): boolean {
    const { s } = this;
    const at = s.position;
    const first = s.peek();
    let result = false;
    if (first.kind === 'name' || first.kind === 'string') {
      if (/^(PROVIDE|PROVIDE_HIDDEN|HIDDEN)$/.test(first.text)) result = true;
      else {
        s.next();
        const then = s.peek();
        result = then.kind === 'operator' && ASSIGN.has(then.text);
      }
    }
    s.position = at;
    return result;
  }

  private assignment(): Assignment {
    const { s } = this;
    const at = this.place();
    const word = s.next();
    if (word.kind === 'name' && /^(PROVIDE|PROVIDE_HIDDEN|HIDDEN)$/.test(word.text)) {
      s.expect('(');
      const inner = this.assignmentTail(s.name(), at);
      s.expect(')');
      s.take(';');
      return { ...inner, provide: word.text !== 'HIDDEN', hidden: word.text !== 'PROVIDE' };
    }
    if (word.kind !== 'name' && word.kind !== 'string') s.fail(`syntax error near \`${word.text}'`);
    const result = this.assignmentTail(word.text, at);
    if (!s.take(';') && !s.take(',') && s.peek().text !== '}' && s.peek().kind !== 'end') s.fail(`syntax error near \`${s.peek().text}'`);
    return result;
  }

  private assignmentTail(name: string, at: ScriptPlace): Assignment {
    const operator = this.s.next().text;
    if (!ASSIGN.has(operator)) this.s.fail(`syntax error near \`${operator || name}'`);
    let value = this.expression();
    if (operator !== '=') {
      const left: ScriptExpr = name === '.' ? { kind: 'dot' } : { kind: 'name', name };
      value = { kind: 'binary', operator: operator.slice(0, -1), left, right: value };
    }
    return { kind: 'assign', name, value, provide: false, hidden: false, at };
  }

  private assert(): { kind: 'assert'; condition: ScriptExpr; message: string; at: ScriptPlace } {
    const { s } = this;
    const at = this.place();
    s.next();
    s.expect('(');
    const condition = this.expression();
    s.expect(',');
    const message = s.next().text;
    s.expect(')');
    s.take(';');
    return { kind: 'assert', condition, message, at };
  }

  private output(): OutputSpec {
    const { s } = this;
    const at = this.place();
    const name = s.pattern();
    if (name === '') s.fail(`syntax error near \`${s.peek().text}'`);
    let address: ScriptExpr | undefined;
    let type: string | undefined;
    let elfType: ScriptExpr | undefined;
    const typed = (): boolean => {
      const start = s.position;
      if (!s.take('(')) return false;
      const word = s.peek().text;
      if (/^(NOLOAD|READONLY|DSECT|COPY|INFO|OVERLAY|TYPE)$/.test(word) || word === ')') {
        if (word !== ')') {
          s.next();
          if (word !== 'TYPE') type = word;
          if (word === 'READONLY' && s.take('(')) {
            s.expect('TYPE');
            s.expect('=');
            elfType = this.expression();
            s.expect(')');
          }
          if (word === 'TYPE') {
            s.expect('=');
            elfType = this.expression();
          }
        }
        s.expect(')');
        return true;
      }
      s.position = start;
      return false;
    };
    if (!typed() && !s.take(':')) {
      if (s.take('BIND')) {
        s.expect('(');
        address = this.expression();
        s.expect(')');
      } else address = this.expression();
      typed();
      s.expect(':');
    } else if (type !== undefined || elfType !== undefined) s.expect(':');
    else s.take(':');

    let loadAddress: ScriptExpr | undefined;
    let align: ScriptExpr | undefined;
    let subalign: ScriptExpr | undefined;
    let alignWithInput = false;
    let constraint: OutputSpec['constraint'];
    const argument = (): ScriptExpr => {
      s.expect('(');
      const value = this.expression();
      s.expect(')');
      return value;
    };
    for (;;) {
      if (s.take('AT')) loadAddress = argument();
      else if (s.take('ALIGN')) align = argument();
      else if (s.take('ALIGN_WITH_INPUT')) alignWithInput = true;
      else if (s.take('SUBALIGN')) subalign = argument();
      else if (s.take('ONLY_IF_RO')) constraint = 'ONLY_IF_RO';
      else if (s.take('ONLY_IF_RW')) constraint = 'ONLY_IF_RW';
      else if (s.take('SPECIAL')) continue;
      else break;
    }
    s.expect('{');
    const body: SectionStatement[] = [];
    this.body(body);
    const { region, loadRegion, phdrs, fill } = this.outputTail();
    s.take(',');
    return {
      kind: 'output',
      name,
      address,
      type,
      elfType,
      loadAddress,
      align,
      alignWithInput,
      subalign,
      constraint,
      body,
      region,
      loadRegion,
      phdrs,
      fill,
      at,
    };
  }

  /** What stands behind the braces: regions, program headers, fill. */
  private outputTail(): Pick<OutputSpec, 'region' | 'loadRegion' | 'phdrs' | 'fill'> {
    const { s } = this;
    let region: string | undefined;
    let loadRegion: string | undefined;
    let fill: ScriptFill | undefined;
    const phdrs: string[] = [];
    for (;;) {
      if (s.take('>')) region = s.name();
      else if (s.take('AT')) {
        s.expect('>');
        loadRegion = s.name();
      } else if (s.take(':')) phdrs.push(s.name());
      else if (s.take('=')) fill = this.fill();
      else break;
    }
    return { region, loadRegion, phdrs, fill };
  }

  /** `0x` and hex digits only: those very bytes; any other expression: its low four bytes, big-endian. */
  private fill(): ScriptFill {
    const { s } = this;
    const word = s.peek();
    if (word.kind === 'number' && /^0x[0-9a-f]+$/i.test(word.text)) {
      const start = s.position;
      s.next();
      const after = s.peek();
      if (after.kind !== 'operator' || !PRECEDENCE.has(after.text) || after.text === '>') {
        const digits = word.text.slice(2);
        const even = digits.length % 2 === 0 ? digits : `0${digits}`;
        return { bytes: Uint8Array.from(even.match(/../g)!, (pair) => parseInt(pair, 16)) };
      }
      s.position = start;
    }
    return { value: this.expression() };
  }

  private body(out: SectionStatement[]): void {
    const { s } = this;
    while (!s.take('}')) {
      if (s.peekInBody().kind === 'end') s.fail("syntax error: `}' is missing at the end of an output section");
      if (s.take(';') || s.take(',')) continue;
      this.bodyStatement(out);
    }
  }

  private bodyStatement(out: SectionStatement[]): void {
    const { s } = this;
    const at = this.place();
    const word = s.peekInBody();
    if (word.kind === 'name') {
      const size = DATA[word.text];
      if (size !== undefined) {
        s.next();
        s.expect('(');
        out.push({ kind: 'data', size, value: this.expression(), at });
        return s.expect(')');
      }
      switch (word.text) {
        case 'ASSERT':
          return void out.push(this.assert());
        case 'FILL': {
          s.next();
          s.expect('(');
          out.push({ kind: 'fill', fill: this.fill() });
          return s.expect(')');
        }
        case 'CONSTRUCTORS':
        case 'CREATE_OBJECT_SYMBOLS':
          s.next();
          return;
        case 'INCLUDE': {
          s.next();
          const inner = this.nested(s.pattern());
          while (inner.s.peek().kind !== 'end') if (!inner.s.take(';')) inner.bodyStatement(out);
          return;
        }
        case 'KEEP': {
          s.next();
          s.expect('(');
          out.push({ ...this.inputSpec(), keep: true });
          return s.expect(')');
        }
        case 'SORT':
        case 'SORT_BY_NAME': {
          // SORT(CONSTRUCTORS), or SORT(file)(sections)
          const start = s.position;
          s.next();
          s.expect('(');
          const inner = s.pattern();
          s.expect(')');
          if (inner === 'CONSTRUCTORS') return;
          s.position = start;
          return void out.push(this.inputSpec());
        }
      }
      if (this.isAssignment()) return void out.push(this.assignment());
    }
    out.push(this.inputSpec());
  }

  private excludeFiles(): string[] {
    this.s.expect('EXCLUDE_FILE');
    return this.patterns();
  }

  /** `INPUT_SECTION_FLAGS(SHF_MERGE & !SHF_STRINGS)` in front of a file pattern. */
  private sectionFlags(): InputSpec['flags'] {
    const { s } = this;
    if (!s.take('INPUT_SECTION_FLAGS')) return undefined;
    let [wanted, unwanted] = [0, 0];
    s.expect('(');
    do {
      const negated = s.take('!');
      const word = s.next().text;
      const bits = word.startsWith('SHF_') ? SHF[word.slice(4) as keyof typeof SHF] : Number(word);
      if (bits === undefined || Number.isNaN(bits)) s.fail(`unrecognized INPUT_SECTION_FLAG ${word}`);
      if (negated) unwanted |= bits;
      else wanted |= bits;
    } while (s.take('&'));
    s.expect(')');
    return { wanted, unwanted };
  }

  private inputSpec(): InputSpec {
    const { s } = this;
    const flags = s.peekPattern() === 'INPUT_SECTION_FLAGS' ? this.sectionFlags() : undefined;
    let sortFiles = false;
    let excludeFiles: readonly string[] = [];
    let file: string;
    if (/^SORT/.test(s.peekPattern()) && s.peekPattern() in SORTS) {
      s.pattern();
      s.expect('(');
      sortFiles = true;
      file = s.pattern();
      s.expect(')');
    } else {
      if (s.peekPattern() === 'EXCLUDE_FILE') excludeFiles = this.excludeFiles();
      file = s.pattern();
    }
    if (file === '') s.fail(`syntax error near \`${s.peek().text}'`);
    if (!/[*?[:]/.test(file)) this.script.inputs.push({ name: file, group: 0, kind: 'named' });
    const sections: SectionPattern[] = [];
    if (s.take('(')) {
      let exclude = excludeFiles;
      while (!s.take(')')) {
        if (s.take(',')) continue;
        if (s.peekPattern() === 'EXCLUDE_FILE') {
          exclude = this.excludeFiles();
          continue;
        }
        this.sectionPattern([], exclude, sections);
        exclude = excludeFiles;
      }
    }
    return { kind: 'input', file, excludeFiles, sortFiles, sections, keep: false, flags };
  }

  private sectionPattern(sort: readonly SortKind[], exclude: readonly string[], out: SectionPattern[]): void {
    const { s } = this;
    const text = s.pattern();
    if (text === '') s.fail(`syntax error near \`${s.peek().text || 'end of file'}'`);
    if (text === 'EXCLUDE_FILE') s.fail('EXCLUDE_FILE must stand before the section pattern');
    if (text in SORTS) {
      s.expect('(');
      let excluded = exclude;
      while (!s.take(')')) {
        if (s.take(',')) continue;
        if (s.peekPattern() === 'EXCLUDE_FILE') {
          excluded = this.excludeFiles();
          continue;
        }
        this.sectionPattern([...sort, SORTS[text]], excluded, out);
      }
      return;
    }
    out.push({ pattern: text, excludeFiles: exclude, sort });
  }

  private memory(): void {
    const { s } = this;
    while (!s.take('}')) {
      const at = this.place();
      const name = s.name();
      if (name === 'INCLUDE') {
        const inner = this.nested(s.pattern());
        while (inner.s.peek().kind !== 'end') inner.memoryRegion(inner.place(), inner.s.name());
        continue;
      }
      this.memoryRegion(at, name);
    }
  }

  private memoryRegion(at: ScriptPlace, name: string): void {
    const { s } = this;
    let attributes = '';
    if (s.take('(')) {
      while (!s.take(')')) {
        if (s.peek().kind === 'end') s.fail("syntax error near `end of file' in MEMORY");
        attributes += s.next().text;
      }
    }
    s.expect(':');
    const field = (names: RegExp): ScriptExpr => {
      const word = s.next().text;
      if (!names.test(word)) s.fail(`syntax error near \`${word}' in MEMORY`);
      s.expect('=');
      return this.expression();
    };
    const origin = field(/^(ORIGIN|org|o)$/);
    s.take(',');
    const length = field(/^(LENGTH|len|l)$/);
    s.take(',');
    s.take(';');
    this.script.memory.push({ name, attributes, origin, length, at });
  }

  private phdrs(): void {
    const { s } = this;
    while (!s.take('}')) {
      const name = s.name();
      const type = this.expression();
      let [filehdr, phdrs] = [false, false];
      let address: ScriptExpr | undefined;
      let flags: ScriptExpr | undefined;
      while (!s.take(';')) {
        if (s.take('FILEHDR')) filehdr = true;
        else if (s.take('PHDRS')) phdrs = true;
        else if (s.take('AT')) {
          s.expect('(');
          address = this.expression();
          s.expect(')');
        } else if (s.take('FLAGS')) {
          s.expect('(');
          flags = this.expression();
          s.expect(')');
        } else s.fail(`syntax error near \`${s.peek().text}' in PHDRS`);
      }
      this.script.phdrs.push({ name, type, filehdr, phdrs, address, flags });
    }
  }

  expression(): ScriptExpr {
    if (++this.depth > DEEPEST) this.s.fail('expression nested too deeply');
    const condition = this.binary(1);
    let result = condition;
    if (this.s.take('?')) {
      const yes = this.expression();
      this.s.expect(':');
      const no = this.expression();
      result = { kind: 'ternary', condition, yes, no };
    }
    this.depth--;
    return result;
  }

  private binary(least: number): ScriptExpr {
    const { s } = this;
    let left = this.unary();
    for (;;) {
      const word = s.peek();
      const precedence = word.kind === 'operator' ? PRECEDENCE.get(word.text) : undefined;
      if (precedence === undefined || precedence < least) return left;
      s.next();
      const right = this.binary(precedence + 1);
      left = { kind: 'binary', operator: word.text, left, right };
    }
  }

  private unary(): ScriptExpr {
    const { s } = this;
    const word = s.next();
    if (word.kind === 'number') return { kind: 'number', value: scriptNumber(word.text) };
    if (word.kind === 'string') return { kind: 'name', name: word.text };
    if (word.kind === 'operator') {
      if (word.text === '(') {
        const inner = this.expression();
        s.expect(')');
        return inner;
      }
      if (word.text === '-' || word.text === '~' || word.text === '!' || word.text === '+') {
        if (++this.depth > DEEPEST) s.fail('expression nested too deeply');
        const operand = this.unary();
        this.depth--;
        return { kind: 'unary', operator: word.text, operand };
      }
      return s.fail(`syntax error near \`${word.text}'`);
    }
    if (word.kind === 'end') return s.fail('syntax error: the expression ends too early');
    const { text } = word;
    if (text === '.') return { kind: 'dot' };
    if (text === 'SIZEOF_HEADERS' || text === 'sizeof_headers') return { kind: 'call', name: 'SIZEOF_HEADERS', names: [], args: [] };
    if (text === 'SEGMENT_START') {
      s.expect('(');
      const segment = s.next().text;
      s.expect(',');
      const fallback = this.expression();
      s.expect(')');
      return { kind: 'call', name: text, names: [segment], args: [fallback] };
    }
    if (NAME_FUNCTIONS.has(text) && s.peek().text === '(') {
      s.expect('(');
      const name = s.pattern();
      s.expect(')');
      return { kind: 'call', name: text, names: [name], args: [] };
    }
    if (FUNCTIONS.has(text) && s.peek().text === '(') {
      s.expect('(');
      const args = [this.expression()];
      let message = '';
      while (s.take(',')) {
        if (text === 'ASSERT') message = s.next().text;
        else args.push(this.expression());
      }
      s.expect(')');
      return { kind: 'call', name: text, names: text === 'ASSERT' ? [message] : [], args };
    }
    return { kind: 'name', name: text };
  }
}
