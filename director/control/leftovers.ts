/** Files of directors that were killed, and so could not take them away themselves. */
import { once } from 'node:events';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';

/** A socket that was made only just now may belong to a director that does not listen yet. */
const YOUNG_MS = 10_000;

/** Removes the sockets in a folder at which nobody listens, and the logs that belong to them. */
export async function removeLeftovers(directory: string): Promise<void> {
  const sockets = readdirSync(directory).filter((name) => name.endsWith('.sock'));
  await Promise.all(
    sockets.map(async (name) => {
      const path = join(directory, name);
      if (isYoung(path) || (await somebodyListens(path))) return;
      rmSync(path, { force: true });
      rmSync(path.replace(/sock$/, 'log'), { force: true });
    }),
  );
}

function isYoung(path: string): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined || Date.now() - found.mtimeMs < YOUNG_MS;
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
