/** `--log-ports` and `--log-exits`: each access and each exit as it happens, with device, register state's rip and source line. */
import { locate } from './explain.js';
import type { Place } from './explain.js';
import type { Machine } from './machine.js';
import { readLinear } from './paging.js';
import { linearRip } from './state.js';
import { accessJson, accessText } from './trace-format.js';

export interface LogOptions {
  readonly json: boolean;
  /** Gets each line, without its end. */
  readonly write: (line: string) => void;
}

/** Logs every port and MMIO access of the machine from now on. It costs some microseconds an access. */
export function logPorts(machine: Machine, options: LogOptions): void {
  const { observer } = machine.bus;
  machine.engine.watchRegisters?.(true);
  machine.bus.observer = (access) => {
    observer?.(access);
    const place = placeOf(machine, access.space === 'port' && access.direction === 'out' ? access.address : null);
    const time = milliseconds(machine);
    if (options.json) options.write(JSON.stringify({ time: Number(time), ...accessJson(access), ...placeJson(place) }));
    else options.write(`${time.padStart(10)} ms  ${accessText(access).padEnd(40)} ${placeText(place)}`.trimEnd());
  };
}

/** Logs every exit to user space by KVM's name. @returns false when the engine has no exits to show (soft) */
export function logExits(machine: Machine, options: LogOptions): boolean {
  const { engine } = machine;
  if (engine.observeExits === undefined) return false;
  engine.watchRegisters?.(true);
  engine.observeExits((name, detail) => {
    const { currentCpu } = machine;
    const port = /^out 0x([0-9a-f]+)/.exec(detail);
    const place = placeOf(machine, port === null ? null : Number.parseInt(port[1], 16), name === 'KVM_EXIT_HLT');
    const time = milliseconds(machine);
    if (options.json) options.write(JSON.stringify({ time: Number(time), exit: name, detail, cpu: currentCpu.index, ...placeJson(place) }));
    else options.write(`${time.padStart(10)} ms  ${name.padEnd(26)} ${detail.padEnd(30)} ${placeText(place)}`.trimEnd());
  });
  return true;
}

export const ANY_PORT = -1;

const milliseconds = (machine: Machine): string => (Number(machine.clock.now()) / 1e6).toFixed(3);

const placeText = ({ address, symbol, source }: Place): string =>
  `${`0x${address.toString(16)}`}${source !== null ? ` ${source.file}:${source.line}` : symbol !== null ? ` ${symbol}` : ''}`;

const placeJson = ({ address, symbol, source }: Place): Record<string, unknown> => ({
  rip: `0x${address.toString(16)}`,
  symbol: symbol ?? undefined,
  file: source?.file,
  line: source?.line,
});

/**
 * The instruction behind an exit. At an `out` KVM has rip behind the instruction when its emulator ran it, and before it
 * when the processor did: the bytes in front of rip tell.
 * @param out the port of an `out` (ANY_PORT: one that is not known), else null
 * @param halted the exit is a hlt: rip is behind it
 */
export function placeOf(machine: Machine, out: number | null, halted = false): Place {
  const general = machine.currentCpu.getGeneral();
  const system = machine.currentCpu.getSystem();
  const rip = linearRip(general, system);
  if (out !== null && rip >= 2n) {
    const [first, second] = readLinear(system, machine.ram, rip - 2n, 2);
    if ((first === 0xe6 || first === 0xe7) && (second === out || out === ANY_PORT)) return locate(machine.image, rip - 2n);
    if (second === 0xee || second === 0xef) return locate(machine.image, rip - 1n);
  }
  if (halted && readLinear(system, machine.ram, rip - 1n, 1)[0] === 0xf4) return locate(machine.image, rip - 1n);
  return locate(machine.image, rip);
}
