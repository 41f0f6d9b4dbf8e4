/** Reads a socket as lines of text, each at most so long. */
import type { Socket } from 'node:net';

/** @throws Error if the connection fails, or a line is longer than `maxLength` characters. */
export async function* linesOf(connection: Socket, maxLength: number): AsyncGenerator<string> {
  // The parts of a long line are joined once: it may come in thousands of them.
  let parts: string[] = [];
  let length = 0;
  connection.setEncoding('utf8');
  for await (const chunk of connection as AsyncIterable<string>) {
    const [rest = '', ...others] = chunk.split('\n');
    parts.push(rest);
    length += rest.length;
    for (const next of others) {
      yield parts.join('');
      parts = [next];
      length = next.length;
    }
    if (length > maxLength) throw new Error(`a line of more than ${maxLength} characters`);
  }
}
