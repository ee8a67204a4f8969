/** The C preprocessor for assembler sources: what `gcc -E -x assembler-with-cpp` (GCC 12) does. */
import type { Diagnostic } from '../../diagnostics.js';
import type { Host } from '../../host.js';
import { decode, encode } from './include.js';
import type { PredefinedMode } from './predefined.js';
import { Preprocessor } from './preprocessor.js';

export interface PreprocessOptions {
  /** -D and -U in their order: `NAME`, `NAME=body`, `NAME(x)=body`. */
  readonly define?: readonly { readonly text: string; readonly undefine?: boolean }[];
  readonly includePaths?: readonly string[];
  readonly quotePaths?: readonly string[];
  readonly systemPaths?: readonly string[];
  /** The compiler's and the C library's directories; none when absent. */
  readonly standardPaths?: readonly string[];
  /** -include */
  readonly include?: readonly string[];
  /** -imacros */
  readonly imacros?: readonly string[];
  /** -m64 (default), -m32, -mx32, -m16: the predefined macros. */
  readonly mode?: PredefinedMode;
  /** false: neither __PIC__ nor __PIE__ (-fno-pic -fno-pie). Debian's GCC defines both. */
  readonly pic?: boolean;
  /** -undef: no predefined macros of the system. */
  readonly undef?: boolean;
  /** -P */
  readonly noLineMarkers?: boolean;
  /** Lines without macros keep their own white space, so that columns in later messages are the source's. */
  readonly keepSpacing?: boolean;
  /** Only the definitions in force at the end (-dM). */
  readonly dumpMacros?: boolean;
  /** Seconds since 1970 for __DATE__ and __TIME__ (SOURCE_DATE_EPOCH); now when absent. */
  readonly date?: number;
}

export interface PreprocessResult {
  /** With line markers `# 12 "file" 1`. */
  readonly text: Uint8Array;
  readonly diagnostics: readonly Diagnostic[];
  /** Every file that was included, in order, each once; without the main file. */
  readonly dependencies: readonly string[];
}

/** Preprocesses `text`, the content of `name`. Never throws: what goes wrong is among the diagnostics. */
export function preprocess(text: Uint8Array, name: string, options: PreprocessOptions, host: Host): PreprocessResult {
  const preprocessor = new Preprocessor(options, host);
  const output = preprocessor.run(decode(text), name);
  return {
    text: encode(output),
    diagnostics: preprocessor.bag.all,
    dependencies: [...preprocessor.dependencies],
  };
}
