/** The devices of a machine: what each claims on the bus, and what the engine must know of them before it is made. */
import type { Bus } from './bus.js';
import type { DeviceDefinition, Range } from './device.js';
import { devices as builtin } from './devices/index.js';
import type { MemoryRegion } from './engine.js';
import type { DevicePlacement } from './machine-options.js';

export interface Attached {
  readonly placement: DevicePlacement;
  /** Its own in this machine: a second device of a name gets `#2`. */
  readonly name: string;
  readonly irqs: readonly number[];
}

const portsOf = ({ placement: { definition, ports } }: Attached): readonly Range[] => ports ?? definition.ports ?? [];
const mmioOf = ({ placement: { definition, mmio } }: Attached): readonly Range[] => mmio ?? definition.mmio ?? [];

export class AttachedDevices {
  readonly list: Attached[] = [];

  constructor(private readonly bus: Bus) {}

  /** Claims the ranges of a device. @throws TskvmError when they overlap another's */
  claim(placement: DevicePlacement): void {
    const { definition } = placement;
    let name = placement.name ?? definition.name;
    for (let n = 2; this.list.some((a) => a.name === name); n++) name = `${placement.name ?? definition.name}#${n}`;
    const attached: Attached = { placement, name, irqs: placement.irqs ?? definition.irqs ?? [] };
    this.bus.claim({
      device: definition,
      name,
      where: placement.where ?? 'the default board',
      foreign: !Object.hasOwn(builtin, definition.name) && !/^(uart\d|drives)$/.test(definition.name),
      ports: portsOf(attached),
      mmio: mmioOf(attached),
    });
    this.list.push(attached);
  }

  /** A device by the name of its kind, or null. */
  named(name: string): DeviceDefinition | null {
    return this.list.find(({ placement }) => placement.definition.name === name)?.placement.definition ?? null;
  }

  /** All devices with their places, in the order in which they claimed them. */
  places(): { name: string; ports: readonly Range[]; mmio: readonly Range[]; irqs: readonly number[] }[] {
    return this.list.map((device) => ({ name: device.name, irqs: device.irqs, ports: portsOf(device), mmio: mmioOf(device) }));
  }

  /** Ranges whose writes may wait in KVM's ring. */
  coalesced(): { address: number; size: number; pio: boolean }[] {
    const area =
      (pio: boolean) =>
      ({ start, length }: Range) => ({ address: start, size: length, pio });
    return this.list.flatMap((device) => {
      const { coalesced } = device.placement.definition;
      if (coalesced === undefined || coalesced === false) return [];
      return [...(coalesced === 'mmio' ? [] : portsOf(device)).map(area(true)), ...mmioOf(device).map(area(false))];
    });
  }

  /** RAM that devices bring along, frame buffers, where the machine has none of its own. */
  memory(regions: readonly MemoryRegion[]): MemoryRegion[] {
    const free = (r: Range): boolean => regions.every(({ address, size }) => r.start + r.length <= address || r.start >= address + size);
    return this.list.flatMap(({ placement: { definition } }) =>
      (definition.ram ?? []).filter(free).map((r): MemoryRegion => ({ address: r.start, size: r.length, kind: 'ram' })),
    );
  }

  /** Windows of devices that lie over RAM and come and go. */
  overlays(): { address: number; size: number }[] {
    return this.list.flatMap((device) =>
      mmioOf(device)
        .filter((r) => r.overlay === true)
        .map((r) => ({ address: r.start, size: r.length })),
    );
  }

  /** What every device says of its state, by its name in the machine. */
  save(): Record<string, unknown> {
    const states: Record<string, unknown> = {};
    for (const { placement, name } of this.list)
      if (placement.definition.save !== undefined) states[name] = structuredClone(placement.definition.save());
    return states;
  }

  /** Every device to its power-on state, then to what `save` has said. */
  restore(states: Record<string, unknown>): void {
    for (const { placement, name } of this.list) {
      placement.definition.reset?.();
      if (Object.hasOwn(states, name)) placement.definition.restore?.(structuredClone(states[name]));
    }
  }

  reset(): void {
    for (const { placement } of this.list) placement.definition.reset?.();
  }

  /** Devices let go of what they hold. @param failed hears of those that throw */
  close(failed: (text: string) => void): void {
    for (const { placement } of this.list) {
      try {
        placement.definition.close?.();
      } catch (error) {
        failed(`device ${placement.definition.name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
}
