/** The guest's output on its way to the screen: what differs from the run before is highlighted. */
import { diffLines } from 'diff';
import type { OutputSink } from '../../vmm/output.js';
import { writeStdout } from '../shared/streams.js';

/** A run that takes longer than this is shown as it goes, without highlighting. */
const patience = 150;

export class RunOutput implements OutputSink {
  private readonly parts: Uint8Array[] = [];
  private shown = 0;
  private readonly timer: NodeJS.Timeout | undefined;

  /** `previous`: the output of the run before; null for none, or where nothing is to be highlighted. */
  constructor(private readonly previous: Uint8Array | null) {
    if (previous !== null) this.timer = setTimeout(() => this.flush(), patience);
  }

  write(bytes: Uint8Array): number {
    this.parts.push(bytes.slice());
    if (this.previous === null || this.shown > 0) this.flush();
    return bytes.length;
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.parts);
  }

  /** Shows what has not been shown yet as it is. */
  private flush(): void {
    for (; this.shown < this.parts.length; this.shown++) writeStdout(this.parts[this.shown]);
  }

  /** The run is over: shows what is left. Returns true when something changed since the last run. */
  finish(): boolean {
    clearTimeout(this.timer);
    const bytes = this.bytes();
    const changed = this.previous !== null && Buffer.compare(bytes, this.previous) !== 0;
    if (this.shown === 0 && changed && this.previous && bytes.length < 100_000) {
      for (const { value, added, removed } of diffLines(Buffer.from(this.previous).toString(), Buffer.from(bytes).toString())) {
        if (removed) continue;
        writeStdout(added ? value.replace(/[^\n]+/g, '\x1b[32m$&\x1b[0m') : value);
      }
    } else {
      this.flush();
    }
    if (bytes.length > 0 && bytes[bytes.length - 1] !== 0x0a) writeStdout('\n');
    return changed;
  }
}
