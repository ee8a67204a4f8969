/** From `--device SPEC`, a board's list or a module to devices with their places in a machine. */
import { relative, resolve } from 'node:path';
import type { BoardConfig, DeviceConfig } from '../../config.js';
import { TskvmError } from '../../diagnostics.js';
import type { LazyRequire } from '../../lazy.js';
import { closest } from '../../suggest.js';
import type { DeviceDefinition, DeviceFactory, Range } from '../../vmm/device.js';
import { boardDevices, boardNames, devices as builtin } from '../../vmm/devices/index.js';
import type { BoardName } from '../../vmm/devices/index.js';
import type { DevicePlacement } from '../../vmm/machine.js';

declare const require: LazyRequire;

/** `name@start-end,key=value,…`, taken apart. */
export interface DeviceSpec {
  /** A built-in device's name or the path of a module. */
  readonly name: string;
  readonly isModule: boolean;
  readonly start?: number;
  /** Inclusive, as written. */
  readonly end?: number;
  readonly options: Record<string, string>;
}

const form = 'NAME[@PORT[-PORT]][,key=value…], for example console@0xf1 or ./led.ts@0x10-0x17,color=red';

/** Takes a spec apart; throws a TskvmError that shows the form. */
export function parseDeviceSpec(spec: string): DeviceSpec {
  const wrong = (why: string): TskvmError => new TskvmError(`device \`${spec}': ${why}`, 2, [`the form is ${form}`]);
  const [head, ...pairs] = spec.split(',');
  const at = head.lastIndexOf('@');
  const name = at < 0 ? head : head.slice(0, at);
  if (name === '') throw wrong('it has no name');
  const options: Record<string, string> = {};
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    if (equals === 0 || pair === '') throw wrong(`\`${pair}' is not key=value`);
    options[equals < 0 ? pair : pair.slice(0, equals)] = equals < 0 ? 'true' : pair.slice(equals + 1);
  }
  const isModule = /[/\\]/.test(name) || /\.[cm]?[jt]s$/.test(name);
  if (at < 0) return { name, isModule, options };
  const match = /^(0x[0-9a-f]+|\d+)(?:-(0x[0-9a-f]+|\d+))?$/i.exec(head.slice(at + 1));
  if (!match) throw wrong(`\`${head.slice(at + 1)}' is not a port or a range of ports`);
  const start = Number(match[1]);
  const end = match[2] === undefined ? undefined : Number(match[2]);
  if (end !== undefined && end < start) throw wrong('the range ends before it starts');
  return { name, isModule, start, end, options };
}

/** What options such as --keys and --serial add to devices, by the device's name. */
export interface Additions {
  /** Options for a device that the board has: the flag is named when it has not. */
  readonly options: Readonly<Record<string, { readonly flag: string; readonly options: Record<string, string> }>>;
  /** Where COM1, COM2, … go. */
  readonly serial: readonly string[];
}

export const noAdditions: Additions = { options: {}, serial: [] };

/** Devices that an option brings along where the board has none. */
const brought = new Set(['fw-cfg']);

/** The devices of a machine in the order in which they claim their ranges. */
export async function placeDevices(
  board: Board,
  specs: readonly string[],
  irqchip?: Irqchip,
  additions: Additions = noAdditions,
): Promise<DevicePlacement[]> {
  const own = specs.map(parseDeviceSpec);
  const named = new Set(own.filter((spec) => !spec.isModule).map((spec) => spec.name));
  const placements: DevicePlacement[] = [];
  for (const device of board.devices) placements.push(await fromConfig(device, board));
  for (const { name, options } of board.builtin ? boardDevices(board.name as BoardName, irqchip) : controllers(irqchip)) {
    // A built-in one that --device names again is moved, not doubled.
    if (named.has(name) || placements.some(({ definition }) => definition.name === name)) continue;
    if (name === 'uart' && additions.serial.length > 0) continue;
    const definition = builtin[name].make({ ...options, ...additions.options[name]?.options });
    placements.push({ definition, where: `board ${board.name}` });
  }
  for (const [i, given] of own.entries()) {
    const options = { ...(given.isModule ? {} : additions.options[given.name]?.options), ...given.options };
    placements.push(await fromSpec({ ...given, options }, `--device ${specs[i]}`, process.cwd()));
  }
  for (const [i, to] of additions.serial.entries()) {
    if (to !== 'none') placements.push({ definition: makeBuiltin('uart', { com: String(i + 1), to }), where: `--serial ${to}` });
  }
  for (const [name, { flag, options }] of Object.entries(additions.options)) {
    if (placements.some(({ definition }) => definition.name === name)) continue;
    if (!brought.has(name)) throw new TskvmError(`${flag} needs the device ${name}, which this board has not`, 2, ['Use --board pc.']);
    placements.push({ definition: builtin[name].make(options), where: flag });
  }
  return placements;
}

type Irqchip = 'kernel' | 'soft' | 'none';

/** What `--irqchip soft` adds to a board of the user's. */
const controllers = (irqchip: Irqchip | undefined): ReturnType<typeof boardDevices> =>
  irqchip === 'soft' ? boardDevices('none', irqchip) : [];

/** True when `placeDevices` has nothing to load: the machine's own defaults do. */
export const onlyDefaults = (board: Board, specs: readonly string[]): boolean =>
  specs.length === 0 && board.builtin && board.name === 'bare';

export interface Board {
  readonly name: string;
  /** Ours, not from a config file. */
  readonly builtin: boolean;
  readonly devices: readonly DeviceConfig[];
  /** Folder that module paths are relative to. */
  readonly folder: string;
  readonly config: BoardConfig;
}

