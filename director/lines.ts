/** Streams of text by lines, which end with a newline and with nothing else: JSON leaves other separators in its strings. */
import type { Readable } from 'node:stream';

/**
 * @param maxLength Most characters of a line.
 * @throws Error if the stream fails, or a line is longer.
 */
export async function* linesOf(
  stream: Readable,
  maxLength = Number.POSITIVE_INFINITY,
): AsyncGenerator<string> {
  // The parts of a long line are joined once: it may come in thousands of them.
  let parts: string[] = [];
  let length = 0;
  stream.setEncoding('utf8');
  // One who has asked all may say so before the answer is sent.
  const chunks: AsyncIterable<string> = stream.iterator({ destroyOnReturn: false });
  for await (const chunk of chunks) {
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
