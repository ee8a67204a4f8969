/** The macros whose value the preprocessor makes: __LINE__, __FILE__, __COUNTER__, __DATE__, _Pragma … */
import { hasInclude } from './directives.js';
import type { Macro } from './macro.js';
import type { Preprocessor } from './preprocessor.js';
import { EOF, NUMBER, PADDING, STRING, token, type Token } from './tokens.js';

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
      if (!cpp.expander.inDirective) {
        cpp.error(`"${macro.name}" used outside of preprocessing directive`, name);
        return number(0);
      }
      return number(hasInclude(cpp, macro.name, macro.builtin === 'has-include-next', name) ? 1 : 0);
    default:
      return pragma(cpp, name);
  }
}

function now(cpp: Preprocessor): { date: Date; utc: boolean } {
  const { date } = cpp.options;
  return date === undefined ? { date: new Date(), utc: false } : { date: new Date(date * 1000), utc: true };
}

/** `_Pragma("…")` says nothing in an assembler source. */
function pragma(cpp: Preprocessor, name: Token): Token[] {
  const next = (): Token => {
    for (;;) {
      const t = cpp.expander.next();
      if (t.kind !== PADDING) return t;
    }
  };
  const open = next();
  const string = open.text === '(' ? next() : open;
  const close = string.kind === STRING ? next() : string;
  if (open.text !== '(' || string.kind !== STRING || close.text !== ')') {
    if (close.kind !== EOF) cpp.expander.backup(close);
    cpp.error('_Pragma takes a parenthesized string literal', name);
    return [{ ...name, flags: name.flags | 16 }];
  }
  return [];
}
