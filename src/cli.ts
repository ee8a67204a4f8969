/**
 * The command line: which command a word names, and commander for everything that needs explaining. Commands are loaded
 * when they are asked for, and so is commander.
 */
import type { Command } from 'commander';
import { exitStatus } from './exit-status.js';
import type { LazyRequire } from './lazy.js';
import { reportFailure } from './commands/shared/report.js';
import { quickParse, type CommandSpec, type Options } from './commands/shared/spec.js';
import { setColor, useColor, writeStderr, writeStdout } from './commands/shared/streams.js';

declare const require: LazyRequire;
declare const __TSKVM_VERSION__: string;
declare const __TSKVM_BUNDLE__: 'cli' | 'hot' | 'tools';

interface Entry {
  readonly summary: string;
  /** The command's own parser reads its arguments: GNU's drop-ins do. */
  readonly raw?: () => { run(argv: string[]): number | Promise<number> };
  readonly spec?: () => CommandSpec;
  /** Status of a failure that has none of its own: 1 for what ends as GNU's tools do. */
  readonly failure?: number;
}

/** These start quickest: dist/hot.cjs has no other commands in it. bin/tskvm.js chooses the bundle by the same names. */
// prettier-ignore
const hot: Record<string, Entry> = {
  as: { summary: 'assemble, as GNU as does', failure: 1, raw: () => require('./commands/as.js') as typeof import('./commands/as.js') },
  build: { summary: 'assemble and link sources into a flat image', failure: 1, spec: () => (require('./commands/build.js') as typeof import('./commands/build.js')).build },
  run: { summary: 'run an image on a virtual machine', spec: () => (require('./commands/run.js') as typeof import('./commands/run.js')).run },
  'build-run': { summary: 'build and run in one', spec: () => (require('./commands/build-run.js') as typeof import('./commands/build-run.js')).buildRun },
};

/** What works on objects alone: dist/tools.cjs. */
// prettier-ignore
const tools: Record<string, Entry> = {
  link: { summary: 'link objects and archives, as GNU ld does', failure: 1, raw: () => require('./commands/link.js') as typeof import('./commands/link.js') },
  objcopy: { summary: 'copy objects into other formats, as GNU objcopy does', failure: 1, raw: () => require('./commands/objcopy.js') as typeof import('./commands/objcopy.js') },
  nm: { summary: 'list symbols, as GNU nm does', failure: 1, raw: () => require('./commands/nm.js') as typeof import('./commands/nm.js') },
  size: { summary: 'section sizes, as GNU size does', failure: 1, raw: () => require('./commands/size.js') as typeof import('./commands/size.js') },
  readelf: { summary: 'show ELF headers, symbols and relocations, as GNU readelf does', failure: 1, raw: () => require('./commands/readelf.js') as typeof import('./commands/readelf.js') },
};

// prettier-ignore
const others: Record<string, Entry> = {
  watch: { summary: 'build and run on every save', spec: () => (require('./commands/watch.js') as typeof import('./commands/watch.js')).watch },
  devices: { summary: 'list the devices', spec: () => (require('./commands/devices.js') as typeof import('./commands/devices.js')).devices },
  test: { summary: 'run guests and compare with their golden output', spec: () => (require('./commands/test.js') as typeof import('./commands/test.js')).test },
  cpp: { summary: 'the C preprocessor for .S sources', failure: 1, raw: () => require('./commands/cpp.js') as typeof import('./commands/cpp.js') },
  trace: { summary: 'run a guest one instruction at a time', spec: () => (require('./commands/trace.js') as typeof import('./commands/trace.js')).trace },
  doctor: { summary: 'check what this machine can run', spec: () => (require('./commands/doctor.js') as typeof import('./commands/doctor.js')).doctor },
  objdump: { summary: 'disassemble and show objects', failure: 1, raw: () => require('./commands/objdump.js') as typeof import('./commands/objdump.js') },
  disasm: { summary: 'objdump -d by a shorter name', failure: 1, raw: () => require('./commands/objdump.js') as typeof import('./commands/objdump.js') },
  explain: { summary: 'what each byte of an encoding means', spec: () => (require('./commands/explain.js') as typeof import('./commands/explain.js')).explain },
  completion: { summary: 'completion of commands and options for bash, zsh and fish', spec: () => (require('./commands/completion.js') as typeof import('./commands/completion.js')).completion(summaries) },
  init: { summary: 'write a first guest and what goes with it', spec: () => (require('./commands/init.js') as typeof import('./commands/init.js')).init },
};

const commands: Record<string, Entry> =
  __TSKVM_BUNDLE__ === 'hot' ? hot : __TSKVM_BUNDLE__ === 'tools' ? tools : { ...hot, ...tools, ...others };

function summaries(): { name: string; summary: string; options: CommandSpec['options'] }[] {
  return Object.entries(commands).map(([name, { summary, spec }]) => ({ name, summary, options: spec?.().options ?? [] }));
}

/** Exit status 1 for a mistake in the arguments of a GNU drop-in, 2 elsewhere. */
async function explain(spec: CommandSpec, argv: readonly string[], failure: number): Promise<number> {
  const command = commanderCommand(spec);
  let status = 0;
  let parsed: { operands: string[]; options: Options } | undefined;
  command.exitOverride((error) => {
    status = error.exitCode === 0 ? 0 : failure;
    throw error;
  });
  command.action(() => {
    parsed = { operands: command.args, options: command.opts() };
  });
  try {
    command.parse(argv, { from: 'user' });
  } catch (error) {
    if ((error as { code?: string }).code?.startsWith('commander.')) return status;
    throw error;
  }
  return parsed ? spec.run(parsed.operands, parsed.options) : status;
}

