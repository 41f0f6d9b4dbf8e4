/** Nothing is damaged and nothing is lost: checksums on the wire, and bodies from end to end. */

import { ALL_MODES } from '../../../lab/modes.ts';
import { counted } from '../../../statistics/number-text.ts';
import type { Finding } from '../../kit/finding.ts';
import { finding, findingAbout } from '../../kit/finding.ts';
import { kernel, rfc } from '../../kit/requirement.ts';
import type { SessionCase } from '../../kit/session-case.ts';

const checksums: SessionCase = {
  name: 'wire/checksums',
  title: 'Every checksum on every link is right',
  requirement:
    'IP header, TCP, UDP and ICMP checksums are right in every packet on every captured link, inside tunnel packets too.',
  sources: [rfc('791 §3.1'), rfc('9293 §3.1'), rfc('768'), rfc('792'), rfc('1624')],
  modes: ALL_MODES,
  check: ({ captures }) => {
    let examined = 0;
    const findings: Finding[] = [];
    for (const { packets } of captures) {
      for (const packet of packets) {
        const { ip, inner, ipProblem } = packet;
        if (ip === undefined && ipProblem === undefined) continue;
        examined++;
        const problem = ipProblem ?? ip?.transportProblem ?? inner?.transportProblem;
        if (problem !== undefined) findings.push(findingAbout(packet, problem));
      }
    }
    return {
      examined,
      evidence: `${counted(examined, 'IP packet')} in ${counted(captures.length, 'capture')}`,
      findings,
    };
  },
};

const transfer: SessionCase = {
  name: 'bytes/transfer',
  title: 'Large bodies arrive whole',
  requirement:
    'A large body sent through the VIP, and one fetched through it, arrive with the bytes that were sent.',
  sources: [kernel('LVS is transparent to the application, §5.1')],
  modes: ALL_MODES,
  needsRealServers: true,
  needs: [],
  check: ({ traffic }) => {
    const { transfers } = traffic.transfer;
    const findings = transfers.flatMap((one) => {
      const fields = [
        { field: 'bytes', expected: String(one.sentBytes), seen: String(one.receivedBytes) },
        { field: 'SHA-256', expected: one.sentSha256, seen: one.receivedSha256 },
      ].filter(({ expected, seen }) => expected !== seen);
      return fields.length === 0 ? [] : [finding(`The ${one.direction} arrived damaged.`, fields)];
    });
    const bytes = transfers.reduce((sum, one) => sum + one.receivedBytes, 0);
    return {
      examined: transfers.length,
      evidence: `${counted(transfers.length, 'body', 'bodies')}, ${bytes} bytes`,
      findings,
    };
  },
};

const answers: SessionCase = {
  name: 'bytes/answers',
  title: 'Every request is answered',
  requirement:
    'No request fails, times out or is answered by anyone but a real server, on new connections and on lasting ones.',
  sources: [kernel('LVS is transparent to the application, §5.1')],
  modes: ALL_MODES,
  needsRealServers: true,
  needs: [],
  check: ({ traffic, service }) => {
    const findings: Finding[] = [];
    let examined = 0;
    for (const { summary, answersByServer } of [traffic.newConnections, traffic.keepAlive]) {
      examined += summary.requests;
      if (summary.errors > 0) {
        findings.push(finding(`${summary.title}: ${summary.errors} of ${summary.requests} requests failed.`));
      }
      for (const [name, count] of Object.entries(answersByServer)) {
        if (service.servers.some(({ host }) => host === name)) continue;
        findings.push(
          finding(
            `${summary.title}: ${counted(count, 'answer')} came from "${name}", which is no real server.`,
          ),
        );
      }
    }
    return { examined, evidence: `${examined} HTTP requests`, findings };
  },
};

const udpEcho: SessionCase = {
  name: 'udp/echo',
  title: 'Datagrams are answered from the address asked',
  requirement:
    'Every datagram to the VIP is echoed whole by a real server, and the answer comes from the VIP’s address and port.',
  sources: [kernel('LVS is transparent to the application, §5.1'), rfc('768')],
  modes: ALL_MODES,
  needsRealServers: true,
  needs: ['protocol/udp'],
  check: ({ traffic, service }) => {
    const from = `${service.vipText}:${service.udpPort}`;
    const findings = traffic.udp.exchanges.flatMap(({ clientPort, payload, answer, answeredBy }) => {
      const echoes = service.servers.map(({ host }) => `${host} ${payload}`);
      const fields = [];
      if (answeredBy !== from) {
        fields.push({ field: 'answered from', expected: from, seen: answeredBy ?? 'nobody' });
      }
      if (!echoes.some((echo) => echo === answer)) {
        fields.push({ field: 'answer', expected: echoes.join(' or '), seen: answer ?? 'no answer' });
      }
      if (fields.length === 0) return [];
      return [finding(`Datagram from client port ${clientPort} was not echoed as it should.`, fields)];
    });
    const { exchanges } = traffic.udp;
    return {
      examined: exchanges.length,
      evidence: `${counted(exchanges.length, 'datagram')} and their echoes`,
      findings,
    };
  },
};

export const integrity: readonly SessionCase[] = [checksums, transfer, answers, udpEcho];
