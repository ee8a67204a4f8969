/** The PC speaker as a sound file: what counter 2 and port 0x61 did, as 8-bit mono samples in RIFF WAVE. */
import { writeFileSync } from 'node:fs';
import { TskvmError } from '../../diagnostics.js';

const RATE = 44_100;
/** Longer recordings are cut: ten minutes are 26 MB. */
const MOST_SECONDS = 600;
const MOST_CHANGES = 1_000_000;
/** Samples at rest, of a cone pushed out, and drawn in. */
const REST = 0x80;
const HIGH = 0xc0;
const LOW = 0x40;
/** Hz of the counters' clock input. */
const CLOCK = 1_193_182;

/** Off, on (the cone is out), or a square wave with this many clocks a period, begun at this time. */
export type Sound = 'off' | 'on' | { readonly period: number; readonly since: bigint };

const same = (a: Sound, b: Sound): boolean =>
  a === b || (typeof a === 'object' && typeof b === 'object' && a.period === b.period && a.since === b.since);

export class Speaker {
  private changes: { readonly at: bigint; readonly sound: Sound }[] = [];

  constructor(private readonly file: string) {}

  /** From now on it sounds like this. Times are guest nanoseconds and never go back. */
  set(at: bigint, sound: Sound): void {
    const last = this.changes.at(-1)?.sound ?? 'off';
    if (!same(last, sound) && this.changes.length < MOST_CHANGES) this.changes.push({ at, sound });
  }

  clear(): void {
    this.changes = [];
  }

  /** Samples up to `end`. */
  samples(end: bigint): Uint8Array {
    const seconds = Math.min(Number(end) / 1e9, MOST_SECONDS);
    const bytes = new Uint8Array(Math.ceil(seconds * RATE)).fill(REST);
    this.changes.forEach(({ at, sound }, i) => {
      if (sound === 'off') return;
      const from = Math.round((Number(at) / 1e9) * RATE);
      const next = this.changes[i + 1]?.at ?? end;
      const to = Math.min(bytes.length, Math.max(from + 1, Math.round((Number(next) / 1e9) * RATE)));
      if (sound === 'on') bytes.fill(HIGH, from, to);
      else {
        const frequency = CLOCK / sound.period;
        // Nobody hears it, and samples could not hold it.
        if (frequency > RATE / 2) return;
        const begun = Number(sound.since) / 1e9;
        for (let n = from; n < to; n++) {
          const phase = (n / RATE - begun) * frequency;
          bytes[n] = phase - Math.floor(phase) < 0.5 ? HIGH : LOW;
        }
      }
    });
    return bytes;
  }

  /** @throws TskvmError when the file cannot be written */
  write(end: bigint): void {
    const samples = this.samples(end);
    const head = Buffer.alloc(44);
    head.write('RIFF', 0, 'latin1');
    head.writeUInt32LE(36 + samples.length, 4);
    head.write('WAVEfmt ', 8, 'latin1');
    // 16 bytes: PCM, one channel, bytes a second, block of 1 byte, 8 bits.
    head.writeUInt32LE(16, 16);
    head.writeUInt16LE(1, 20);
    head.writeUInt16LE(1, 22);
    head.writeUInt32LE(RATE, 24);
    head.writeUInt32LE(RATE, 28);
    head.writeUInt16LE(1, 32);
    head.writeUInt16LE(8, 34);
    head.write('data', 36, 'latin1');
    head.writeUInt32LE(samples.length, 40);
    try {
      writeFileSync(this.file, Buffer.concat([head, samples]));
    } catch (error) {
      throw new TskvmError(`--speaker ${this.file}: it cannot be written (${(error as NodeJS.ErrnoException).code})`);
    }
  }
}
