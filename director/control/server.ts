/** The director's end of the control socket: a Unix socket that only its owner may use. */

import { once } from 'node:events';
import { chmodSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createConnection, createServer, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import { FileLock } from '../../native/file-lock.ts';
import { type RequestHandler, serve } from './serve.ts';
import { makeStateFolder } from './state-folder.ts';
import type { Turns } from './turns.ts';

/** How often it is looked whether the socket is still where commands look for it. */
const LOOK_MS = 1_000;

export class ControlServer {
  readonly #path: string;
  readonly #turns: Turns;
  readonly #handle: RequestHandler;
  readonly #looking: NodeJS.Timeout;
  #server: Server;
  #inode: number;

  private constructor(path: string, turns: Turns, handle: RequestHandler, server: Server) {
    this.#path = path;
    this.#turns = turns;
    this.#handle = handle;
    this.#server = server;
    this.#inode = inodeOf(path);
    this.#looking = setInterval(() => this.#restore().catch(() => undefined), LOOK_MS).unref();
  }

  /** Listens. A socket left over from a director that was killed is replaced, and one that somebody removes comes back. */
  static async listen(path: string, turns: Turns, handle: RequestHandler): Promise<ControlServer> {
    makeStateFolder(dirname(path));
    await removeLeftovers(dirname(path));
    return new ControlServer(path, turns, handle, await listenOn(path, turns, handle));
  }

  close(): void {
    clearInterval(this.#looking);
    this.#server.close();
    rmSync(this.#path, { force: true });
  }

  async #restore(): Promise<void> {
    if (inodeOf(this.#path) === this.#inode) return;
    makeStateFolder(dirname(this.#path));
    // Node removes the path of a server that it closes: the old one goes before the new one comes.
    this.#server.close();
    this.#server = await listenOn(this.#path, this.#turns, this.#handle);
    this.#inode = inodeOf(this.#path);
  }
}

async function listenOn(path: string, turns: Turns, handle: RequestHandler): Promise<Server> {
  rmSync(path, { force: true });
  const server = createServer({ allowHalfOpen: true }, (connection) => serve(connection, turns, handle));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  chmodSync(path, 0o600);
  return server;
}

/** 0 if there is no such file. */
function inodeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.ino ?? 0;
}

/** A socket younger than this may belong to a director that does not listen yet. */
const YOUNG_MS = 10_000;
/** For this long the log of a director that has ended is kept. */
const LOG_KEPT_MS = 86_400_000;

/** Clears up after directors that were killed: sockets at which nobody listens with their logs, and old logs. */
async function removeLeftovers(directory: string): Promise<void> {
  const names = readdirSync(directory);
  const sockets = names.filter((name) => name.endsWith('.sock'));
  for (const name of names) {
    const isOrphan = name.endsWith('.log') && !sockets.includes(name.replace(/log$/, 'sock'));
    if (isOrphan && ageMs(join(directory, name)) > LOG_KEPT_MS)
      rmSync(join(directory, name), { force: true });
    // Nobody has the lock of a process that was killed.
    if (/\.(lock|start)$/.test(name) && ageMs(join(directory, name)) > YOUNG_MS) {
      FileLock.tryTake(join(directory, name))?.release();
    }
  }
  await Promise.all(
    sockets.map(async (name) => {
      const path = join(directory, name);
      if (ageMs(path) < YOUNG_MS || (await somebodyListens(path))) return;
      rmSync(path, { force: true });
      rmSync(path.replace(/sock$/, 'log'), { force: true });
    }),
  );
}

/** 0 if the file has gone meanwhile. */
function ageMs(path: string): number {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? 0 : Date.now() - found.mtimeMs;
}

/** True also where it cannot be told. */
async function somebodyListens(path: string): Promise<boolean> {
  const connection = createConnection(path);
  try {
    await once(connection, 'connect');
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ECONNREFUSED';
  } finally {
    connection.destroy();
  }
}
