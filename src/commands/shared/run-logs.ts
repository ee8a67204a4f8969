/** Files of --log-ports and --log-exits; lines are gathered and written in large pieces. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { TskvmError } from '../../diagnostics.js';
import { logExits, logPorts } from '../../vmm/log.js';
import type { Machine } from '../../vmm/machine.js';
import { writeStderr } from './streams.js';

/** Starts the logs that are asked for; the result writes what is left and closes the files. `-` is standard error. */
export function startLogs(machine: Machine, ports: string | undefined, exits: string | undefined): () => void {
  const closers: (() => void)[] = [];
  for (const [file, start] of [
    [ports, logPorts],
    [exits, logExits],
  ] as const) {
    if (file === undefined) continue;
    const log = openLog(file);
    closers.push(log.close);
    if (start(machine, { json: file.endsWith('.jsonl') || file.endsWith('.json'), write: log.write }) === false) {
      writeStderr('tskvm: --log-exits has nothing to show with the soft engine: it does not exit\n');
    }
  }
  return () => closers.forEach((close) => close());
}

function openLog(file: string): { write: (line: string) => void; close: () => void } {
  let fd = 2;
  if (file !== '-') {
    try {
      fd = openSync(file, 'w');
    } catch (error) {
      throw new TskvmError(`cannot write the log ${file}: ${(error as Error).message}`);
    }
  }
  let text = '';
  let broken = false;
  const flush = (): void => {
    if (fd === 2) writeStderr(text);
    else if (!broken) {
      try {
        writeSync(fd, text);
      } catch (error) {
        // The run is worth more than its log.
        broken = true;
        writeStderr(`tskvm: the log ${file} is incomplete: ${(error as Error).message}\n`);
      }
    }
    text = '';
  };
  return {
    write(line) {
      text += `${line}\n`;
      if (text.length > 65_536 || fd === 2) flush();
    },
    close() {
      flush();
      if (fd !== 2) closeSync(fd);
    },
  };
}
