/** The director's end of the control socket: a Unix socket that only its owner may use. */
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { linesOf } from './json-lines.ts';
import { removeLeftovers } from './leftovers.ts';
import { MAX_REQUEST_LENGTH, type Request, type Response, requestSchema } from './protocol.ts';

export type RequestHandler = (request: Request) => unknown;

export class ControlServer {
  readonly #server: Server;
  readonly #path: string;

  private constructor(server: Server, path: string) {
    this.#server = server;
    this.#path = path;
  }

  /** Listens. A socket left over from a director that was killed is replaced. */
  static async listen(path: string, handle: RequestHandler): Promise<ControlServer> {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    await removeLeftovers(dirname(path));
    rmSync(path, { force: true });
    const server = createServer((connection) => serve(connection, handle));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(path, resolve);
    });
    chmodSync(path, 0o600);
    return new ControlServer(server, path);
  }

  close(): void {
    this.#server.close();
    rmSync(this.#path, { force: true });
  }
}

/** Answers each line in turn. Whatever becomes of the connection, the director goes on. */
async function serve(connection: Socket, handle: RequestHandler): Promise<void> {
  try {
    for await (const line of linesOf(connection, MAX_REQUEST_LENGTH)) {
      connection.write(`${JSON.stringify(answer(line, handle))}\n`);
    }
  } catch {
    connection.destroy();
  }
}

function answer(line: string, handle: RequestHandler): Response {
  try {
    const parsed = requestSchema.safeParse(JSON.parse(line));
    if (!parsed.success)
      return { ok: false, error: `request not understood: ${parsed.error.issues[0]?.message}` };
    return { ok: true, result: handle(parsed.data) };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
}
