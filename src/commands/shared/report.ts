/** Diagnostics and failures on their way to standard error. */
import { TskvmError, type Diagnostic } from '../../diagnostics.js';
import { exitStatus } from '../../exit-status.js';
import { renderDiagnostic } from '../../frame.js';
import { HostError } from '../../host.js';
import { nodeHost } from '../../host-node.js';
import { ClosedPipe, useColor, writeStderr } from './streams.js';

/** Beyond these only the first line of each is shown. */
const framed = 100;

/** All diagnostics as text, with the source lines that they do not carry read from the disk. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], color: boolean): string {
  let text = '';
  for (const part of rendered(diagnostics, color)) text += part;
  return text;
}

/** Diagnostics as text in parts: of very many no part is large. */
function* rendered(diagnostics: readonly Diagnostic[], color: boolean): Generator<string> {
  const files = new Map<string, string[]>();
  const sourceLine = (file: string, line: number): string | undefined => {
    let lines = files.get(file);
    if (!lines) {
      lines = nodeHost.exists(file) ? Buffer.from(nodeHost.readFile(file)).toString('latin1').split('\n') : [];
      files.set(file, lines);
    }
    return lines[line - 1];
  };
  let text = '';
  for (let i = 0; i < diagnostics.length; i++) {
    const one = renderDiagnostic(diagnostics[i], { color, sourceLine: i < framed ? sourceLine : undefined });
    text += i < framed ? one : one.slice(0, one.indexOf('\n') + 1);
    if (text.length < PART) continue;
    yield text;
    text = '';
  }
  yield text;
}

const PART = 1 << 16;

export function printDiagnostics(diagnostics: readonly Diagnostic[]): void {
  if (diagnostics.length === 0) return;
  for (const part of rendered(diagnostics, useColor(2))) writeStderr(part);
}

/** Prints what ended a command and returns its exit status; a stack trace only when TSKVM_DEBUG asks for one. */
export function reportFailure(error: unknown, command: string, status: number = exitStatus.usage): number {
  const name = command ? `tskvm ${command}` : 'tskvm';
  if (error instanceof ClosedPipe) return exitStatus.closedPipe;
  if (error instanceof TskvmError) {
    writeStderr(`${name}: ${error.message}\n${error.notes.map((note) => `  ${note}\n`).join('')}`);
    return error.status;
  }
  if (error instanceof HostError) {
    writeStderr(`${name}: ${error.message}\n`);
    return status;
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  writeStderr(`${name}: internal error: ${message}\n  This is a bug in tskvm: please report it with the command that you ran.\n`);
  if (process.env.TSKVM_DEBUG) writeStderr(`${stack}\n`);
  else writeStderr('  TSKVM_DEBUG=1 shows where it happened.\n');
  return exitStatus.internal;
}
