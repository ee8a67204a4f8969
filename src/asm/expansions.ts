/** The state of macros, repetitions and conditionals in one assembly, and the pushing of expansions on the input. */
import type { Arguments } from './arguments.js';
import type { Assembler } from './assembler.js';
import type { Counters, Macro } from './expand.js';
import { Source } from './source.js';

/** An open .if. */
export interface Conditional {
  readonly file: string;
  readonly line: number;
  elseFile: string;
  elseLine: number;
  sawElse: boolean;
  /** A group of it was taken, or it stands in a skipped group: nothing more is. */
  dead: boolean;
  ignoring: boolean;
  /** How deep in expansions it was opened. */
  readonly nest: number;
}

/** gas's max_macro_nest. */
const NEST_LIMIT = 100;
/** Text that repetitions may come to, all enclosing counts multiplied. */
const REPEAT_LIMIT = 1 << 28;
/** Expansions of macros in one assembly. */
const CALL_LIMIT = 10_000_000;
/** Characters that all expansions of macros may come to. */
const TEXT_LIMIT = 2 ** 30;
const ONE_TEXT_LIMIT = 2 ** 24;
/** Calls that one call may lead to. */
const INNER_CALL_LIMIT = 1_000_000;
/** Calls nested deeper than this are recursion, which should come to an end. */
const DEEP = 32;
const DEEP_CALL_LIMIT = 20_000;

export class Expansions {
  readonly macros = new Map<string, Macro>();
  readonly counters: Counters = { calls: 0, locals: 0 };
  readonly conditionals: Conditional[] = [];
  /** Expressions of numbers alone that .if has evaluated. */
  readonly constants = new Map<string, bigint>();
  /** .altmacro */
  alternate: boolean;
  /** Expansions being read. */
  nest = 0;
  /** Product of the counts of the repetitions being read, each as far as it still goes. */
  private repeating = 1;
  private expanded = 0;
  private deepCalls = 0;
  private innerCalls = 0;

  constructor(private readonly asm: Assembler) {
    this.alternate = asm.options.alternateMacro === true;
    asm.finishers.unshift(() => this.checkEnd());
  }

  /** A macro's text is read next; its first line is `line` + 1 of `file`. */
  pushMacro(text: string, macro: Macro, lines: readonly string[] | null = null): void {
    this.expanded += text.length;
    if (this.nest === 0) this.deepCalls = this.innerCalls = 0;
    else if (++this.innerCalls > INNER_CALL_LIMIT) {
      return this.stop(`more than ${INNER_CALL_LIMIT} macro calls inside one: do macros call one another without end?`);
    }
    if (this.nest > DEEP && ++this.deepCalls > DEEP_CALL_LIMIT) {
      return this.stop(`more than ${DEEP_CALL_LIMIT} macro calls deep inside one: does \`${macro.name}' ever end?`);
    }
    if (this.counters.calls > CALL_LIMIT || this.expanded > TEXT_LIMIT || text.length > ONE_TEXT_LIMIT) {
      return this.stop(`${this.counters.calls} macro calls so far: do macros call one another without end?`);
    }
    const source = new Source(macro.file, text, `in macro \`${macro.name}', invoked from here`, true);
    source.lineDelta = macro.line;
    source.macro = true;
    source.lines = lines;
    source.onEnd = this.left;
    this.enter(source);
  }

  /** The same text `count` times, or what `next` gives each time until null. */
  pushRepeat(first: string | null, count: number, next: ((i: number) => string | null) | null, label: string): void {
    if (first === null || count === 0) return;
    const { asm } = this;
    if (count * this.repeating * Math.max(first.length, 4) > REPEAT_LIMIT) {
      return this.stop(
        `repetition is too long: ${count} times ${first.length} characters${this.repeating > 1 ? `, ${this.repeating} times over` : ''}`,
      );
    }
    const file = asm.source.logicalFile;
    const { line } = asm;
    const source = new Source(file, first, label, next !== null);
    source.lineDelta = line;
    const outer = this.repeating;
    let done = 1;
    if (next === null && count > 2) source.lines = first.split('\n');
    source.onEnd = () => {
      const text = done < count ? (next === null ? first : next(done)) : null;
      if (text === null || source.parent === null) {
        this.repeating = outer;
        return this.leave();
      }
      done += 1;
      source.text = text;
      source.scrubbed = false;
      source.pos = 0;
      source.line = 0;
      source.lineDelta = line;
      source.logicalFile = file;
      source.atLineStart = true;
      this.checkConditionals();
      return true;
    };
    this.repeating *= count;
    this.enter(source);
  }

  private enter(source: Source): void {
    if (this.nest > NEST_LIMIT) return this.stop('macros nested too deeply');
    this.nest += 1;
    source.expansion = true;
    this.asm.push(source);
  }

  private readonly left = (): void => this.leave();

  private leave(): void {
    this.checkConditionals();
    this.nest -= 1;
  }

  /** What is being done cannot go on. */
  private stop(message: string): void {
    this.asm.fatalError(message);
  }

  /** .exitm: the innermost expansion is read no further. False when there is none. */
  exit(): boolean {
    if (this.nest === 0) return false;
    const { source } = this.asm;
    this.dropConditionals();
    source.pos = source.text.length;
    source.atLineStart = true;
    const { onEnd } = source;
    source.onEnd = () => {
      // Not the repetition's own: it ends altogether.
      if (onEnd !== null) this.nest -= 1;
    };
    return true;
  }

  // ---- conditionals ---------------------------------------------------------------------------------------------

  get current(): Conditional | undefined {
    return this.conditionals[this.conditionals.length - 1];
  }

  /** Opens a conditional: `holds` is asked unless it stands in a skipped group. */
  open(holds: () => boolean): void {
    const { asm } = this;
    const outer = this.current?.ignoring === true;
    const place = asm.topPosition();
    const conditional: Conditional = {
      file: place.file,
      line: place.line,
      elseFile: '',
      elseLine: 0,
      sawElse: false,
      dead: outer,
      ignoring: outer,
      nest: this.nest,
    };
    if (!outer) conditional.ignoring = !holds();
    if (conditional.ignoring && !outer) asm.listing?.skipNext();
    this.conditionals.push(conditional);
    this.update();
  }

  update(): void {
    this.asm.skipping = this.current?.ignoring === true;
  }

  /** An expansion ends: the conditionals opened in it should be closed. */
  private checkConditionals(): void {
    const { current, asm } = this;
    if (current === undefined || current.nest < this.nest) return;
    asm.error('end of macro inside conditional');
    this.reportOpen(current);
    this.dropConditionals();
  }

  private dropConditionals(): void {
    while (this.current !== undefined && this.current.nest >= this.nest) this.conditionals.pop();
    this.update();
  }

  private checkEnd(): void {
    const { current, asm } = this;
    if (current === undefined) return;
    asm.errorAt('end of file inside conditional', asm.source.logicalFile, 0);
    this.reportOpen(current);
  }

  private reportOpen(conditional: Conditional): void {
    this.asm.errorAt('here is the start of the unterminated conditional', conditional.file, conditional.line);
    if (conditional.sawElse)
      this.asm.errorAt('here is the "else" of the unterminated conditional', conditional.elseFile, conditional.elseLine);
  }
}

/** The one of `asm`. */
export function expansions(asm: Assembler): Expansions {
  let found = asm.parts.get('expansions') as Expansions | undefined;
  if (found === undefined) asm.parts.set('expansions', (found = new Expansions(asm)));
  return found;
}

/** What `asm.expandMacro` becomes once there is a macro. */
export type MacroExpander = (name: string, args: Arguments) => boolean;
