import { clearLine, cursorTo } from 'node:readline';
import { styleText } from 'node:util';
import { cut, plain } from '../columns.ts';
import type { Status } from '../status.ts';

/** What is known of the place where text goes. */
export interface Screen {
  /** Columns of a line. */
  readonly columns: number;
  /** Colours a text; leaves it as it is where colours are not wanted (no terminal, NO_COLOR). */
  readonly paint: (style: Style, text: string) => string;
}

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

export const STATUS_STYLES: Readonly<Record<Status, Style>> = {
  passed: 'green',
  failed: 'red',
  skipped: 'dim',
  error: 'yellow',
  shown: 'dim',
};

/** The part of a standard stream that is needed here. */
export type Output = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

/** Line length where nothing says one: a log file, a CI page. */
const COLUMNS_OF_A_LOG = 100;
const FEWEST_COLUMNS = 40;

export function screenOf(stream: Output): Screen {
  return {
    columns: Math.max(FEWEST_COLUMNS, stream.columns ?? COLUMNS_OF_A_LOG),
    paint: (style, text) => styleText(style, text, { stream }),
  };
}

/** One status line that is rewritten in place while something goes on. Silent if the stream is no terminal. */
export interface StatusLine {
  show(text: string): void;
  /** Takes the line away, so that other text can be printed; `show` brings it back. */
  clear(): void;
}

export function statusLine(stream: Output): StatusLine {
  if (!stream.isTTY) return { show() {}, clear() {} };
  const clear = () => {
    cursorTo(stream, 0);
    clearLine(stream, 0);
  };
  return {
    show(text) {
      clear();
      const { columns, paint } = screenOf(stream);
      stream.write(paint('dim', cut(plain(text), columns - 1)));
    },
    clear,
  };
}
