/**
 * A device is a pure state machine: offsets in, values out. Addresses, IRQ numbers and overlap checks live in the bus;
 * what a device prints or raises goes through the injected `DeviceContext`, so that it is tested without KVM.
 */

import type { DriveBay } from './disks/drives.js';

export type AccessSize = 1 | 2 | 4;

/** What the machine gives a device when it is attached. */
export interface DeviceContext {
  /** The name the user gave or the device's own, for messages. */
  readonly name: string;
  /** Guest console output, byte for byte. */
  output(bytes: Uint8Array): void;
  /** The same for one byte, without making an array of it. */
  outputByte(value: number): void;
  /** Sets the device's interrupt line `n` (0 is the first of its `irqs`). Level: it stays until lowered. */
  interrupt(level: boolean, n?: number): void;
  /** Guest time in nanoseconds since the machine started; stops while the machine is stopped. */
  now(): bigint;
  /** Calls back once, `delay` nanoseconds of guest time from now; returns a cancel function. */
  timer(delay: bigint, callback: () => void): () => void;
  /** Time of day: milliseconds since 1970 (UTC). Not there on a bench: then the host's. */
  wallTime?(): number;
  /** A number from outside that no later run would see again (random bits), so that a recording can keep it. */
  chance?(draw: () => number): number;
  /** Next byte of the console's input, or -1 when there is none now, or -2 at its end. */
  input(): number;
  /**
   * Called inside `in`: there is nothing to answer yet. The vCPU pauses and the access is repeated once input may have
   * come; what `in` returns this time is dropped (by engines that cannot pause it is used: the soft engine).
   */
  waitForInput(): void;
  /** Called whenever input may have become available. */
  onInput(callback: () => void): void;
  /** Something outside (a terminal, a connection) may raise an interrupt while this is on: a hlt is no end then. */
  awaits?(on: boolean): void;
  /** An interrupt waits for the processor that none of the lines has announced: look after this access. */
  attend?(): void;
  /** The ports as the processor has them (a byte when no size is given): how firmware reaches devices. */
  readonly ports?: { in(port: number, size?: AccessSize): number; out(port: number, value: number, size?: AccessSize): void };
  /** Guest physical memory, for DMA. Throws outside RAM. */
  memory(address: number, length: number): Uint8Array;
  /** Bytes of RAM from address 0 on, without a hole. */
  readonly memorySize: number;
  /** Disk images; absent on a bench without any. */
  readonly drives?: DriveBay;
  /** Ends the run after this access. */
  stop(reason: StopReason): void;
  /** One line to the user (stderr), at most once per distinct text. */
  warn(text: string): void;
  /** Switches an `overlay` range on or off: while it is on, accesses go to the device instead of the RAM below it. */
  overlay?(range: number, on: boolean): void;
  /** Another device of the machine, by its name (firmware and the devices that it drives), or null. */
  peer?(name: string): DeviceDefinition | null;
}

export type StopReason =
  /** isa-debug-exit: process status is (value << 1) | 1, kept odd. */
  { readonly kind: 'debug-exit'; readonly value: number } | { readonly kind: 'power-off' } | { readonly kind: 'reset' };

export interface Range {
  readonly start: number;
  /** Number of ports or bytes. */
  readonly length: number;
  /** MMIO that lies over RAM, in whole pages: off until the device switches it on (`DeviceContext.overlay`). */
  readonly overlay?: boolean;
}

/** What a user's or our own device module defines. Only `name` is needed. */
export interface DeviceDefinition<State = unknown> {
  readonly name: string;
  /** One line for `tskvm devices`. */
  readonly description?: string;
  /** Default port ranges; `@PORT` in a device spec moves the first. */
  readonly ports?: readonly Range[];
  /** MMIO ranges by guest physical address. */
  readonly mmio?: readonly Range[];
  /** RAM of its own that the guest sees at these addresses, in whole pages (a frame buffer). */
  readonly ram?: readonly Range[];
  /** Default interrupt lines (ISA IRQ numbers). */
  readonly irqs?: readonly number[];
  /**
   * Access sizes that the device understands; others are split, low byte first. Default: [1, 2, 4] when `in`/`out` (or
   * `read`/`write`) take a size, else [1]. 8 is for MMIO only.
   */
  readonly sizes?: readonly (AccessSize | 8)[];
  /** Writes have no effect that a later read of another device could see: they may be coalesced by KVM. `mmio`: those to memory only. */
  readonly coalesced?: boolean | 'mmio';
  attach?(context: DeviceContext): void;
  reset?(): void;
  /** What must have happened before the guest starts, such as a connection; awaited once. */
  ready?(): Promise<void> | undefined;
  /** An image has been put into memory, before the guest starts; `disk` is what a boot sector was read from. */
  booted?(disk: Uint8Array | null): void;
  /** Reads `size` bytes at `offset` in range number `range`. */
  in?(offset: number, size: AccessSize, range: number): number;
  out?(offset: number, value: number, size: AccessSize, range: number): void;
  /** A whole `rep outs` at once: `data` holds count × size bytes. Without it, `out` is called for each. */
  outBlock?(offset: number, data: Uint8Array, size: AccessSize, range: number): void;
  inBlock?(offset: number, data: Uint8Array, size: AccessSize, range: number): void;
  /** MMIO, 1 to 8 bytes as KVM gives them (8 as two halves when absent from sizes). */
  read?(offset: number, size: number, range: number): number | bigint;
  write?(offset: number, value: number | bigint, size: number, range: number): void;
  /** Everything that `restore` needs, structured-clonable. */
  save?(): State;
  restore?(state: State): void;
  /** Releases files, sockets, timers. */
  close?(): void;
}

/** Types a device; at run time the identity. See docs/devices.md. */
export function defineDevice<State = unknown>(definition: DeviceDefinition<State>): DeviceDefinition<State> {
  return definition;
}

/** A module may export a device or a factory that takes the options of its spec (`./led.ts@0x10,color=red`). */
export type DeviceFactory = (options: Record<string, string>) => DeviceDefinition;
