/** `tskvm completion SHELL`: a completion script, written from the same data as --help. */
import { TskvmError } from '../diagnostics.js';
import { boardNames } from '../vmm/devices/index.js';
import { parseFlags, type CommandSpec, type OptionSpec } from './shared/spec.js';
import { writeStdout } from './shared/streams.js';

export interface CommandSummary {
  readonly name: string;
  readonly summary: string;
  /** GNU's drop-ins, which read their own arguments, have none here: their operands complete as files. */
  readonly options: readonly OptionSpec[];
}

/** Options whose values are words: all others take a file or something that cannot be completed. */
const values: Readonly<Record<string, readonly string[]>> = {
  '--mode': ['real', 'protected', 'paged32', 'long', 'reset'],
  '--boot': ['flat', 'sector', 'elf', 'multiboot'],
  '--engine': ['kvm', 'soft', 'auto'],
  '--irqchip': ['kernel', 'soft', 'none'],
  '--board': boardNames,
  '--reporter': ['pretty', 'tap', 'junit', 'json', 'github'],
  '-r': ['pretty', 'tap', 'junit', 'json', 'github'],
  '--color': ['always', 'never', 'auto'],
};

const names = (options: readonly OptionSpec[]): string[] =>
  [...options.filter(({ hidden }) => hidden !== true).flatMap((option) => parseFlags(option).names), '--help'].filter(
    (name) => name.length > 2,
  );
const quote = (text: string): string => `'${text.replace(/'/g, "'\\''")}'`;

/** Bash, and zsh through its bashcompinit. */
function bash(commands: readonly CommandSummary[]): string {
  const choices = Object.entries(values).map(
    ([name, words]) => `    ${name}) COMPREPLY=($(compgen -W ${quote(words.join(' '))} -- "$cur")); return;;`,
  );
  const options = commands
    .filter((command) => command.options.length > 0)
    .map(({ name, options }) => `    ${name}) COMPREPLY=($(compgen -W ${quote(names(options).join(' '))} -- "$cur"));;`);
  return `_tskvm() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W ${quote([...commands.map(({ name }) => name), 'help', '--help', '--version'].join(' '))} -- "$cur"))
    return
  fi
  case $prev in
    help) COMPREPLY=($(compgen -W ${quote(commands.map(({ name }) => name).join(' '))} -- "$cur")); return;;
    completion) COMPREPLY=($(compgen -W 'bash zsh fish' -- "$cur")); return;;
${choices.join('\n')}
  esac
  case $cur in -*) ;; *) return;; esac
  case \${COMP_WORDS[1]} in
${options.join('\n')}
  esac
}
complete -o default -F _tskvm tskvm
`;
}

function zsh(commands: readonly CommandSummary[]): string {
  return `#compdef tskvm\nautoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n${bash(commands)}`;
}

function fish(commands: readonly CommandSummary[]): string {
  const escape = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`;
  const lines = commands.map(({ name, summary }) => `complete -c tskvm -n __fish_use_subcommand -f -a ${name} -d ${escape(summary)}`);
  lines.push("complete -c tskvm -n '__fish_seen_subcommand_from completion' -f -a 'bash zsh fish'");
  for (const { name, options } of commands) {
    for (const option of options.filter(({ hidden }) => hidden !== true)) {
      const { names, argument } = parseFlags(option);
      const spelt = names.map((flag) =>
        flag.startsWith('--') ? `-l ${flag.slice(2)}` : flag.length === 2 ? `-s ${flag[1]}` : `-o ${flag.slice(1)}`,
      );
      const words = names.map((flag) => values[flag]).find(Boolean);
      const value = words ? ` -x -a '${words.join(' ')}'` : argument === 'required' ? ' -r' : '';
      lines.push(`complete -c tskvm -n '__fish_seen_subcommand_from ${name}' ${spelt.join(' ')}${value} -d ${escape(option.description)}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

const shells: Readonly<Record<string, (commands: readonly CommandSummary[]) => string>> = { bash, zsh, fish };

/** The command, given what describes all commands. */
export const completion = (describe: () => readonly CommandSummary[]): CommandSpec => ({
  name: 'completion',
  description: 'Prints a script that completes commands and options in a shell: bash, zsh or fish.',
  operands: '<shell>',
  options: [],
  examples: [
    ['source <(tskvm completion bash)', 'for this shell; or in ~/.bashrc'],
    ['tskvm completion fish > ~/.config/fish/completions/tskvm.fish', 'for good'],
  ],
  run([shell]) {
    if (!Object.hasOwn(shells, shell))
      throw new TskvmError(`there is no completion for \`${shell}'`, 2, [`shells: ${Object.keys(shells).join(', ')}`]);
    writeStdout(shells[shell](describe()));
    return 0;
  },
});
