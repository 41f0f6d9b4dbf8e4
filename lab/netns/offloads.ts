/**
 * Offloads. Between two namespaces no hardware fills in a checksum or cuts a segment: with offloads on, captures
 * hold partial checksums and frames of up to 64 KiB that no wire would carry.
 */
import { LabError } from '../error.ts';

/** What `ethtool -k` calls each feature that must be off, by the short name that `ethtool -K` takes. */
const FEATURES = {
  rx: 'rx-checksumming',
  tx: 'tx-checksumming',
  sg: 'scatter-gather',
  tso: 'tcp-segmentation-offload',
  gso: 'generic-segmentation-offload',
  gro: 'generic-receive-offload',
} as const;

const SWITCH_OFF = Object.keys(FEATURES).flatMap((name) => [name, 'off']);

/**
 * Shell lines that switch the offloads of an interface off and print what is set afterwards. That ethtool
 * complains is no verdict: what it prints afterwards is.
 */
export function switchOffScript(port: string): string {
  return `ethtool -K ${port} ${SWITCH_OFF.join(' ')} >&2 || true\nethtool -k ${port}`;
}

/**
 * Reads the output of `ethtool -k` for several interfaces.
 *
 * @returns one entry per interface in the output, with the features found on or not listed.
 */
export function readOffloads(output: string): Map<string, string[]> {
  const sections = output.split(/^Features for /m).slice(1);
  return new Map(
    sections.map((section) => {
      const [port = '', ...lines] = section.split(/:?\n/);
      const off = (feature: string) => lines.some((line) => line.startsWith(`${feature}: off`));
      return [port, Object.values(FEATURES).filter((feature) => !off(feature))];
    }),
  );
}

/** @throws LabError naming the interface and the feature, if one is still on or was not reported. */
export function verifyOffloads(where: string, ports: readonly string[], output: string): void {
  const found = readOffloads(output);
  for (const port of ports) {
    const on = found.get(port);
    if (on === undefined) {
      throw new LabError(
        `${where}: ethtool said nothing about ${port}, so its offloads are unknown. Is ethtool installed?`,
      );
    }
    if (on.length > 0) {
      throw new LabError(
        `${where} ${port}: ${on.join(', ')} should be off and is on, so captures would show checksums and frames ` +
          `that never were on a wire. Try "ethtool -K ${port} ${SWITCH_OFF.join(' ')}" on a veth of this machine.`,
      );
    }
  }
}
