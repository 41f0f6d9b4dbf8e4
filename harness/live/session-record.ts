/** A session as it goes into the result file. */
import { relative } from 'node:path';
import type { Topology } from '../../lab/index.ts';
import type { Misconfiguration, Session } from '../../reports/result.ts';
import { relativeTo } from '../../scenarios/kit/finding.ts';
import { connectionsOf } from '../../scenarios/kit/session/connections.ts';
import type { Evidence } from '../../scenarios/kit/session/evidence.ts';
import { summariesOf } from '../traffic/run-traffic.ts';
import type { PlannedSession } from './networks.ts';
import type { ObservedPath } from './observed-path.ts';

export interface SessionContext {
  /** Where the result file will lie. */
  readonly resultDirectory: string;
  /** What the session leaves besides the captures: files and folders. */
  readonly files: readonly string[];
  /** How the servers decapsulate; absent where none has to. */
  readonly decapsulation: string | undefined;
  /** How long the network took to build, where the session is the first in it. */
  readonly bringUpMs: number | undefined;
  /** Of the connection that stands for the session. */
  readonly path: ObservedPath;
  /** All packets of that connection; absent where there is none. */
  readonly pathCapture: string | undefined;
  /** Misconfigurations that the session's traffic showed. */
  readonly misconfigurations: readonly Misconfiguration[];
}

export function sessionRecord(
  { mode, director, scheduler }: PlannedSession,
  evidence: Evidence,
  context: SessionContext,
): Session {
  const { resultDirectory, files, decapsulation, bringUpMs, misconfigurations } = context;
  return {
    mode,
    director: director.name,
    scheduler,
    rules: [...evidence.service.rules],
    topology: drawn(evidence.topology),
    ...(decapsulation === undefined ? {} : { decapsulation }),
    ...(bringUpMs === undefined ? {} : { bringUpMs }),
    traffic: summariesOf(evidence.traffic),
    servers: sharesOf(evidence),
    captures: evidence.captures.map(({ host, interface: port, file, packets }) => ({
      host,
      interface: port,
      file: relative(resultDirectory, file),
      packets: packets.length,
      bytes: packets.reduce((sum, { bytes }) => sum + bytes.length, 0),
      // A session whose captures lack packets yields no evidence, and is never recorded.
      droppedByKernel: 0,
    })),
    path: pathOf(context),
    misconfigurations: misconfigurations.map((one) => ({
      ...one,
      findings: one.findings.map((found) => relativeTo(resultDirectory, found)),
    })),
    files: files.map((file) => relative(resultDirectory, file)),
  };
}

function sharesOf(evidence: Evidence): Session['servers'] {
  const { connections } = connectionsOf(evidence);
  const { newConnections, keepAlive } = evidence.traffic;
  const { cip } = evidence.service;
  return evidence.service.servers.map(({ host, ripText, weight }) => ({
    host,
    rip: ripText,
    weight,
    connections: connections.filter(
      ({ server, opening }) => server === host && opening.payload?.source === cip,
    ).length,
    requests: (newConnections.answersByServer[host] ?? 0) + (keepAlive.answersByServer[host] ?? 0),
  }));
}

function pathOf({ path: { request, reply }, pathCapture, resultDirectory }: SessionContext): Session['path'] {
  const withRelativeCapture = (hop: Session['path']['request'][number]) => ({
    ...hop,
    packet: { ...hop.packet, capture: relative(resultDirectory, hop.packet.capture) },
  });
  return {
    request: request.map(withRelativeCapture),
    reply: reply.map(withRelativeCapture),
    ...(pathCapture === undefined ? {} : { pcap: relative(resultDirectory, pathCapture) }),
  };
}

/** The topology as far as a report draws it. */
function drawn({ title, vip, cip, dip, switches, hosts }: Topology): Session['topology'] {
  return {
    title,
    vip,
    cip,
    dip,
    switches: switches.map((one) => ({ ...one })),
    hosts: hosts.map(({ name, role, loopback, interfaces }) => ({
      name,
      role,
      loopback: [...loopback],
      interfaces: interfaces.map(({ name: port, switch: segment, mac, addresses }) => ({
        name: port,
        switch: segment,
        mac,
        addresses: [...addresses],
      })),
    })),
  };
}
