/** `tskvm devices`: every device with its ports, options and one line. */
import type { DeviceDefinition, Range } from '../vmm/device.js';
import { boardDevices, boardNames, devices as builtin } from '../vmm/devices/index.js';
import { placeDevices } from './shared/devices.js';
import { findBoard } from './shared/machine-options.js';
import type { CommandSpec } from './shared/spec.js';
import { writeStdout } from './shared/streams.js';

interface Row {
  readonly name: string;
  readonly ports: string;
  readonly mmio: string;
  readonly irqs: readonly number[];
  readonly description: string;
  readonly options: Readonly<Record<string, string>>;
}

const range = ({ start, length }: Range): string =>
  `0x${start.toString(16)}${length === 1 ? '' : `-0x${(start + length - 1).toString(16)}`}`;

function row(
  name: string,
  device: DeviceDefinition,
  options: Readonly<Record<string, string>>,
  ports = device.ports,
  mmio = device.mmio,
): Row {
  return {
    name,
    ports: (ports ?? []).map(range).join(' '),
    mmio: (mmio ?? []).map(range).join(' '),
    irqs: device.irqs ?? [],
    description: device.description ?? '',
    options,
  };
}

export const devices: CommandSpec = {
  name: 'devices',
  description: 'Lists the devices: those that we bring, and those of --device and of the board in tskvm.config.',
  operands: '',
  options: [
    { flags: '--device <spec>', description: 'show this one too', repeat: true },
    { flags: '--board <name>', description: 'a board of tskvm.config' },
    { flags: '--json', description: 'as JSON' },
  ],
  examples: [
    ['tskvm devices', 'what there is'],
    ['tskvm devices --device ./led.ts@0x10', 'does this module load, and what does it claim?'],
  ],
  notes: 'A device of your own is a module: docs/devices.md.',
  async run(_, options) {
    const rows = Object.entries(builtin).map(([name, device]) => row(name, device.make({}), device.options));
    const board = await findBoard(options, '.');
    const boards = Object.fromEntries(boardNames.map((name) => [name, boardDevices(name, undefined).map((device) => device.name)]));
    const named = (options.device ?? []) as string[];
    const placed = await placeDevices({ ...board, builtin: false, devices: board.builtin ? [] : board.devices }, named);
    const own = placed.map(({ definition, name, ports, mmio, where }) => ({
      ...row(name ?? definition.name, definition, {}, ports, mmio),
      where,
    }));
    if (options.json === true) {
      writeStdout(`${JSON.stringify({ devices: rows, boards, placed: own }, null, 2)}\n`);
      return 0;
    }
    const width = Math.max(...rows.map(({ name }) => name.length));
    const lines = rows.map((device) => line(device, width));
    lines.push(
      '',
      'Boards:',
      ...Object.entries(boards).map(([name, list]) => `  ${name.padEnd(width)}  ${list.length > 0 ? list.join(', ') : 'no devices'}`),
    );
    if (own.length > 0)
      lines.push('', `Board ${board.name} and --device:`, ...own.map((device) => `  ${line(device, width)}  [${device.where}]`));
    writeStdout(`${lines.join('\n')}\n`);
    return 0;
  },
};

function line({ name, ports, mmio, irqs, description, options }: Row, width: number): string {
  const places = [ports && `ports ${ports}`, mmio && `memory ${mmio}`, irqs.length > 0 && `irq ${irqs.join(' ')}`]
    .filter(Boolean)
    .join(', ');
  const keys = Object.entries(options).map(([key, meaning]) => `\n    ${key}=…  ${meaning}`);
  return `${name.padEnd(width)}  ${places || '(no default place)'}: ${description}${keys.join('')}`;
}
