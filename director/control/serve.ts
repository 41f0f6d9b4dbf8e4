/** The director's end of a control connection, whatever that goes over: a line in, an answer out. */
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { linesOf } from '../lines.ts';
import { jsonParts } from './json-parts.ts';
import { MAX_REQUEST_LENGTH, type Request, type Response, requestSchema } from './protocol.ts';
import type { Turns } from './turns.ts';

/** Answers one request. Iterators in the result become arrays, and are gone through while it is sent. */
export type RequestHandler = (request: Request) => unknown;

/** Answers each line in turn. Whatever becomes of the connection, the director goes on. */
export async function serve(connection: Duplex, turns: Turns, handle: RequestHandler): Promise<void> {
  connection.on('error', () => connection.destroy());
  try {
    for await (const line of linesOf(connection, MAX_REQUEST_LENGTH)) {
      await turns.next();
      await send(connection, turns, await answer(line, turns, handle));
    }
    connection.end();
  } catch {
    connection.destroy();
  }
}

/** Sends a line in parts, no faster than it is read: an answer may be larger than all of the director's memory. */
async function send(connection: Duplex, turns: Turns, response: Response): Promise<void> {
  let text = '';
  for (const part of jsonParts(response)) {
    text += part;
    if (!turns.isOver) continue;
    if (!connection.write(text)) await Promise.race([once(connection, 'drain'), once(connection, 'close')]);
    if (connection.destroyed) return;
    text = '';
    await turns.next();
  }
  connection.write(`${text}\n`);
}

async function answer(line: string, turns: Turns, handle: RequestHandler): Promise<Response> {
  try {
    const parsed = requestSchema.safeParse(JSON.parse(line));
    if (!parsed.success)
      return { ok: false, error: `request not understood: ${parsed.error.issues[0]?.message}` };
    // Reading a large request takes as long as carrying it out.
    if (turns.isOver) await turns.next();
    return { ok: true, result: await handle(parsed.data) };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
}
