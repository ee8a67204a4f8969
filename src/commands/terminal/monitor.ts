/** The monitor behind Ctrl-A c: looks at the stopped machine, and lets it go on. */
import { createInterface } from 'node:readline';
import { HostError } from '../../host.js';
import { TskvmError } from '../../diagnostics.js';
import { nodeHost } from '../../host-node.js';
import type { Image } from '../../object.js';
import { keyEvents } from '../../vmm/keys.js';
import type { Machine } from '../../vmm/machine.js';
import type { Ending, RunResult } from '../../vmm/result.js';
import { runCommand } from './commands.js';
import type { Answer } from './commands.js';

/**
 * Asks for commands until one lets the guest go on (`continue`), ends it (`quit`), or a signal ends everything.
 * @param result of the run that was interrupted: registers as they are
 */
export function monitor(machine: Machine, result: RunResult, source: Image | Uint8Array | null): Promise<'continue' | 'quit' | Ending> {
  const input = process.stdin;
  const output = process.stderr;
  const lines = createInterface({ input, output, prompt: '(tskvm) ', terminal: input.isTTY === true && output.isTTY === true });
  const say = (text: string): void => void output.write(text.endsWith('\n') || text === '' ? text : `${text}\n`);
  return new Promise((resolve) => {
    const signals = ['SIGTERM', 'SIGHUP'] as const;
    const listeners = signals.map((signal) => {
      const listener = (): void => done({ kind: 'interrupted', signal });
      process.on(signal, listener);
      return () => process.off(signal, listener);
    });
    let over = false;
    const done = (answer: 'continue' | 'quit' | Ending): void => {
      if (over) return;
      over = true;
      for (const remove of listeners) remove();
      lines.close();
      resolve(answer);
    };
    say('The guest is stopped. `help` shows the commands, `c` goes on, `q` quits.');
    lines.on('SIGINT', () => {
      say('');
      lines.prompt();
    });
    lines.on('close', () => done('continue'));
    lines.on('line', (line) => {
      let answer: Answer;
      try {
        answer = runCommand(line, {
          machine,
          source,
          registers: () => ({ general: machine.currentCpu.getGeneral(), system: machine.currentCpu.getSystem(), ending: result.ending }),
          readFile: (name) => nodeHost.readFile(name),
          keys: (text) => pressAll(machine, text),
        });
      } catch (error) {
        if (!(error instanceof TskvmError || error instanceof HostError || error instanceof RangeError)) throw error;
        answer = error.message;
      }
      if (answer === 'continue' || answer === 'quit') done(answer);
      else {
        if (typeof answer === 'string') say(answer);
        if (!over) lines.prompt();
      }
    });
    lines.prompt();
  });
}

/** `sendkey`: the guest finds the keys when it goes on. */
function pressAll(machine: Machine, text: string): void {
  const device = machine.device('i8042') as { press?(codes: readonly number[]): void } | null;
  if (device?.press === undefined) throw new TskvmError('this machine has no keyboard');
  for (const event of keyEvents(text)) if (event.kind === 'codes') device.press(event.codes);
}
