import { captureTime, count, counted, duration, percent, points, wallTime } from './format.ts';
import { code, fenced, list, table, text } from './markdown/syntax.ts';
import { matrixOf } from './matrix.ts';
import type { CaseResult, Finding, Hop, Result, Session } from './result.ts';
import { farthestFromWeight, sharesOf } from './shares.ts';
import { isProblem, MEANINGS, STATUSES, SYMBOLS } from './status.ts';
import { suitesOf, suiteTitle } from './suites.ts';
import { headline } from './verdict.ts';

/** Servers listed for a session; of more, those farthest from the share that their weight gives. */
const LISTED_SERVERS = 20;

/** The report as GitHub-flavoured Markdown: for a pull request, a job summary, or a file to read. */
export function renderMarkdown(result: Result): string {
  const { run, verdict } = result;
  const blocks = [
    `# ${text(headline(result))}`,
    list(verdict.reasons.map(text)),
    list([
      `Command: ${code(run.command)}`,
      `Started ${wallTime(run.startedAt)}, took ${duration(run.durationMs)}, seed ${run.seed}, run ${code(run.id)}`,
      `Machine: ${text(run.machine.cpu)}, ${counted(run.machine.cores, 'core')}, Linux ${text(run.machine.kernel)}, Node ${text(run.machine.node)}`,
      ...result.directors
        .filter(({ available }) => !available)
        .map(
          ({ name, reason }) => `${text(name)} could not run here: ${text(reason ?? 'no reason was given')}`,
        ),
    ]),
    ...matrixBlocks(result),
    ...problemBlocks(result.cases.filter(isProblem)),
    ...suitesOf(result).flatMap((suite) => suite.sessions.flatMap((session) => sessionBlocks(session))),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function matrixBlocks(result: Result): string[] {
  const { columns, rows } = matrixOf(result);
  if (rows.length === 0) return [];
  const marks = (cases: readonly CaseResult[]) => cases.map(({ status }) => SYMBOLS[status]).join(' ');
  return [
    '## Cases',
    table(
      ['case', ...columns.map(({ label }) => text(label)), 'what it asks for'],
      rows.map(({ id, title, cells }) => [code(id), ...cells.map(marks), text(title)]),
    ),
    STATUSES.map((status) => `${SYMBOLS[status]} ${MEANINGS[status]}`).join(', '),
  ];
}

function problemBlocks(problems: readonly CaseResult[]): string[] {
  if (problems.length === 0) return [];
  return ['## What did not hold', ...problems.flatMap(problemBlock)];
}

function problemBlock(result: CaseResult): string[] {
  return [
    `### ${SYMBOLS[result.status]} ${code(result.id)} (${text(suiteTitle(result))})`,
    list([
      `Asked for: ${text(result.requirement)} (${text(result.source)})`,
      ...(result.reason ? [`Reason: ${text(result.reason)}`] : []),
      `Looked at: ${text(result.evidence)}`,
    ]),
    ...result.findings.flatMap(findingBlocks),
    result.findingsLeftOut > 0 ? `And ${count(result.findingsLeftOut)} more like these.` : '',
  ];
}

function findingBlocks({ message, fields, packet, command }: Finding): string[] {
  return [
    `**${text(message)}**`,
    fields.length > 0
      ? table(
          ['field', 'expected', 'seen'],
          fields.map(({ field, expected, seen }) => [text(field), code(expected), code(seen)]),
        )
      : '',
    packet
      ? `Packet: ${code(packet.capture)} frame ${packet.frame}, on ${text(`${packet.host} ${packet.interface}`)} at ${captureTime(packet.time)}: ${code(packet.summary)}`
      : '',
    command ? fenced(command) : '',
  ];
}

function sessionBlocks(session: Session): string[] {
  const shares = sharesOf(session.servers);
  const listed = farthestFromWeight(shares, LISTED_SERVERS);
  const milliseconds = (value: number | undefined) => (value === undefined ? '' : duration(value));
  return [
    `## ${text(suiteTitle(session))}`,
    text(session.topology.title),
    ...hopBlocks('Request', session.path.request),
    ...hopBlocks('Reply', session.path.reply),
    listed.length > 0
      ? table(
          ['server', 'address', 'weight', 'connections', 'share', 'by weight', 'points', 'requests'],
          listed.map(({ server, seen, byWeight }) => [
            text(server.host),
            text(server.rip),
            count(server.weight),
            count(server.connections),
            percent(seen),
            percent(byWeight),
            points(seen - byWeight),
            count(server.requests),
          ]),
        )
      : '',
    shares.length > listed.length
      ? `And ${count(shares.length - listed.length)} servers nearer to the share that their weight gives.`
      : '',
    session.traffic.length > 0
      ? table(
          ['traffic', 'requests', 'errors', 'per second', 'p50', 'p99', 'max'],
          session.traffic.map((item) => [
            text(item.title),
            count(item.requests),
            count(item.errors),
            item.requestsPerSecond === undefined ? '' : count(item.requestsPerSecond),
            milliseconds(item.latencyMs?.p50),
            milliseconds(item.latencyMs?.p99),
            milliseconds(item.latencyMs?.max),
          ]),
        )
      : '',
  ];
}

function hopBlocks(name: string, hops: readonly Hop[]): string[] {
  if (hops.length === 0) return [`${name}: no path was seen in the captures.`];
  return [
    `${name}, as seen hop by hop:`,
    table(
      ['where', 'source → destination', 'outer header', 'TTL', 'MAC → MAC'],
      hops.map((hop) => [
        text(`${hop.host} ${hop.interface} ${hop.direction}`),
        text(`${hop.source} → ${hop.destination}`),
        hop.outer ? text(`${hop.outer.source} → ${hop.outer.destination}`) : '',
        String(hop.ttl),
        text(`${hop.sourceMac} → ${hop.destinationMac}`),
      ]),
    ),
  ];
}
