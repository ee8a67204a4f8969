/**
 * Diagnostics are data. Stages report into a bag and go on; `frame.ts` renders; only the command line prints.
 */

/** A place in a source text. Lines and columns count from 1; `column` 0 means "the whole line". */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column?: number;
  /** Characters to underline, 1 when absent. */
  readonly length?: number;
}

export type Severity = 'error' | 'warning' | 'note';

export interface Diagnostic {
  readonly severity: Severity;
  /** An error that ends everything. */
  readonly fatal?: boolean;
  /** gas's own wording where gas has one: tools and people search for it. */
  readonly message: string;
  readonly at?: Position;
  /** The source line itself, when the reporter has it (macro expansions exist in no file). */
  readonly sourceLine?: string;
  /** How the line came to be: innermost first ("in macro `m`, called from here", "included from here"). */
  readonly chain?: readonly { readonly message: string; readonly at?: Position }[];
  /** Help below the frame: the forms that exist, a remedy. */
  readonly notes?: readonly string[];
  /** A misspelt word's likely meaning. */
  readonly suggestion?: string;
}

/** Collects what the stages report. */
export class DiagnosticBag {
  readonly all: Diagnostic[] = [];
  errors = 0;
  warnings = 0;

  report(diagnostic: Diagnostic): void {
    if (diagnostic.severity === 'error') this.errors += 1;
    else if (diagnostic.severity === 'warning') this.warnings += 1;
    this.all.push(diagnostic);
  }

  error(message: string, at?: Position, more: Partial<Diagnostic> = {}): void {
    this.report({ severity: 'error', message, at, ...more });
  }

  warning(message: string, at?: Position, more: Partial<Diagnostic> = {}): void {
    this.report({ severity: 'warning', message, at, ...more });
  }
}

/**
 * The one exception that a stage may throw on purpose: what the user asked for cannot go on.
 * The command line prints the message (never the stack) and ends with `status` (see docs/exit-statuses.md).
 */
export class TskvmError extends Error {
  constructor(
    message: string,
    /** Exit status; 1 for the GNU-compatible commands, see `exitStatus.ts` for those that run guests. */
    readonly status: number = 2,
    readonly notes: readonly string[] = [],
  ) {
    super(message);
    this.name = 'TskvmError';
  }
}
