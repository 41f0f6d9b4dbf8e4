import { clearLine, cursorTo } from 'node:readline';
import { cut } from '../columns.ts';
import type { Output } from './screen.ts';
import { screenOf } from './screen.ts';
import { plain } from './text.ts';

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
