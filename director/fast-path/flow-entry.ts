/** What the packets of a connection's flows look like. */
import type { ConnectionTable } from '../connections/table.ts';
import { SIDE, type Side } from '../shortcut.ts';
import { KEY } from './layout.ts';

/** Writes what a flow is found by. */
export function writeKey(key: DataView, table: ConnectionTable, row: number, side: Side): void {
  const clientAddress = table.clientAddress[row] as number;
  const clientPort = table.clientPort[row] as number;
  if (side === SIDE.client) {
    writeEnds(key, clientAddress, table.virtualAddress[row] as number);
    writePorts(key, clientPort, table.virtualPort[row] as number);
  } else {
    writeEnds(key, table.serverAddress[row] as number, clientAddress);
    writePorts(key, table.serverPort[row] as number, clientPort);
  }
  key.setUint32(KEY.protocol, table.protocol[row] as number, true);
}

function writeEnds(key: DataView, source: number, destination: number): void {
  key.setInt32(KEY.source, source, false);
  key.setInt32(KEY.destination, destination, false);
}

function writePorts(key: DataView, source: number, destination: number): void {
  key.setUint16(KEY.ports, source, false);
  key.setUint16(KEY.ports + 2, destination, false);
}
