/** What the sweeps need beside the encoder. */
export { createState, encodeInstruction } from './index.js';
export { allMnemonics, findRows } from './table.js';
export { parseMarch, withCpu, withExtension } from './arch.js';
export { cpus, needs } from './cpus.js';
