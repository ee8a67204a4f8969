/** Source files on their way into the assembler. */
import type { AssembleInput } from '../../asm/index.js';
import type { Diagnostic } from '../../diagnostics.js';
import { HostError } from '../../host.js';
import { nodeHost, readStandardInput } from '../../host-node.js';

/** Reads every input that can be read; the others become errors in gas's words, and the rest is still assembled. */
export function readSources(names: readonly string[]): { inputs: AssembleInput[]; failures: Diagnostic[] } {
  const inputs: AssembleInput[] = [];
  const failures: Diagnostic[] = [];
  for (const name of names) {
    try {
      inputs.push(name === '-' ? { name: '{standard input}', text: readStandardInput() } : { name, text: nodeHost.readFile(name) });
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      const opened = error.code === 'EISDIR' || error.code === 'EIO';
      const previous = inputs[inputs.length - 1]?.name;
      failures.push({
        severity: 'error',
        at: previous === undefined ? undefined : { file: previous, line: 0 },
        message: opened ? `can't read from ${name}: ${error.reason}` : `can't open ${name} for reading: ${error.reason}`,
      });
    }
  }
  return { inputs, failures };
}
