/** A session as it goes into the result file. */
import { join, relative } from 'node:path';
import type { Topology } from '../../lab/index.ts';
import type { Misconfiguration, Session } from '../../reports/result.ts';
import { relativeTo } from '../../scenarios/kit/finding.ts';
import { connectionsOf } from '../../scenarios/kit/session/connections.ts';
import type { Evidence } from '../../scenarios/kit/session/evidence.ts';
import { summariesOf } from '../traffic/run-traffic.ts';
import { observedPath } from './observed-path.ts';
import type { PlannedSession } from './plan.ts';

export interface SessionContext {
  /** Where the result file will lie, and below it what belongs to the session. */
  readonly resultDirectory: string;
  readonly directory: string;
  /** How the servers decapsulate; absent where none has to. */
  readonly decapsulation: string | undefined;
  readonly bringUpMs: number;
  readonly tearDownMs: number;
  /** Misconfigurations that the session's traffic showed. */
  readonly misconfigurations: readonly Misconfiguration[];
}

/** What a session leaves besides the captures, in its own folder. */
const FILES = ['rules', 'director.json', 'logs'];

export function sessionRecord(
  { mode, director, scheduler }: PlannedSession,
  evidence: Evidence,
  { resultDirectory, directory, decapsulation, bringUpMs, tearDownMs, misconfigurations }: SessionContext,
): Session {
  return {
    mode,
    director: director.name,
    scheduler,
    rules: [...evidence.service.rules],
    topology: drawn(evidence.topology),
    ...(decapsulation === undefined ? {} : { decapsulation }),
    bringUpMs,
    tearDownMs,
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
    path: pathOf(evidence, resultDirectory),
    misconfigurations: misconfigurations.map((one) => ({
      ...one,
      findings: one.findings.map((found) => relativeTo(resultDirectory, found)),
    })),
    files: FILES.map((name) => relative(resultDirectory, join(directory, name))),
  };
}

function sharesOf(evidence: Evidence): Session['servers'] {
  const { connections } = connectionsOf(evidence);
  const { newConnections, keepAlive } = evidence.traffic;
  return evidence.service.servers.map(({ host, ripText, weight }) => ({
    host,
    rip: ripText,
    weight,
    connections: connections.filter(({ server }) => server === host).length,
    requests: (newConnections.answersByServer[host] ?? 0) + (keepAlive.answersByServer[host] ?? 0),
  }));
}

function pathOf(evidence: Evidence, resultDirectory: string): Session['path'] {
  const { request, reply } = observedPath(evidence);
  const withRelativeCapture = (hop: Session['path']['request'][number]) => ({
    ...hop,
    packet: { ...hop.packet, capture: relative(resultDirectory, hop.packet.capture) },
  });
  return { request: request.map(withRelativeCapture), reply: reply.map(withRelativeCapture) };
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
