/** Reads a socket as lines of text, each at most so long. */
import type { Socket } from 'node:net';

/** @throws Error if the connection fails, or a line is longer than `maxLength` characters. */
export async function* linesOf(connection: Socket, maxLength: number): AsyncGenerator<string> {
  let text = '';
  connection.setEncoding('utf8');
  for await (const chunk of connection) {
    const lines = (text + chunk).split('\n');
    text = lines.pop() as string;
    yield* lines;
    if (text.length > maxLength) throw new Error(`a line of more than ${maxLength} characters`);
  }
}
