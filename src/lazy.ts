/**
 * `require` of our own modules, which esbuild turns into lazy, synchronous initialisers inside the bundle: a command
 * pays only for the modules that it uses, and the assembler needs its grammar in the middle of synchronous work.
 * Usage: `declare const require: LazyRequire; const m = require('./grammar.js') as typeof import('./grammar.js')`.
 */
export type LazyRequire = (id: string) => unknown;