function commanderCommand(spec: CommandSpec): Command {
  const { Command, Option } = require('commander') as typeof import('commander');
  const command = new Command(`tskvm ${spec.name}`);
  command.description(spec.description);
  for (const operand of spec.operands.split(' ').filter(Boolean)) command.argument(operand);
  for (const { flags, description, repeat, hidden } of spec.options) {
    const option = new Option(flags, description).hideHelp(hidden === true);
    if (repeat) option.argParser((value: string, all: string[] | undefined) => [...(all ?? []), value]);
    command.addOption(option);
  }
  command.option('--color <when>', 'always, never or auto (NO_COLOR is honoured)');
  const width = Math.max(...spec.examples.map(([line]) => line.length));
  const examples = spec.examples.map(([line, what]) => `  $ ${line.padEnd(width)}  ${what}\n`).join('');
  command.addHelpText('after', `\nExamples:\n${examples}${spec.notes ? `\n${spec.notes}\n` : ''}`);
  return configure(command);
}

function configure(command: Command): Command {
  return command
    .helpOption('-h, --help', 'show this help')
    .showSuggestionAfterError()
    .showHelpAfterError(false)
    .configureHelp({ helpWidth: Math.min(120, process.stdout.columns ?? 100) })
    .configureOutput({
      writeOut: writeStdout,
      writeErr: writeStderr,
      outputError: (text, write) => write(`${command.name()}: ${text.replace(/^error: /, '').replace(/\n\(Did/, '\n  (Did')}`),
      getErrHasColors: () => useColor(2),
      getOutHasColors: () => useColor(1),
    });
}

/** The top level's help, version and complaints. */
function overview(argv: readonly string[]): number {
  const { Command } = require('commander') as typeof import('commander');
  const program = configure(new Command('tskvm'));
  program
    .description('An x86 assembler, objcopy, linker and KVM virtual machine: from test.S to a running guest in one command.')
    .version(`tskvm ${__TSKVM_VERSION__}`, '-V, --version', 'show the version')
    .usage('[--color WHEN] COMMAND …')
    .addHelpText(
      'after',
      `
Examples:
  $ tskvm build-run hello.S                    assemble it and run it on KVM
  $ tskvm watch hello.S                        do that on every save
  $ tskvm test                                 run every guest that has a golden output
  $ tskvm as --32 test.S -o test.o             the same bytes as GNU as
  $ tskvm COMMAND --help                       options and examples of a command

The guest's output is standard output and nothing else is. Exit statuses: docs/exit-statuses.md`,
    );
  program.helpCommand('help [command]', 'show the help of a command');
  for (const [name, { summary }] of Object.entries(commands))
    program.command(name).summary(summary).description(summary).allowUnknownOption();
  let status: number = exitStatus.usage;
  program.exitOverride((error) => {
    status = error.exitCode;
    throw error;
  });
  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (!(error as { code?: string }).code?.startsWith('commander.')) throw error;
    return status === 0 ? 0 : exitStatus.usage;
  }
  return exitStatus.usage;
}

function dispatch(argv: string[]): { name: string; failure: number; start: () => number | Promise<number> } {
  // --color may stand anywhere for our own commands, and only first for GNU's drop-ins.
  while (argv[0]?.startsWith('--color')) {
    const inline = argv[0].startsWith('--color=');
    setColor(inline ? argv[0].slice(8) : (argv[1] ?? ''));
    argv = argv.slice(inline ? 1 : 2);
  }
  let [name] = argv;
  let rest = argv.slice(1);
  if (name === 'help' && rest.length > 0 && Object.hasOwn(commands, rest[0])) [name, rest] = [rest[0], ['--help']];
  const entry = name !== undefined && Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!entry) return { name: '', failure: exitStatus.usage, start: () => overview(argv.length === 0 ? ['--help'] : argv) };
  const failure = entry.failure ?? exitStatus.usage;
  const start = (): number | Promise<number> => {
    if (entry.raw) return entry.raw().run(rest);
    const spec = (entry.spec as () => CommandSpec)();
    const words = takeColor(rest);
    const spelt = spec.spell ? spec.spell(words) : words;
    const parsed = quickParse(spec, spelt);
    return parsed ? spec.run(parsed.operands, parsed.options) : explain(spec, spelt, failure);
  };
  return { name, failure, start };
}

/** Applies `--color` wherever it stands (before `--`) and returns the other words. */
function takeColor(words: string[]): string[] {
  if (!words.some((word) => word.startsWith('--color'))) return words;
  const others: string[] = [];
  for (let i = 0; i < words.length; i++) {
    if (words[i] === '--') return [...others, ...words.slice(i)];
    if (words[i] === '--color') setColor(words[++i] ?? '');
    else if (words[i].startsWith('--color=')) setColor(words[i].slice(8));
    else others.push(words[i]);
  }
  return others;
}

function main(): void {
  let name = '';
  let failure: number = exitStatus.usage;
  const fail = (error: unknown): void => end(reportFailure(error, name, failure));
  const end = (status: number): void => {
    process.exitCode = status;
    // All is written, synchronously: what Node does when it winds down by itself (a last collection of garbage) is felt.
    if (__TSKVM_BUNDLE__ !== 'cli') process.exit();
  };
  // What escapes from timers and listeners ends like everything else: a message, never a stack.
  process.on('uncaughtException', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? exitStatus.closedPipe : reportFailure(error, name, failure));
  });
  try {
    const chosen = dispatch(process.argv.slice(2));
    ({ name, failure } = chosen);
    const status = chosen.start();
    if (typeof status === 'number') end(status);
    else status.then(end, fail);
  } catch (error) {
    fail(error);
  }
}

main();
