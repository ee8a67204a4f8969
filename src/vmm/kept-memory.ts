/**
 * Guest memory that goes back cheaply: to clear, or to a snapshot. What the host writes is noted here, what the guest
 * writes the engine tells.
 */
import type { Engine } from './engine.js';
import { GuestMemory } from './memory.js';
import type { Snapshot } from './snapshot.js';

const PAGE = 4096;
/** Ranges that are noted one by one; with more, everything counts as written. */
const NOTED = 256;

export class KeptMemory {
  readonly ram: GuestMemory;
  /** Ranges that the host has written since memory was last clear; null: unknown, clear everything. */
  private touched: { address: number; length: number }[] | null = [];
  /** The engine tells which pages the guest writes. */
  private logging = false;
  /** A guest has run in this memory, ever. */
  private ran = false;
  /** The snapshot since which the changes are noted. */
  private base: Snapshot | null = null;

  /** @param about the regions, for messages */
  constructor(
    private readonly engine: Engine,
    about: string,
  ) {
    this.ram = new GuestMemory(() => engine.memory, about);
  }

  /** The host is about to write here. */
  touch(address: number, length: number): void {
    if (this.touched === null) return;
    const last = this.touched[this.touched.length - 1];
    if (last !== undefined && address >= last.address && address + length <= last.address + last.length) return;
    if (this.touched.length > NOTED) this.touched = null;
    else this.touched.push({ address, length });
  }

  /** The host may write anywhere. */
  touchAll(): void {
    this.touched = null;
  }

  /** A guest is about to run. */
  runs(): void {
    this.ran = true;
  }

  /** Clears all of it. */
  clear(): void {
    const clear = (address: number, length: number): void => {
      for (const view of this.engine.memory) {
        const from = Math.max(address, view.address);
        const to = Math.min(address + length, view.address + view.size);
        if (from < to) view.window(from - view.address, to - from).fill(0);
      }
    };
    // Before the first guest has run, all that is in memory is what was put there: the rest need not be touched. Since a
    // snapshot was taken or gone back to, only what differs from that has been recorded.
    if (this.touched === null || this.base !== null || (this.ran && !this.logging)) {
      for (const view of this.engine.memory) view.bytes.fill(0);
      this.startLogging();
    } else {
      if (!this.logging) this.startLogging();
      for (const { address, length } of this.touched) clear(address, length);
      this.engine.dirty(clear);
    }
    this.touched = [];
    this.base = null;
  }

  /** From now on the engine tells which pages the guest writes. */
  startLogging(): void {
    if (!this.logging) this.engine.logDirty(true);
    this.logging = true;
    this.engine.dirty(() => undefined);
  }

  /** Memory is just now what the snapshot says. */
  keep(snapshot: Snapshot): void {
    this.base = snapshot;
    this.touched = [];
  }

  /** Back to a snapshot: by what has changed since, when it is the one that was kept. */
  restore(snapshot: Snapshot): void {
    const { engine, ram } = this;
    const zero = new Uint8Array(PAGE);
    const back = (address: number, length: number): void => {
      const first = Math.floor(address / PAGE) * PAGE;
      for (let at = first; at < address + length; at += PAGE) ram.at(at, PAGE)?.set(snapshot.pages.get(at) ?? zero);
    };
    if (this.base === snapshot && this.touched !== null && this.logging) {
      for (const { address, length } of this.touched) back(address, length);
      engine.dirty(back);
    } else {
      for (const view of engine.memory) view.bytes.fill(0);
      for (const [address, page] of snapshot.pages) ram.at(address, PAGE)?.set(page);
      this.startLogging();
    }
    this.keep(snapshot);
  }
}
