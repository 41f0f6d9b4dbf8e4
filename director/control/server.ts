/** The director's end of the control socket: a Unix socket that only its owner may use. */
import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
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

function serve(connection: Socket, handle: RequestHandler): void {
  connection.on('error', () => connection.destroy());
  const lines = createInterface({ input: connection });
  let read = 0;
  connection.on('data', (chunk: Buffer) => {
    read += chunk.length;
    if (read > MAX_REQUEST_LENGTH) connection.destroy();
  });
  lines.on('line', (line) => {
    read = 0;
    connection.write(`${JSON.stringify(answer(line, handle))}\n`);
  });
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
