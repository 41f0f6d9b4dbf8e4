/** What a result names that lies beside it: captures, logs, rules. */
import type { Finding, Hop, Result } from '../../reports/result.ts';

/** The result with each path beside it replaced. */
export function withPaths(result: Result, place: (path: string) => string): Result {
  const hop = (one: Hop): Hop => ({ ...one, packet: { ...one.packet, capture: place(one.packet.capture) } });
  const findings = (all: readonly Finding[]) => all.map((one) => findingWith(one, place));
  return {
    ...result,
    cases: result.cases.map((one) => ({
      ...one,
      findings: findings(one.findings),
      ...(one.flow && { flow: { ...one.flow, pcap: place(one.flow.pcap) } }),
    })),
    sessions: result.sessions.map((one) => ({
      ...one,
      captures: one.captures.map((capture) => ({ ...capture, file: place(capture.file) })),
      path: { request: one.path.request.map(hop), reply: one.path.reply.map(hop) },
      files: one.files.map(place),
      misconfigurations: one.misconfigurations.map((wrong) => ({
        ...wrong,
        findings: findings(wrong.findings),
      })),
    })),
  };
}

/** Each path once. */
export function pathsIn(result: Result): string[] {
  const paths = new Set<string>();
  withPaths(result, (path) => {
    paths.add(path);
    return path;
  });
  return [...paths];
}

/** A finding's command names its capture. */
function findingWith(one: Finding, place: (path: string) => string): Finding {
  if (one.packet === undefined) return one;
  const { capture } = one.packet;
  return {
    ...one,
    packet: { ...one.packet, capture: place(capture) },
    ...(one.command === undefined ? {} : { command: one.command.replaceAll(capture, place(capture)) }),
  };
}
