/** A diagnosis for a program: the same facts as in words. */
import { printableJson } from '../../../director/shown-text.ts';
import type { OpenedCapture } from '../../../lab/captures/files/open-capture.ts';
import type { Diagnosis } from './diagnosis.ts';
import { wireBytesOf } from './in-words.ts';

export function asJson(diagnosis: Diagnosis, captures: readonly OpenedCapture[]): string {
  const found = diagnosis.found.map((one) => ({
    ...one,
    findings: one.findings.map((finding) => ({
      ...finding,
      ...(finding.packet && {
        packet: {
          ...finding.packet,
          bytes: wireBytesOf(captures, finding.packet.capture, finding.packet.frame),
        },
      }),
    })),
  }));
  return printableJson({ ...diagnosis, found });
}
