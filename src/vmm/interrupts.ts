/** What the machine needs of whatever collects interrupt lines: the chips of an engine, or a PIC device in software. */

export interface InterruptController {
  /** Level of ISA line `line`. */
  setLine(line: number, level: boolean): void;
  /** True when an interrupt waits for the processor. */
  pending(): boolean;
  /** False: every line is masked, so that nothing can come. Absent: unknown. */
  enabled?(): boolean;
  /** The processor takes it: its vector (INTA cycle). */
  acknowledge(): number;
}

/** A device that is an interrupt controller says so by this (the 8259s of `--irqchip soft`). */
export interface InterruptDevice {
  readonly interruptController: InterruptController;
}
