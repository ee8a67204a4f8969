/** The help and version texts of `tskvm as`, made from its option table. */
import { longOptions, machineOptions, shortOptions, type AsRequest } from './as-options.js';

declare const __TSKVM_VERSION__: string;

const row = (left: string, help: string): string => `  ${left.length > 26 ? `${left}\n${' '.repeat(30)}` : left.padEnd(28)}${help}\n`;

export function asHelp(what: NonNullable<AsRequest['show']>): string {
  if (what === 'version') return `tskvm as ${__TSKVM_VERSION__}, compatible with GNU assembler version 2.40\n`;
  if (what === 'config') return 'alias = x86_64-linux-gnu\ncanonical = x86_64-pc-linux-gnu\ncpu-type = x86_64\nbfd-target = elf64-x86-64\n';
  const long = (what === 'help' ? [...longOptions, ...machineOptions] : machineOptions)
    .filter((option) => !option.hidden)
    .map((option) => {
      const dashes = machineOptions.includes(option) && option.name !== 'divide' ? '-' : '--';
      const value = option.argument === 'optional' ? `[=${option.placeholder}]` : option.argument ? `=${option.placeholder}` : '';
      return row(`${dashes}${option.name}${value}`, option.help ?? '');
    });
  const short = (what === 'help' ? shortOptions : [])
    .filter((option) => !option.hidden)
    .map((option) => row(`-${option.letter}${option.placeholder ? ` ${option.placeholder}` : ''}`, option.help ?? ''));
  return `Usage: tskvm as [option...] [file...]

Assembles x86 sources as GNU as 2.40 does; no file, or -, is standard input.

Options:
${short.join('')}${long.join('')}${row('@FILE', 'read options from FILE')}
Examples:
  tskvm as --32 test.S -o test.o
  tskvm as -al --defsym DEBUG=1 boot.s -o boot.o
  gcc -S -o - f.c | tskvm as -o f.o -
`;
}
