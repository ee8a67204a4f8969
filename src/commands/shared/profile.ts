/** `--profile`: the time and memory of each stage, for standard error. */
import { milliseconds } from './clock.js';

interface Stage {
  readonly name: string;
  readonly milliseconds: number;
  /** Memory of the process when it ended, and how much the stage had added to it, in bytes. */
  readonly resident: number;
  readonly added: number;
}

export class Profile {
  private readonly started = milliseconds();
  private last = this.started;
  private resident = process.memoryUsage.rss();
  private readonly stages: Stage[] = [];

  /** The stage called `name` has ended, and the next begins. */
  readonly stage = (name: string): void => {
    const now = milliseconds();
    const resident = process.memoryUsage.rss();
    this.stages.push({ name, milliseconds: now - this.last, resident, added: resident - this.resident });
    this.last = now;
    this.resident = resident;
  };

  /** A line a stage, then their sum. */
  render(): string {
    const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1).padStart(8);
    const line = (name: string, time: number, resident: number, added: number): string =>
      `${name.padEnd(12)}${time.toFixed(1).padStart(9)} ms${mebibytes(resident)} MiB  ${added < 0 ? '-' : '+'}${mebibytes(Math.abs(added)).trim()} MiB\n`;
    const first = this.stages[0];
    const before = first === undefined ? this.resident : first.resident - first.added;
    const body = this.stages.map((stage) => line(stage.name, stage.milliseconds, stage.resident, stage.added)).join('');
    return `stage            time       memory     added\n${body}${line('all', this.last - this.started, this.resident, this.resident - before)}`;
  }
}
