/**
 * Program: takes the outer IP header off for the servers named, for as long as it runs.
 *
 *     node decapsulator.ts <namespace>/<interface>/<address>[/<device that the inner packets arrive on>]…
 *
 * Says `ready` when all of them are served. One process for all: a server each would be a Node each.
 */
import { flushCompileCache } from 'node:module';
import { attachAtIngress, BpfError, loadProgram } from '../../native/bpf/program.ts';
import { enterNamespace, interfaceIndex } from '../../native/namespaces.ts';
import { SystemCallError } from '../../native/system-call-error.ts';
import { LabError } from '../error.ts';
import { decapsulationProgram } from './decapsulation-program.ts';

try {
  for (const target of process.argv.slice(2)) {
    const [namespace, port, address, device] = target.split('/');
    if (namespace === undefined || port === undefined || address === undefined) {
      throw new LabError(`"${target}" is not <namespace>/<interface>/<address>.`);
    }
    enterNamespace(`/run/netns/${namespace}`);
    const arrivesAt = device === undefined ? undefined : interfaceIndex(device);
    attachAtIngress(loadProgram(decapsulationProgram(address, arrivesAt)), port);
  }
  // A signal will end it, and Node would keep nothing then for the next start.
  flushCompileCache();
  console.log('ready');
  // The programs stay attached as long as this process holds them.
  setInterval(() => undefined, 2 ** 31 - 1);
} catch (error) {
  const isExpected = [BpfError, LabError, SystemCallError].some((kind) => error instanceof kind);
  console.error(isExpected ? (error as Error).message : error);
  process.exitCode = 1;
}
