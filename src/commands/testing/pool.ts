/**
 * Worker processes that run guests: one that crashes or hangs takes only its own guest with it. The protocol is one
 * `Job` at a time down and one `Outcome` back up.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { exitStatus } from '../../exit-status.js';
import type { Options } from '../shared/spec.js';
import type { Directive } from './directive.js';
import type { Guest } from './discover.js';
import type { Outcome } from './execute.js';

export interface Job {
  readonly file: string;
  readonly directive: Directive;
  readonly options: Options;
}

/** What a guest may take longer than its time-out before its worker is taken for dead: building, starting, reporting. */
const grace = 8000;

export class WorkerPool {
  private readonly idle: ChildProcess[] = [];
  private readonly all = new Set<ChildProcess>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private closed = false;

  constructor(
    private readonly options: Options,
    private readonly size: number,
  ) {}

  /** Runs every guest, at most `size` at once, and calls back in the order in which they end. */
  async run(guests: Iterable<Guest>, done: (guest: Guest, outcome: Outcome) => void | 'stop'): Promise<void> {
    const queue = guests[Symbol.iterator]();
    let stopped = false;
    const lane = async (): Promise<void> => {
      for (let next = queue.next(); !next.done && !stopped && !this.closed; next = queue.next()) {
        const outcome = await this.one(next.value);
        if (this.closed || stopped) return;
        if (done(next.value, outcome) === 'stop') stopped = true;
      }
    };
    await Promise.all(Array.from({ length: this.size }, lane));
  }

  private one(guest: Guest): Promise<Outcome> {
    const started = performance.now();
    const worker = this.idle.pop() ?? this.spawn();
    const timeout = Number(guest.directive.timeout ?? this.options.timeout ?? 10) * 1000;
    return new Promise((resolve) => {
      let stderr = '';
      const listen = (chunk: Buffer): void => {
        stderr = (stderr + chunk.toString()).slice(-2000);
      };
      const finish = (outcome: Outcome): void => {
        clearTimeout(timer);
        this.timers.delete(timer);
        worker.removeAllListeners('message').removeAllListeners('exit');
        worker.stderr?.off('data', listen);
        resolve(outcome);
      };
      const lost = (ending: string): void => {
        this.all.delete(worker);
        worker.kill('SIGKILL');
        finish({
          status: exitStatus.internal,
          out: new Uint8Array(0),
          err: `tskvm: ${ending}\n${stderr}`,
          screen: '',
          png: new Uint8Array(0),
          regs: '',
          ending,
          milliseconds: performance.now() - started,
          dependencies: [guest.file],
        });
      };
      const timer = setTimeout(
        () => lost(`the worker did not answer within ${(timeout + grace) / 1000} s (a device that never returns?)`),
        timeout + grace,
      );
      this.timers.add(timer);
      worker.stderr?.on('data', listen);
      worker.on('exit', (code, signal) => lost(`the worker crashed (${signal ?? `status ${code}`})`));
      worker.on('message', (outcome: Outcome) => {
        finish(outcome);
        if (this.closed) worker.kill('SIGKILL');
        else this.idle.push(worker);
      });
      worker.send({ file: guest.file, directive: guest.directive, options: this.options } satisfies Job);
    });
  }

  private spawn(): ChildProcess {
    const worker = fork(process.argv[1], ['test', '--worker'], { serialization: 'advanced', stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    // An idle one must not keep the process alive; nor be a victim of Ctrl-C before we have said goodbye.
    this.all.add(worker);
    return worker;
  }

  /** Ends all workers at once. A guest that is running has no outcome: its `run` never settles. */
  close(): void {
    this.closed = true;
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
    for (const worker of this.all) {
      worker.removeAllListeners('exit');
      worker.kill('SIGKILL');
    }
    this.all.clear();
  }
}

/** The worker's side: answers jobs until its parent goes. */
export async function serve(): Promise<number> {
  const { GuestRunner } = await import('./execute.js');
  const runners = new Map<string, InstanceType<typeof GuestRunner>>();
  process.on('SIGINT', () => {});
  return new Promise((resolve) => {
    process.on('disconnect', () => {
      for (const runner of runners.values()) runner.close();
      resolve(0);
    });
    process.on('message', (job: Job) => {
      const key = JSON.stringify(job.options);
      let runner = runners.get(key);
      if (!runner) runners.set(key, (runner = new GuestRunner(job.options)));
      void runner.run(job.file, job.directive).then((outcome) => process.send?.(outcome));
    });
  });
}
