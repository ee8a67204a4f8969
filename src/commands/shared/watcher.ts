/**
 * Tells when any of a set of files changes, appears or disappears. It watches folders, because editors save by renaming
 * a new file over the old one; a folder that is not there (any more) is waited for at the nearest one above that is.
 */
import { statSync, watch, type FSWatcher } from 'node:fs';
import path from 'node:path';

/** A save is looked at this soon after the first sign of it, in milliseconds. */
const soon = 2;
/** A file that is empty or absent is probably in the middle of being saved (truncate and write, unlink and rename). */
const settle = 40;
/** Some file systems tell nothing (network, overlays): look for oneself now and then. */
const interval = 1500;

export class FileWatcher {
  /** Absolute path → what identifies its content. */
  private readonly files = new Map<string, string>();
  private readonly folders = new Map<string, { watcher: FSWatcher; inode: bigint }>();
  private timer: NodeJS.Timeout | undefined;
  /** Since when a file has been empty or absent. */
  private readonly hollow = new Map<string, number>();
  private readonly poll: NodeJS.Timeout;
  private closed = false;

  /** `changed` gets the absolute paths of the files that differ from what they were. */
  constructor(private readonly changed: (files: string[]) => void) {
    this.poll = setInterval(() => {
      this.arm();
      this.look();
    }, interval);
  }

  /**
   * Watches these files from now on and no others. Those that are new count as unchanged, unless they were modified after
   * `since` (milliseconds of the epoch): then whoever has read them may have seen the old content.
   */
  set(files: Iterable<string>, since = Infinity): void {
    const wanted = new Set([...files].map((file) => path.resolve(file)));
    for (const file of this.files.keys()) if (!wanted.has(file)) this.files.delete(file);
    for (const file of wanted) {
      if (this.files.has(file)) continue;
      const late = (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) > since;
      this.files.set(file, late ? 'modified meanwhile' : signature(file).identity);
      if (late) this.schedule();
    }
    this.arm();
  }

  /** Puts watches on the folders of all files, or on what stands above them. */
  private arm(): void {
    if (this.closed) return;
    const needed = new Set<string>();
    for (const file of this.files.keys()) needed.add(nearestFolder(path.dirname(file)));
    for (const [folder, { watcher, inode }] of this.folders) {
      if (needed.has(folder) && inodeOf(folder) === inode) continue;
      watcher.close();
      this.folders.delete(folder);
    }
    for (const folder of needed) {
      if (this.folders.has(folder)) continue;
      try {
        const watcher = watch(folder, () => this.schedule());
        // The folder went away: whatever is left to watch is found again by the next look.
        watcher.on('error', () => this.schedule());
        this.folders.set(folder, { watcher, inode: inodeOf(folder) });
      } catch {
        // Out of inotify watches, or gone meanwhile: the poll serves.
      }
    }
  }

  private schedule(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.arm();
      this.look();
    }, soon);
  }

  private look(): void {
    if (this.closed) return;
    const differing: string[] = [];
    const now = performance.now();
    for (const [file, before] of this.files) {
      const { identity, hollow } = signature(file);
      if (identity === before) {
        this.hollow.delete(file);
        continue;
      }
      if (hollow) {
        // Not yet, unless it stays so.
        const since = this.hollow.get(file) ?? now;
        this.hollow.set(file, since);
        if (now - since < settle) {
          setTimeout(() => this.schedule(), settle);
          continue;
        }
      }
      this.hollow.delete(file);
      this.files.set(file, identity);
      differing.push(file);
    }
    if (differing.length > 0) this.changed(differing);
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    clearInterval(this.poll);
    for (const { watcher } of this.folders.values()) watcher.close();
    this.folders.clear();
  }
}

function signature(file: string): { identity: string; hollow: boolean } {
  try {
    const stat = statSync(file, { bigint: true });
    return { identity: `${stat.ino}:${stat.size}:${stat.mtimeNs}`, hollow: stat.size === 0n && stat.isFile() };
  } catch {
    return { identity: 'absent', hollow: true };
  }
}

function inodeOf(folder: string): bigint {
  return statSync(folder, { bigint: true, throwIfNoEntry: false })?.ino ?? 0n;
}

function nearestFolder(folder: string): string {
  for (let at = folder; ; at = path.dirname(at)) {
    if (statSync(at, { throwIfNoEntry: false })?.isDirectory() || at === path.dirname(at)) return at;
  }
}
