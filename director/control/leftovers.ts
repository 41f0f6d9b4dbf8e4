/** Files of directors that were killed, and so could not take them away themselves. */
import { once } from 'node:events';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';

/** A socket that was made only just now may belong to a director that does not listen yet. */
const YOUNG_MS = 10_000;

/** For so long a director that was stopped can be asked for its log. */
const LOG_KEPT_MS = 86_400_000;

/** Removes the sockets in a folder at which nobody listens, the logs that belong to them, and old logs. */
export async function removeLeftovers(directory: string): Promise<void> {
  const names = readdirSync(directory);
  const sockets = names.filter((name) => name.endsWith('.sock'));
  for (const name of names) {
    const isOrphan = name.endsWith('.log') && !sockets.includes(name.replace(/log$/, 'sock'));
    if (isOrphan && ageMs(join(directory, name)) > LOG_KEPT_MS)
      rmSync(join(directory, name), { force: true });
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

/** 0 if it has gone meanwhile. */
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
