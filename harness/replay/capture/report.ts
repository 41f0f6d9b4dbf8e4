/** What the replay of a capture prints. */
import { formatIpv4, formatMac } from '../../../director/index.ts';
import type { CaptureReplay } from './capture-replay.ts';
import type { GivenPort } from './network-options.ts';

export interface CaptureFiles {
  readonly in: string;
  readonly out: string;
  /** The ports were derived from the capture, not given. */
  readonly portsAreDerived: boolean;
  /** What was lost or changed in reading the capture, in sentences. */
  readonly remarks: readonly string[];
}

export function renderCaptureReplay(replay: CaptureReplay, files: CaptureFiles): string {
  const { received, leftOut, sent, drops, unknownStations } = replay;
  const { forwarded, dropped, kept, left } = received;
  const lines = [
    ...files.remarks,
    `${files.in}: ${forwarded + dropped + kept + left} frames to the director: ${forwarded} forwarded, ` +
      `${dropped} dropped, ${kept} kept as fragments, ${left} left to its own stack`,
    ...Object.entries(drops).map(([reason, count]) => `  dropped ${count}: ${reason}`),
    `  left out: ${leftOut.sentByDirector} that the director had sent, ${leftOut.forOthers} for others`,
    `${files.out}: ${sent.length} frames that the director sends now`,
  ];
  if (unknownStations.length > 0) {
    lines.push(
      `  made up: the MAC addresses of ${unknownStations.join(', ')}, which the capture does not show`,
    );
  }
  if (files.portsAreDerived) {
    lines.push(
      'the director as the capture shows it:',
      ...replay.ports.map((port) => `  --port ${portText(port)}`),
    );
  }
  return `${lines.join('\n')}\n`;
}

/** For `--json`. */
export function captureReplaySummary(replay: CaptureReplay, files: CaptureFiles) {
  const { received, leftOut, sent, drops, unknownStations, ports } = replay;
  return {
    in: files.in,
    out: files.out,
    remarks: files.remarks,
    received,
    leftOut,
    sent: sent.length,
    drops,
    unknownStations,
    ports: ports.map(portText),
  };
}

/** As on the command line. */
function portText({ name, mac, addresses, mtuBytes }: GivenPort): string {
  const own = addresses.map(({ address, prefixLength }) => `${formatIpv4(address)}/${prefixLength}`);
  return [name, formatMac(mac), ...own, `mtu=${mtuBytes}`].join(',');
}