/** The board that `--board` names or, without it, the config's `default`, or `usual`. */
export function chooseBoard(
  name: string | undefined,
  boards: Record<string, BoardConfig>,
  folder: string,
  usual: BoardName = 'bare',
): Board {
  const wanted = name ?? (Object.hasOwn(boards, 'default') ? 'default' : usual);
  if (Object.hasOwn(boards, wanted)) {
    const config = boards[wanted];
    return { name: wanted, builtin: false, devices: config.devices ?? ['console', 'debugcon', 'debug-exit'], folder, config };
  }
  if (!boardNames.includes(wanted as BoardName)) {
    const known = [...Object.keys(boards), ...boardNames];
    const near = closest(wanted, known);
    throw new TskvmError(`there is no board \`${wanted}'${near ? `, did you mean \`${near}'?` : ''}`, 2, [
      `boards here: ${known.join(', ')}`,
    ]);
  }
  return { name: wanted, builtin: true, devices: [], folder, config: {} };
}

async function fromConfig(device: DeviceConfig, board: Board): Promise<DevicePlacement> {
  const where = `board ${board.name}`;
  if (typeof device === 'string') return fromSpec(parseDeviceSpec(device), where, board.folder);
  if (!('device' in device)) return { definition: define(device, {}, where), where };
  const options = Object.fromEntries(Object.entries(device.options ?? {}).map(([key, value]) => [key, String(value)]));
  if (typeof device.device === 'string') {
    const spec = parseDeviceSpec(device.device);
    return fromSpec({ ...spec, start: device.at ?? spec.start, options: { ...spec.options, ...options } }, where, board.folder);
  }
  const definition = define(device.device, options, where);
  return { definition, where, ...moved(definition, device.at, undefined) };
}

async function fromSpec(spec: DeviceSpec, where: string, folder: string): Promise<DevicePlacement> {
  const { irq, ...options } = spec.options;
  const definition = spec.isModule ? await loadDevice(resolve(folder, spec.name), spec.name, options) : makeBuiltin(spec.name, options);
  return { definition, where, irqs: irq === undefined ? undefined : [parseIrq(irq, where)], ...moved(definition, spec.start, spec.end) };
}

function parseIrq(text: string, where: string): number {
  if (!/^\d+$/.test(text) || Number(text) > 15)
    throw new TskvmError(`${where}: irq=${text} is no interrupt line`, 2, ['lines are 0 to 15']);
  return Number(text);
}

function makeBuiltin(name: string, options: Record<string, string>): DeviceDefinition {
  if (!Object.hasOwn(builtin, name)) {
    const near = closest(name, Object.keys(builtin));
    throw new TskvmError(`there is no device \`${name}'${near ? `, did you mean \`${near}'?` : ''}`, 2, [
      `devices: ${Object.keys(builtin).join(', ')}`,
      'a device of your own is named by its path: --device ./led.ts@0x10 (tskvm devices shows more)',
    ]);
  }
  const device = builtin[name];
  for (const key of Object.keys(options)) {
    if (!Object.hasOwn(device.options, key)) {
      const known = Object.keys(device.options);
      throw new TskvmError(`device ${name} has no option \`${key}'`, 2, [
        known.length > 0 ? `options: ${known.join(', ')}` : 'it has no options',
      ]);
    }
  }
  return device.make(options);
}

async function loadDevice(file: string, shown: string, options: Record<string, string>): Promise<DeviceDefinition> {
  const { loadUserModule } = require('./user-modules.js') as typeof import('./user-modules.js');
  const local = relative('', file);
  const value = await loadUserModule(local.startsWith('..') ? file : local || file);
  return define(value, options, shown);
}

/** A module's export as a definition: itself, or what the factory makes of the options. */
export function define(value: unknown, options: Record<string, string>, shown: string): DeviceDefinition {
  let definition = value;
  if (typeof value === 'function') {
    try {
      definition = (value as DeviceFactory)(options);
    } catch (error) {
      throw new TskvmError(`device ${shown}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const { name } = (definition ?? {}) as { name?: unknown };
  if (typeof definition !== 'object' || typeof name !== 'string' || name === '') {
    throw new TskvmError(`${shown}: its default export is no device`, 2, [
      "write: import { defineDevice } from 'tskvm'; export default defineDevice({ name: 'led', out(offset, value) { … } });",
    ]);
  }
  return (require('./watchdog.js') as typeof import('./watchdog.js')).watched(definition as DeviceDefinition);
}

/** The ranges of a device at another place: its first port range, or its first MMIO range above the ports. */
function moved(definition: DeviceDefinition, start: number | undefined, end: number | undefined): Partial<DevicePlacement> {
  if (start === undefined) {
    if (
      definition.ports === undefined &&
      definition.mmio === undefined &&
      (definition.in || definition.out || definition.outBlock || definition.inBlock)
    ) {
      throw new TskvmError(`device ${definition.name} says no ports: where is it to be?`, 2, [`write for example: --device …@0x10`]);
    }
    return {};
  }
  const onPorts =
    start <= 0xffff &&
    (definition.ports !== undefined || definition.in || definition.out || definition.outBlock || definition.inBlock || !definition.mmio);
  const ranges = (onPorts ? definition.ports : definition.mmio) ?? [];
  const first: Range = { start, length: end === undefined ? (ranges[0]?.length ?? 1) : end - start + 1 };
  return onPorts ? { ports: [first, ...ranges.slice(1)] } : { mmio: [first, ...ranges.slice(1)] };
}
