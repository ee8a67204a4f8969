/** The reading loop: lines that have been seen before are emitted from a cache, the others are taken apart. */
import type { Assembler } from './assembler.js';
import { statement } from './statements.js';
import type { Encoded } from './x86/index.js';

/** Distinct lines remembered at most; sources with more distinct lines than that gain little from more. */
const CACHE_LIMIT = 1 << 16;

/** Reads `asm.source` and everything that it pushes, to the end. */
export function read(asm: Assembler): void {
  const useCache = asm.options.noCache !== true && asm.listing === null;
  let cache = new Map<string, Encoded>();
  let epoch = asm.state.epoch;
  while (!asm.ended) {
    if (useCache && !asm.skipping) {
      if (epoch !== asm.state.epoch) {
        epoch = asm.state.epoch;
        cache = new Map();
      }
      const { source } = asm;
      if (source.atLineStart && source.pos < source.text.length) {
        const newline = source.text.indexOf('\n', source.pos);
        if (newline >= 0) {
          const raw = source.lines === null ? source.text.slice(source.pos, newline) : source.lines[source.line + asm.lines.extraLines];
          const hit = cache.get(raw);
          if (hit !== undefined) {
            source.line += 1 + asm.lines.extraLines;
            asm.lines.extraLines = 0;
            asm.lines.start = source.pos;
            source.pos = newline + 1;
            asm.symbols.statement += 1;
            asm.line = source.logicalLine;
            asm.file = source.logicalFile;
            asm.emitEncoded(hit);
            continue;
          }
          asm.encodedInstruction = null;
          if (!asm.nextStatement()) break;
          statement(asm, asm.lines.text, asm.lines.column);
          // Only a line that is one instruction and nothing else can be kept.
          if (asm.encodedInstruction !== null && asm.source === source && source.pos === newline + 1 && cache.size < CACHE_LIMIT) {
            cache.set(raw, asm.encodedInstruction);
          }
          continue;
        }
      }
    }
    if (!asm.nextStatement()) break;
    statement(asm, asm.lines.text, asm.lines.column);
  }
}
