/** A process that holds connections and prints how large it is: `memory-child.ts table|objects COUNT`. */
import { ConnectionTable } from '../../director/index.ts';
import { nthConnection } from './connections.ts';

const [kind, countText] = process.argv.slice(2);
const count = Number(countText);
const table = new ConnectionTable(0x5bd1e995);
const plain = new Map<string, object>();

for (let n = 0; n < count; n++) {
  const connection = nthConnection(n);
  if (kind === 'table') table.create(connection, 0);
  else plain.set(`${connection.protocol} ${connection.clientAddress} ${connection.clientPort}`, connection);
}
globalThis.gc?.();
process.stdout.write(String(process.memoryUsage().rss));
if (table.size + plain.size !== count) process.exitCode = 1;
