/** The macros whose value the preprocessor makes: __LINE__, __FILE__, __COUNTER__, __DATE__, _Pragma … */
import { hasInclude } from './directives.js';
import { lexText } from './lexer.js';
import type { Macro } from './macro.js';
import { parenthesizedString, pragma } from './pragmas.js';
import type { Preprocessor } from './preprocessor.js';
import { NO_EXPAND, NUMBER, PADDING, STRING, token, withFlags, type Token } from './tokens.js';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

const quote = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`;
const two = (n: number): string => String(n).padStart(2, '0');

/** What `macro` stands for at `line`. */
export function expandBuiltin(cpp: Preprocessor, macro: Macro, line: number, name: Token): Token[] {
  const string = (text: string): Token[] => [token(STRING, quote(text), 0, line, name.column)];
  const number = (value: number): Token[] => [token(NUMBER, String(value), 0, line, name.column)];
  switch (macro.builtin) {
    case 'line':
      return number(line);
    case 'file':
      return string(cpp.source.name);
    case 'file-name':
      return string(cpp.source.name.slice(cpp.source.name.lastIndexOf('/') + 1));
    case 'base-file':
      return string(cpp.sources[0].path);
    case 'include-level':
      return number(cpp.sources.filter((source) => source.path !== '<command-line>').length - 1);
    case 'counter':
      return number(cpp.counter++);
    case 'date': {
      const { date, utc } = now(cpp);
      const [month, day, year] = utc
        ? [date.getUTCMonth(), date.getUTCDate(), date.getUTCFullYear()]
        : [date.getMonth(), date.getDate(), date.getFullYear()];
      return string(`${months[month]} ${String(day).padStart(2)} ${year}`);
    }
    case 'time': {
      const { date, utc } = now(cpp);
      const parts = utc
        ? [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()]
        : [date.getHours(), date.getMinutes(), date.getSeconds()];
      return string(parts.map(two).join(':'));
    }
    case 'timestamp': {
      const { date } = now(cpp);
      const clock = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
      return string(
        `${days[date.getDay()]} ${months[date.getMonth()]} ${String(date.getDate()).padStart(2)} ${clock} ${date.getFullYear()}`,
      );
    }
    case 'has-include':
    case 'has-include-next':
      if (!cpp.expander.inDirective) cpp.error(`"${macro.name}" used outside of preprocessing directive`, name);
      return number(hasInclude(cpp, macro.name, macro.builtin === 'has-include-next', name) ? 1 : 0);
    default:
      return runPragma(cpp, line, name);
  }
}

function now(cpp: Preprocessor): { date: Date; utc: boolean } {
  const { date } = cpp.options;
  return date === undefined ? { date: new Date(), utc: false } : { date: new Date(date * 1000), utc: true };
}

/** `_Pragma("…")`: what #pragma would do; in a directive it is a name like others. */
function runPragma(cpp: Preprocessor, line: number, name: Token): Token[] {
  const { expander } = cpp;
  if (expander.inDirective) return [withFlags(name, name.flags | NO_EXPAND)];
  const read = (): Token => {
    for (;;) {
      const t = expander.next();
      if (t.kind !== PADDING) return t;
    }
  };
  const string = parenthesizedString(read, (t) => expander.backup(t));
  if (string === null) {
    cpp.error('_Pragma takes a parenthesized string literal', name);
    return [withFlags(name, name.flags | NO_EXPAND)];
  }
  const text = string.text.slice(string.text.indexOf('"') + 1, -1).replace(/\\([\\"])/g, '$1');
  const tokens = lexText(text).map((t) => ({ ...t, line }));
  expander.asDirective(tokens, () => pragma(cpp, { ...name, line }));
  cpp.printer.lineChange({ ...name, line, column: 1 });
  return [];
}
